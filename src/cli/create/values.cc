// `ephor create values`: what a cluster would say, as `apply --values-file` reads it.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <span>

#include "cli/context.h"
#include "cli/create/create.h"
#include "cli/flags.h"

namespace ephor::cli {
namespace {

struct Options {
  std::string output;
  std::vector<std::string> namespace_selectors, global_values, rules, resources;
};

// Of "k=v" items; what is no such pair is left out. Of equal keys the last counts.
std::map<std::string_view, std::string_view> PairsOf(std::span<const std::string_view> items) {
  std::map<std::string_view, std::string_view> pairs;
  for (const std::string_view item : items) {
    const std::vector<std::string_view> pair = SplitAt('=', item);
    if (pair.size() == 2 && !pair[0].empty() && !pair[1].empty()) pairs[pair[0]] = pair[1];
  }
  return pairs;
}

// The values of one policy: those of rules and of resources, each as the parts of "policy,name,k=v,...".
struct PolicyValues {
  std::string_view name;
  std::vector<std::vector<std::string_view>> rules, resources;
};

void Collect(const std::vector<std::string>& arguments,
             std::vector<std::vector<std::string_view>> PolicyValues::* list,
             std::vector<PolicyValues>& policies) {
  for (const std::string& argument : arguments) {
    std::vector<std::string_view> parts = SplitAt(',', argument);
    if (parts.size() < 2) continue;
    auto policy = std::ranges::find(policies, parts[0], &PolicyValues::name);
    if (policy == policies.end()) policy = policies.insert(policy, {parts[0], {}, {}});
    ((*policy).*list).push_back(std::move(parts));
  }
}

void AppendValues(std::string_view key, const std::vector<std::vector<std::string_view>>& list,
                  std::string& out) {
  if (!list.empty()) out += key;
  for (const std::vector<std::string_view>& parts : list) {
    out += "      - name: " + YamlText(parts[1]) + "\n        values:\n";
    for (const auto& [name, value] : PairsOf(std::span(parts).subspan(2))) {
      out += "          " + YamlText(name) + ": " + YamlScalar(value) + "\n";
    }
  }
}

Result<int> Run(const Options& options, const Context& context) {
  std::string text =
      "apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\nmetadata:\n  name: values\n\n"
      "# list of policy values\npolicies:\n";
  std::vector<PolicyValues> policies;
  Collect(options.rules, &PolicyValues::rules, policies);
  Collect(options.resources, &PolicyValues::resources, policies);
  for (const PolicyValues& policy : policies) {
    text += "  - name: " + YamlText(policy.name) + "\n";
    AppendValues("    rules:\n", policy.rules, text);
    AppendValues("    resources:\n", policy.resources, text);
  }
  text += "\n# list of global values\nglobalValues:\n";
  const std::vector<std::string_view> global_values(options.global_values.begin(),
                                                    options.global_values.end());
  for (const auto& [key, value] : PairsOf(global_values)) {
    text += "  " + YamlText(key) + ": " + YamlScalar(value) + "\n";
  }
  text += "\n# list of namespace selectors\nnamespaceSelector:\n";
  for (const std::string& argument : options.namespace_selectors) {
    const std::vector<std::string_view> parts = SplitAt(',', argument);
    if (parts.size() < 2) continue;
    text += "  - name: " + YamlText(parts[0]) + "\n    labels:\n";
    for (const auto& [key, value] : PairsOf(std::span(parts).subspan(1))) {
      text += "      " + YamlText(key) + ": " + YamlText(value) + "\n";
    }
  }
  return WriteCreated(text, options.output, context);
}

}  // namespace

void AddCreateValues(CLI::App& create, Context& context) {
  CLI::App* command = create.add_subcommand("values", "Create a Kyverno values file.");
  command->footer(
      "Examples:\n"
      "  # Create values file\n"
      "  ephor create values -g request.mode=dev -n prod,env=prod --rule policy,rule,env=demo --resource "
      "policy,resource,env=demo\n");
  const auto options = std::make_shared<Options>();
  command->add_option("-o,--output", options->output,
                      "Output path (uses standard console output if not set)");
  AddArrayFlag(*command, "-n,--ns-selector", options->namespace_selectors, "Namespace selector");
  AddListFlag(*command, "-g,--global", options->global_values, "Global value");
  AddArrayFlag(*command, "--rule", options->rules, "Policy rule values");
  AddArrayFlag(*command, "--resource", options->resources, "Policy resource values");
  command->callback([options, &context] { context.Finish(Run(*options, context)); });
}

}  // namespace ephor::cli
