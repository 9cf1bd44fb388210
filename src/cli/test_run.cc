#include "cli/test_run.h"

#include <memory>
#include <optional>

#include "cli/context.h"
#include "cli/output_path.h"
#include "cli/test_evaluate.h"
#include "cli/test_match.h"
#include "cli/test_selector.h"
#include "cli/version.h"
#include "report/coverage.h"
#include "report/findings.h"
#include "report/table.h"
#include "report/test_results.h"
#include "source/git_folder.h"
#include "source/paths.h"
#include "source/test_case.h"
#include "source/text.h"

namespace ephor::cli {
namespace {

// How rows are shown.
struct Style {
  std::optional<report::TestFormat> format;  // a table without one
  bool detailed;
  bool colour;
  bool coloured_header;
};

void WriteRows(std::vector<report::TableRow>& rows, const Style& style, std::string& out) {
  if (style.format) {
    report::WriteTestResults(rows, *style.format, style.detailed, out);
  } else {
    report::WriteTable(rows, {.detailed = style.detailed, .coloured_header = style.coloured_header},
                       [&](std::string_view text) { out += text; });
  }
}

struct LoadError {
  std::string path;
  std::string text;
};

// The tests of the arguments, and what was fetched for them.
struct LoadedTests {
  std::vector<source::TestCase> tests;
  std::vector<std::unique_ptr<source::GitFolder>> fetched;
};

// The tests of a git repository; the argument's rest is a branch, or a folder where a branch is given.
Result<void> LoadRepository(const std::string& url, const TestOptions& options, LoadedTests& loaded,
                            std::vector<LoadError>& errors) {
  EPHOR_ASSIGN(const source::GitAddress address, source::GitAddress::Parse(url, options.git_branch));
  auto fetched = source::GitFolder::Fetch(address, {});
  if (!fetched) {
    return Fail(fetched.error().code(), "error: failed to clone repository \nCause: " + address.repository +
                                            ", branch " + address.branch + ": " + fetched.error().message());
  }
  const source::GitFolder& folder = *loaded.fetched.emplace_back(*std::move(fetched));
  EPHOR_ASSIGN(const std::vector<std::string> files, source::FilesNamed(folder.path(), options.file_name));
  for (const std::string& file : files) {
    source::TestFile read = source::LoadTestFile(file);
    std::optional<Error> error = std::move(read.error);
    for (source::TestCase& test : read.tests) {
      test.root = folder.path();
      if (auto contained = folder.CheckContains(test); !contained) {
        error = std::move(contained).error();
      } else {
        loaded.tests.push_back(std::move(test));
      }
    }
    if (error) errors.push_back({file.substr(folder.path().size()), error->message()});
  }
  return {};
}

Result<void> LoadFolder(const std::string& path, const TestOptions& options, LoadedTests& loaded,
                        std::vector<LoadError>& errors) {
  EPHOR_ASSIGN(const std::vector<std::string> files,
               source::FilesNamed(source::CleanPath(path), options.file_name));
  for (const std::string& file : files) {
    source::TestFile read = source::LoadTestFile(file);
    for (source::TestCase& test : read.tests) loaded.tests.push_back(std::move(test));
    if (read.error) errors.push_back({file, read.error->message()});
  }
  return {};
}

Result<LoadedTests> LoadTests(const TestOptions& options, const Context& context,
                              std::vector<LoadError>& errors) {
  LoadedTests loaded;
  for (const std::string& path : options.paths) {
    const auto read = source::IsUrl(path) ? LoadRepository(path, options, loaded, errors)
                                          : LoadFolder(path, options, loaded, errors);
    if (!read) {
      context.Print("\nError loading tests: " + read.error().message() + "\n");
      return std::unexpected(read.error());
    }
  }
  return loaded;
}

Result<void> CheckSchema(const source::TestCase& test, const Context& context) {
  if (!test.api_version.empty() && !test.kind.empty() && test.name.empty()) return {};
  context.Print("\nWARNING: test file (" + std::string(test.shown_path()) +
                ") uses a deprecated schema that will be removed in 1.15\n");
  return InvalidInput("test file " + std::string(test.shown_path()) +
                      " uses a deprecated schema — please migrate to the latest format");
}

std::vector<source::ExpectedResult> Selected(const source::TestCase& test, const TestSelector& selector) {
  std::vector<source::ExpectedResult> selected;
  for (const source::ExpectedResult& row : test.results) {
    if (!selector.Selects(row)) continue;
    selected.push_back(row);
    if (selector.resources().empty()) continue;
    selected.back().has_resources = true;
    selected.back().resources = selector.resources();
  }
  return selected;
}

// A row that is not as expected, at its place in the test's file.
report::Finding FindingOf(const report::TableRow& row, const std::string& path) {
  std::string message = row.reason;
  if (!row.message.empty() && row.message != row.reason) message += ": " + row.message;
  return {.policy = row.policy,
          .rule = row.rule,
          .description = {},
          .category = {},
          .severity = {},
          .status = "fail",
          .message = std::move(message),
          .resource = row.resource,
          .manifest = {path, row.place},
          .rule_place = {}};
}

// As text after the summary, or as a page in a file.
Result<void> TellCoverage(const engine::CoverageReport& coverage, const TestOptions& options,
                          const Context& context) {
  std::string out;
  if (options.coverage == "text") {
    report::AppendCoverageText(coverage, out);
    context.Print(out);
    return {};
  }
  const auto source = [](const std::string& file) -> std::optional<std::string> {
    const auto text = source::Text::OfFile(file);
    if (!text) return std::nullopt;
    return std::string(text->bytes());
  };
  report::AppendCoverageHtml(coverage, source, out);
  EPHOR_TRY(WriteFile(options.coverage_file, out));
  context.Print("coverage: " + options.coverage_file + "\n");
  return {};
}

// The findings are those of all rows that failed.
Result<int> Run(const TestOptions& options, const Context& context, std::vector<report::Finding>& findings) {
  Style style{.format = report::TestFormatOf(options.output_format),
              .detailed = options.detailed_results,
              .colour = context.colour && !options.remove_color && options.output_format.empty(),
              .coloured_header = !options.remove_color && options.output_format.empty()};
  if (!style.format && !options.output_format.empty()) {
    return InvalidInput("invalid format, expected (json, yaml, markdown, junit, sarif)");
  }
  if (options.paths.empty()) return InvalidInput("a directory is required");
  if (!options.coverage.empty() && options.coverage != "text" && options.coverage != "html") {
    return InvalidInput("invalid coverage \"" + options.coverage + "\", expected text or html");
  }

  const TestSelector selector(options.selector);
  if (!selector.errors().empty()) {
    context.Print("\nFilter errors:\n");
    for (const std::string& error : selector.errors()) context.Print("  Error: " + error + "\n");
  }
  std::vector<LoadError> errors;
  EPHOR_ASSIGN(const LoadedTests loaded, LoadTests(options, context, errors));
  const std::vector<source::TestCase>& tests = loaded.tests;
  if (!errors.empty()) {
    context.Print("\nTest errors:\n");
    for (const LoadError& error : errors) {
      context.Print("  Path: " + error.path + "\n    Error: " + error.text + "\n");
    }
    return InvalidInput("found " + std::to_string(errors.size()) + " errors after loading tests");
  }
  if (tests.empty()) {
    context.Print("\nNo test yamls available\n");
    if (options.require_tests) return InvalidInput("no tests found");
    if (!selector.errors().empty()) return InvalidInput(selector.errors()[0]);
    return 0;
  }

  TestCounts counts;
  engine::CoverageReport coverage;
  const bool watches = !options.coverage.empty();
  std::vector<report::TableRow> failed;
  for (const source::TestCase& test : tests) {
    EPHOR_TRY(CheckSchema(test, context));
    const std::vector<source::ExpectedResult> expected = Selected(test, selector);
    if (expected.empty()) continue;
    const auto responses = EvaluateTest(test, context, options.registry, watches ? &coverage : nullptr);
    if (!responses) return InvalidInput("failed to run test (" + responses.error().message() + ")");
    std::string out = "  Checking results ...\n";
    std::vector<report::TableRow> rows =
        MatchRows(expected, *responses, source::DirectoryOf(test.path), style.colour, counts);
    for (const report::TableRow& row : rows) {
      if (!row.failed) continue;
      failed.push_back(row);
      findings.push_back(FindingOf(row, test.path));
    }
    if (!options.fail_only) {
      if (!style.format) out += '\n';
      WriteRows(rows, style, out);
      if (!style.format) out += '\n';
    }
    context.Print(out);
  }

  const std::size_t passed = counts.pass + counts.skip;
  std::string out = "\nTest Summary: ";
  if (options.fail_only) {
    out +=
        std::to_string(counts.fail) + " out of " + std::to_string(passed + counts.fail) + " tests failed\n\n";
  } else {
    out += std::to_string(passed) + " tests passed and " + std::to_string(counts.fail) + " tests failed\n\n";
  }
  if (counts.fail > 0 && options.fail_only) {
    if (!style.format) {
      out += "Aggregated Failed Test Cases : \n";
      int id = 0;
      for (report::TableRow& row : failed) row.id = ++id;
    }
    WriteRows(failed, style, out);
  }
  context.Print(out);
  if (watches) EPHOR_TRY(TellCoverage(coverage, options, context));
  if (counts.fail > 0) return InvalidInput(std::to_string(counts.fail) + " tests failed");
  return 0;
}

}  // namespace

Result<int> RunTests(const TestOptions& options, const Context& context) {
  std::vector<report::Finding> findings;
  if (options.output_format != "sarif") return Run(options, context, findings);
  // One document of all tests; what else there is to say goes to standard error.
  TestOptions plain = options;
  plain.output_format.clear();
  plain.remove_color = true;
  Context beside = context;
  beside.out = context.err;
  const Result<int> outcome = Run(plain, beside, findings);
  report::WriteSarif(findings, Version(), [&](std::string_view text) { context.Print(text); });
  return outcome;
}

}  // namespace ephor::cli
