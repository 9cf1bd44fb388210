// `ephor create cluster-role`: permissions for Kyverno's controllers, which their roles aggregate.
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
  std::string name;
  std::string output;
  std::string api_group;
  std::vector<std::string> verbs;
  std::vector<std::string> resources;
  std::vector<std::string> controllers = {"background-controller"};
};

// "a", "b": of arguments that may hold several, separated by commas.
std::string QuotedItems(const std::vector<std::string>& arguments) {
  std::string items;
  for (const std::string& argument : arguments) {
    for (const std::string_view item : SplitAt(',', argument)) {
      if (!items.empty()) items += ", ";
      items += '"';
      items += item;
      items += '"';
    }
  }
  return items;
}

Result<int> Run(const Options& options, const Context& context) {
  if (options.name.empty()) return InvalidInput("name argument is required");
  if (options.api_group.empty()) return InvalidInput("required flag(s) \"api-groups\" not set");
  if (options.controllers.empty() || (options.controllers.size() == 1 && options.controllers[0].empty())) {
    return InvalidInput("invalid controller provided");
  }
  std::vector<std::string> verbs = options.verbs;
  if (verbs[0] == "all") verbs = {"create", "get", "update", "delete", "list", "watch"};
  std::string text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: " +
                     YamlText("kyverno-" + options.name + "-permission") + "\n  labels:\n";
  for (const std::string& controller : options.controllers) {
    text += "      " + YamlText("rbac.kyverno.io/aggregate-to-" + controller) + ": \"true\"\n";
  }
  text += "rules:\n  - apiGroups: [\"" + options.api_group + "\"]\n";
  text += "    resources: [" + QuotedItems(options.resources) + "]\n";
  text += "    verbs: [" + QuotedItems(verbs) + "]";
  return WriteCreated(text, options.output, context);
}

}  // namespace

void AddCreateClusterRole(CLI::App& create, Context& context) {
  CLI::App* command =
      create.add_subcommand("cluster-role", "Create an aggregated role for given resource types");
  const auto options = std::make_shared<Options>();
  command->add_option("name", options->name, "name of the role")->required();
  AddArrayFlag(*command, "--controllers", options->controllers,
               "List of controllers for the ClusterRole (default = background-controller)");
  command->add_option("-o,--output", options->output, "Output file path (prints to console if not set)");
  command->add_option("-g,--api-groups", options->api_group, "API group for the resource (required)")
      ->required();
  AddArrayFlag(*command, "--verbs", options->verbs, "A comma separated list of verbs or 'all' for all verbs")
      ->required();
  AddArrayFlag(*command, "--resources", options->resources, "A comma separated list of resources (required)")
      ->required();
  command->callback([options, &context] { context.Finish(Run(*options, context)); });
}

}  // namespace ephor::cli
