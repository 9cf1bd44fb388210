// The flags of `ephor explain`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/explain_options.h"
#include "cli/explain_run.h"
#include "cli/flags.h"
#include "cli/given_flags.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kFooter =
    "Each step of the evaluation is one line: what was looked at, with which values, and what came of it,\n"
    "with the lines of the policy and of the resource. It is the evaluation of apply and serve, watched.\n\n"
    "Examples:\n"
    "  # Why does the policy refuse this Pod, or why not?\n"
    "  ephor explain policy.yaml --resource pod.yaml\n\n"
    "  # One rule only, of a folder of policies\n"
    "  ephor explain policies/ --resource pod.yaml --policy require-labels --rule 'check-*'\n\n"
    "  # A request that a webhook was sent, with its user and its old object\n"
    "  ephor explain policies/ --review review.json\n\n"
    "  # For programs\n"
    "  ephor explain policy.yaml --resource pod.yaml --output json\n\n"
    "Exit codes: 0 whatever was decided; 1 where a policy, a resource or a review cannot be read or judged,\n"
    "or where --policy and --rule select nothing.\n";

}  // namespace

void AddExplainCommand(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("explain", "Shows how policies come to their decision on resources, step by step.");
  command->footer(std::string(kFooter));
  auto options = std::make_shared<ExplainOptions>();
  ApplyOptions& given = options->given;
  command->add_option("policies", given.policies, "files and folders of policies, or - for standard input")
      ->type_name("POLICY");
  AddListFlag(*command, "-r,--resource,--resources", given.resources,
              "files of resources, or one folder, or - for standard input");
  AddListFlag(*command, "--review,--reviews", options->reviews, "files of AdmissionReviews, JSON or YAML");
  AddListFlag(*command, "--json", given.json_payloads, "files of JSON or YAML that are no resources");
  AddListFlag(*command, "--http-payload", given.http_payloads, "files of requests of HTTP authorizers");
  AddListFlag(*command, "--envoy-payload", given.envoy_payloads, "files of requests of Envoy's authorizers");
  AddListFlag(*command, "--policy", options->policies, "show only policies of these names (wildcards)");
  AddListFlag(*command, "--rule", options->rules, "show only rules of these names (wildcards)");
  command->add_option("-o,--output", options->output, "text (default) or json");
  AddGivenFlags(*command, given);
  command->add_flag("--exceptions-within-resources,--exceptions-with-resources",
                    given.exceptions_within_resources, "take the exceptions among the resources");
  command->add_flag("--remove-color", options->remove_color, "print without colours");
  command->callback([options, &context] { context.Finish(RunExplain(*options, context)); });
}

}  // namespace ephor::cli
