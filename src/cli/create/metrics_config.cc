// `ephor create metrics-config`: the ConfigMap that says for which namespaces Kyverno counts.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/context.h"
#include "cli/create/create.h"
#include "cli/flags.h"
#include "json/builder.h"
#include "json/write.h"

namespace ephor::cli {
namespace {

struct Options {
  std::string output;
  std::string name = "kyverno-metrics";
  std::string namespace_ = "kyverno";
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

json::Value Strings(const std::vector<std::string>& items, Arena& arena) {
  json::ArrayBuilder array(arena);
  for (const std::string& item : items) array.Add(json::Value::String(item));
  return array.Build();
}

Result<int> Run(const Options& options, const Context& context) {
  // Members are written by hand: "include" comes before "exclude".
  Arena arena(1 << 10);
  std::string members;
  for (const auto& [name, items] : {std::pair("include", &options.include), {"exclude", &options.exclude}}) {
    if (items->empty()) continue;
    if (!members.empty()) members += ",";
    members += "\n  \"" + std::string(name) + "\": ";
    // The items stand one level deeper than in a text of their own.
    for (const char c : json::ToString(Strings(*items, arena), {.escape_html = true, .indent = "  "})) {
      members += c;
      if (c == '\n') members += "  ";
    }
  }
  std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + YamlText(options.name) +
                     "\n  namespace: " + YamlText(options.namespace_) + "\ndata:\n  namespaces: |\n    ";
  for (const char c : members.empty() ? "{}" : "{" + members + "\n}") {
    text += c;
    if (c == '\n') text += "    ";
  }
  return WriteCreated(text + "\n", options.output, context);
}

}  // namespace

void AddCreateMetricsConfig(CLI::App& create, Context& context) {
  CLI::App* command = create.add_subcommand("metrics-config", "Create a Kyverno metrics-config file.");
  command->footer(
      "Examples:\n"
      "  # Create metrics config file\n"
      "  ephor create metrics-config -i ns-included-1 -i ns-included-2 -e ns-excluded\n");
  const auto options = std::make_shared<Options>();
  command->add_option("-o,--output", options->output,
                      "Output path (uses standard console output if not set)");
  command->add_option("-n,--name", options->name, "Name")->capture_default_str();
  command->add_option("--namespace", options->namespace_, "Namespace")->capture_default_str();
  AddListFlag(*command, "-i,--include", options->include, "Included namespaces");
  AddListFlag(*command, "-e,--exclude", options->exclude, "Excluded namespaces");
  command->callback([options, &context] { context.Finish(Run(*options, context)); });
}

}  // namespace ephor::cli
