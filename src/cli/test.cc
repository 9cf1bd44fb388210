// The flags of `ephor test`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/test_options.h"
#include "cli/test_run.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kExamples =
    "Examples:\n"
    "  # Run all tests below a folder\n"
    "  ephor test .\n\n"
    "  # Only those of one policy, failures only\n"
    "  ephor test . --test-case-selector 'policy=disallow-*' --fail-only\n\n"
    "  # Results for a CI system\n"
    "  ephor test . --output-format junit --detailed-results\n\n"
    "  # What of the policies do the tests exercise?\n"
    "  ephor test . --coverage\n"
    "  ephor test . --coverage=html --coverage-file coverage.html\n";

}  // namespace

void AddTestCommand(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("test", "Runs tests of policies: compares their results with expected ones.");
  command->footer(std::string(kExamples));
  auto options = std::make_shared<TestOptions>();
  command->add_option("folders", options->paths, "folders that hold tests")->type_name("FOLDER");
  command->add_option("-f,--file-name", options->file_name, "name of the test files (kyverno-test.yaml)");
  command->add_option("-b,--git-branch", options->git_branch, "branch of a git repository of tests");
  command->add_option("-t,--test-case-selector", options->selector,
                      "which rows to run, such as policy=*,rule=*,resource=*");
  command->add_option("-o,--output-format", options->output_format, "json, yaml, markdown, junit or sarif");
  command->add_flag("--registry", options->registry, "ask image registries");
  command->add_flag("--fail-only", options->fail_only, "print only what failed, at the end");
  command->add_flag("--remove-color", options->remove_color, "print without colours");
  command->add_flag("--detailed-results", options->detailed_results, "print also the messages");
  command->add_flag("--coverage{text}", options->coverage,
                    "tell what of the policies the tests exercise: text (default) or html");
  command->add_option("--coverage-file", options->coverage_file,
                      "where --coverage=html writes its page (coverage.html)");
  command->add_flag("--require-tests", options->require_tests, "fail where no test is found");
  command->callback([options, &context] { context.Finish(RunTests(*options, context)); });
}

}  // namespace ephor::cli
