// The flags of `ephor fix policy` and `ephor fix test`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/fix/fix_run.h"

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
      "  ephor fix policy . --save\n");
  const auto options = std::make_shared<FixPolicyOptions>();
  command->add_option("dir", options->paths, "folders and files of policies")->type_name("DIR")->required();
  command->add_flag("--save", options->save, "Save fixed file");
  command->callback([options, &context] { context.Finish(RunFixPolicy(*options, context)); });
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
