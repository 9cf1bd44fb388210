// `ephor create user-info`: who makes requests, as `apply --userinfo` reads it.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/context.h"
#include "cli/create/create.h"
#include "cli/flags.h"

namespace ephor::cli {
namespace {

struct Options {
  std::string output;
  std::string username;
  std::vector<std::string> roles, cluster_roles, groups;
};

Result<int> Run(const Options& options, const Context& context) {
  std::string text = "apiVersion: cli.kyverno.io/v1alpha1\nkind: UserInfo\nmetadata:\n  name: user-info\n\n";
  AppendYamlList("# list of roles\nroles:", options.roles, "  ", text);
  AppendYamlList("\n# list of cluster roles\nclusterRoles:", options.cluster_roles, "  ", text);
  text += "\nuserInfo:\n  # user name\n  username:" +
          (options.username.empty() ? "" : " " + YamlText(options.username)) + "\n\n";
  AppendYamlList("  # list of groups\n  groups:", options.groups, "    ", text);
  return WriteCreated(text, options.output, context);
}

}  // namespace

void AddCreateUserInfo(CLI::App& create, Context& context) {
  CLI::App* command = create.add_subcommand("user-info", "Create a Kyverno user-info file.");
  command->footer(
      "Examples:\n"
      "  # Create user info file\n"
      "  ephor create user-info -u molybdenum@somecorp.com -g basic-user -c admin\n");
  const auto options = std::make_shared<Options>();
  command->add_option("-o,--output", options->output,
                      "Output path (uses standard console output if not set)");
  command->add_option("-u,--username", options->username, "User name");
  AddListFlag(*command, "-r,--role", options->roles, "Role");
  AddListFlag(*command, "-c,--cluster-role", options->cluster_roles, "Cluster role");
  AddListFlag(*command, "-g,--group", options->groups, "Group");
  command->callback([options, &context] { context.Finish(Run(*options, context)); });
}

}  // namespace ephor::cli
