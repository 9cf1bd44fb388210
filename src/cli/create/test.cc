// `ephor create test`: the manifest of a test, as `ephor test` reads it.
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
  std::string name = "test-name";
  std::vector<std::string> policies;
  std::vector<std::string> resources;
  std::string values;
  std::vector<std::string> pass, fail, skip;
};

// "policy,rule,resource,namespace,kind" and perhaps ",patched": rows of other lengths are left out.
void AppendRows(const std::vector<std::string>& arguments, std::string_view result, std::string& out) {
  for (const std::string& argument : arguments) {
    const std::vector<std::string_view> parts = SplitAt(',', argument);
    if (parts.size() != 5 && parts.size() != 6) continue;
    out += "  - policy: " + YamlText(parts[0]) + "\n    rule: " + YamlText(parts[1]) + "\n    resources:\n";
    const std::string resource =
        parts[3].empty() ? std::string(parts[2]) : std::string(parts[3]) + "/" + std::string(parts[2]);
    out += "      - " + YamlText(resource) + "\n    kind: " + YamlText(parts[4]) + "\n";
    if (parts.size() == 6) out += "    patchedResources: " + YamlText(parts[5]) + "\n";
    out += "    result: " + std::string(result) + "\n";
  }
}

Result<int> Run(const Options& options, const Context& context) {
  std::string text = "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\n\n# test name\nmetadata:\n  name: " +
                     YamlText(options.name) + "\n\n";
  AppendYamlList("# list of policy files\npolicies:", options.policies, "  ", text);
  AppendYamlList("\n# list of resource files\nresources:", options.resources, "  ", text);
  text += "\n# variables file (optional)\nvariables:" +
          (options.values.empty() ? "" : " " + YamlText(options.values)) +
          "\n\n# list of expected results\nresults:\n";
  AppendRows(options.pass, "pass", text);
  AppendRows(options.fail, "fail", text);
  AppendRows(options.skip, "skip", text);
  return WriteCreated(text, options.output, context);
}

}  // namespace

void AddCreateTest(CLI::App& create, Context& context) {
  CLI::App* command = create.add_subcommand("test", "Create a Kyverno test file.");
  command->footer(
      "Examples:\n"
      "  # Create test file\n"
      "  ephor create test -p policy.yaml -r resource.yaml -f values.yaml --pass "
      "policy-name,rule-name,resource-name,resource-namespace,resource-kind\n");
  const auto options = std::make_shared<Options>();
  command->add_option("-o,--output", options->output,
                      "Output path (uses standard console output if not set)");
  command->add_option("-n,--name", options->name, "Test name")->capture_default_str();
  AddListFlag(*command, "-p,--policy", options->policies, "List of policy files");
  AddListFlag(*command, "-r,--resource", options->resources, "List of resource files");
  command->add_option("-f,--values", options->values, "Values file");
  AddArrayFlag(*command, "--pass", options->pass, "Expected `pass` results");
  AddArrayFlag(*command, "--fail", options->fail, "Expected `fail` results");
  AddArrayFlag(*command, "--skip", options->skip, "Expected `skip` results");
  command->callback([options, &context] { context.Finish(Run(*options, context)); });
}

}  // namespace ephor::cli
