// The flags of `ephor diff`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/diff_options.h"
#include "cli/diff_run.h"
#include "cli/flags.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kFooter =
    "Judges each resource by both versions of the policies and prints the rules whose result, message, "
    "patch\n"
    "or generated objects differ, then how often each rule changed in which way.\n\n"
    "Examples:\n"
    "  # What does a change of policies mean for what runs in a cluster?\n"
    "  kubectl get pods,deployments -A -o yaml > cluster.yaml\n"
    "  ephor diff policies/ policies-new/ --resource cluster.yaml\n\n"
    "  # And for recorded requests, one AdmissionReview a line\n"
    "  ephor diff policies/ policies-new/ --reviews reviews.jsonl --summary\n\n"
    "Exit codes: 0 nothing differs; 1 something differs; 2 a policy, a resource or a review cannot be "
    "used.\n";

}  // namespace

void AddDiffCommand(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("diff", "Compares what two versions of policies decide of resources.");
  command->footer(std::string(kFooter));
  auto options = std::make_shared<DiffOptions>();
  ApplyOptions& given = options->given;
  command->add_option("old", options->old_policies, "file or folder of the policies as they are")
      ->type_name("OLD")
      ->required();
  command->add_option("new", options->new_policies, "file or folder of the policies as they shall be")
      ->type_name("NEW")
      ->required();
  AddListFlag(*command, "-r,--resource,--resources", given.resources, "files of resources, or one folder");
  AddListFlag(*command, "--reviews,--review", options->reviews,
              "files of AdmissionReviews, one a line (JSON)");
  command->add_option("-o,--output", options->output, "text (default) or json");
  command->add_flag("--summary", options->summary, "print only how often each rule changed");
  AddListFlag(*command, "--target-resource,--target-resources", given.target_resources,
              "files of resources that rules for existing resources change");
  AddListFlag(*command, "-e,--exception,--exceptions", given.exceptions,
              "files of policy exceptions, for both versions");
  command->add_flag("--exceptions-within-policies", given.exceptions_within_policies,
                    "take also the exceptions among the policies");
  command->add_option("-u,--userinfo", given.userinfo, "file that says who makes the requests");
  AddListFlag(*command, "-s,--set", given.set, "variables that are needed, as name=value");
  command->add_option("-f,--values-file", given.values_file, "file of values that a cluster would know");
  command->add_option("--context-file", given.context_file, "file of objects and images for CEL policies");
  command->add_flag("--remove-color", options->remove_color, "print without colours");
  command->callback([options, &context] { context.exit_code = RunDiff(*options, context); });
}

}  // namespace ephor::cli
