// `ephor create exception`: a PolicyException.
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
  std::string namespace_;
  bool background = true;
  std::vector<std::string> policy_rules;
  std::vector<std::string> any;
  std::vector<std::string> all;
};

// One --any or --all: "kind=Pod,kind=Deployment,name=test-*".
struct Filter {
  std::vector<std::string> kinds, names, namespaces, operations;

  bool empty() const { return kinds.empty() && names.empty() && namespaces.empty() && operations.empty(); }
};

// Nothing of a filter of which a part is no pair; other keys are passed over.
Filter ParseFilter(std::string_view text) {
  Filter filter;
  for (const std::string_view part : SplitAt(',', text)) {
    const std::vector<std::string_view> pair = SplitAt('=', part);
    if (pair.size() != 2) return {};
    if (pair[0] == "kind") filter.kinds.emplace_back(pair[1]);
    if (pair[0] == "name") filter.names.emplace_back(pair[1]);
    if (pair[0] == "namespace") filter.namespaces.emplace_back(pair[1]);
    if (pair[0] == "operation") filter.operations.emplace_back(pair[1]);
  }
  return filter;
}

void AppendFilters(std::string_view key, const std::vector<std::string>& arguments, std::string& out) {
  bool first = true;
  for (const std::string& argument : arguments) {
    const Filter filter = ParseFilter(argument);
    if (filter.empty()) continue;
    if (first) out += key;
    first = false;
    out += "    - resources:\n";
    const std::pair<std::string_view, const std::vector<std::string>*> lists[] = {
        {"        kinds:", &filter.kinds},
        {"        names:", &filter.names},
        {"        namespaces:", &filter.namespaces},
        {"        operations:", &filter.operations},
    };
    for (const auto& [name, items] : lists) {
      if (!items->empty()) AppendYamlList(name, *items, "          ", out);
    }
  }
}

void AppendExceptions(const std::vector<std::string>& policy_rules, std::string& out) {
  bool first = true;
  for (const std::string& argument : policy_rules) {
    const std::vector<std::string_view> parts = SplitAt(',', argument);
    if (parts.size() < 2) continue;
    if (first) out += "  exceptions:\n";
    first = false;
    out += "    - policyName: " + YamlText(parts[0]) + "\n";
    AppendYamlList("      ruleNames:", {parts.begin() + 1, parts.end()}, "        ", out);
  }
}

Result<int> Run(const Options& options, const Context& context) {
  std::string text =
      "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata:\n  name: " + YamlText(options.name) +
      "\n  namespace: " + (options.namespace_.empty() ? "default" : YamlText(options.namespace_)) +
      "\nspec:\n  background: " + (options.background ? "true" : "false") + "\n  match:\n";
  AppendFilters("    any:\n", options.any, text);
  AppendFilters("    all:\n", options.all, text);
  AppendExceptions(options.policy_rules, text);
  return WriteCreated(text, options.output, context);
}

}  // namespace

void AddCreateException(CLI::App& create, Context& context) {
  CLI::App* command = create.add_subcommand("exception", "Create a Kyverno policy exception file.");
  command->footer(
      "Examples:\n"
      "  # Create a policy exception file\n"
      "  ephor create exception my-exception --namespace my-ns --policy-rules \"policy,rule-1,rule-2\" --any "
      "\"kind=Pod,kind=Deployment,name=test-*\"\n");
  const auto options = std::make_shared<Options>();
  command->add_option("name", options->name, "name of the exception")->required();
  command->add_option("-o,--output", options->output,
                      "Output path (uses standard console output if not set)");
  command->add_option("--namespace", options->namespace_, "Policy exception namespace");
  command->add_flag("-b,--background", options->background,
                    "Set to false when policy shouldn't be considered in background scans");
  AddArrayFlag(*command, "--policy-rules", options->policy_rules,
               "Policy name, followed by rule names (`--policy-rules=policy,rule-1,rule-2,...`)")
      ->required();
  AddArrayFlag(*command, "--any", options->any, "List of resource filters");
  AddArrayFlag(*command, "--all", options->all, "List of resource filters");
  command->callback([options, &context] { context.Finish(Run(*options, context)); });
}

}  // namespace ephor::cli
