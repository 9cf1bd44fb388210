// The flags of `ephor fix policy` and `ephor fix test`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/fix/fix_run.h"
#include "cli/fix/fix_to_cel.h"

namespace ephor::cli {
namespace {

void AddFixPolicy(CLI::App& fix, Context& context) {
  CLI::App* command =
      fix.add_subcommand("policy", "Fix inconsistencies and deprecated usage in Kyverno policy files.");
  command->footer(
      "Examples:\n"
      "  # Fix Kyverno policy files\n"
      "  ephor fix policy .\n\n"
      "  # Fix Kyverno policy files and save them back\n"
      "  ephor fix policy . --save\n\n"
      "  # Rewrite ClusterPolicies as ValidatingPolicies that provably decide the same\n"
      "  ephor fix policy policies/ --to-cel --resource pods/ --output converted.yaml\n");
  const auto options = std::make_shared<FixPolicyOptions>();
  command->add_option("dir", options->paths, "folders and files of policies")->type_name("DIR")->required();
  CLI::Option* save = command->add_flag("--save", options->save, "Save fixed file");
  const auto to_cel = std::make_shared<ToCelOptions>();
  CLI::Option* convert = command->add_flag(
      "--to-cel", to_cel->enabled,
      "Print the policies as ValidatingPolicies and MutatingPolicies, where both do the same");
  command
      ->add_option("-r,--resource", to_cel->resources,
                   "With --to-cel: files and folders of objects that both must agree on, and of "
                   "CustomResourceDefinitions")
      ->needs(convert);
  command->add_option("-o,--output", to_cel->output, "With --to-cel: the file to write")
      ->needs(convert)
      ->excludes(save);
  command
      ->add_flag("--any-types", to_cel->any_types,
                 "With --to-cel: also for objects with fields of wrong types, which no API server lets in")
      ->needs(convert);
  command->callback([options, to_cel, &context] {
    if (!to_cel->enabled) return context.Finish(RunFixPolicy(*options, context));
    to_cel->paths = options->paths;
    to_cel->save = options->save;
    context.Finish(RunFixToCel(*to_cel, context));
  });
}

void AddFixTest(CLI::App& fix, Context& context) {
  CLI::App* command =
      fix.add_subcommand("test", "Fix inconsistencies and deprecated usage in Kyverno test files.");
  command->footer(
      "Examples:\n"
      "  # Fix Kyverno test files\n"
      "  ephor fix test .\n\n"
      "  # Fix Kyverno test files and save them back\n"
      "  ephor fix test . --save\n\n"
      "  # Fix Kyverno test files with a specific file name\n"
      "  ephor fix test . --file-name test.yaml --save\n");
  const auto options = std::make_shared<FixTestOptions>();
  command->add_option("dir", options->folders, "folders of tests")->type_name("DIR")->required();
  command->add_option("-f,--file-name", options->file_name, "Test filename")->capture_default_str();
  command->add_flag("--save", options->save, "Save fixed file");
  command->add_flag("--force", options->force, "Force save file");
  command->add_flag("--compress", options->compress, "Compress test results");
  command->callback([options, &context] { context.Finish(RunFixTest(*options, context)); });
}

}  // namespace

void AddFixCommand(CLI::App& app, Context& context) {
  CLI::App* fix = app.add_subcommand("fix",
                                     "Provides a command-line interface to fix inconsistencies and "
                                     "deprecated usage of Kyverno resources.");
  fix->require_subcommand(0, 1);
  AddFixPolicy(*fix, context);
  AddFixTest(*fix, context);
  fix->callback([fix, &context] {
    if (fix->get_subcommands().empty()) context.Print(fix->help());
  });
}

}  // namespace ephor::cli
