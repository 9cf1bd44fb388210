// `ephor migrate`: storing the objects of custom resources anew, in their newest version.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/flags.h"

namespace ephor::cli {
namespace {

struct Options {
  std::vector<std::string> resources;
  std::string kubeconfig, context;
};

Result<int> Run(const Options& options) {
  for (const std::string& resource : options.resources) {
    if (resource.find_first_not_of(" \t\r\n") == std::string::npos) {
      return InvalidInput("resource cannot be empty");
    }
  }
  return Fail(ErrorCode::kUnavailable,
              "migrate works on the objects of a cluster, and this version cannot connect to one");
}

}  // namespace

void AddMigrateCommand(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("migrate", "Migrate one or more resources to the stored version.");
  const auto options = std::make_shared<Options>();
  AddListFlag(*command, "--resource", options->resources, "The resource to migrate")->required();
  command->add_option("--kubeconfig", options->kubeconfig,
                      "path to kubeconfig file with authorization and master location information");
  command->add_option("--context", options->context, "The name of the kubeconfig context to use");
  command->callback([options, &context] { context.Finish(Run(*options)); });
}

}  // namespace ephor::cli
