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
#include "cli/given_flags.h"

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
  AddListFlag(*command, "-r,--resource,--resources", given.resources,
              "files of resources, or one folder, or - for standard input");
  AddListFlag(*command, "--reviews,--review", options->reviews,
              "files of AdmissionReviews, one a line (JSON)");
  command->add_option("-o,--output", options->output, "text (default) or json");
  command->add_flag("--summary", options->summary, "print only how often each rule changed");
  AddGivenFlags(*command, given);
  command->add_flag("--remove-color", options->remove_color, "print without colours");
  command->callback([options, &context] { context.exit_code = RunDiff(*options, context); });
}

}  // namespace ephor::cli
