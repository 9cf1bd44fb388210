#include "cli/fix/fix_run.h"

#include <optional>
#include <utility>

#include "cli/context.h"
#include "cli/fix/documents.h"
#include "cli/fix/fix_policy.h"
#include "cli/fix/fix_tests.h"
#include "cli/output_path.h"
#include "source/paths.h"
#include "source/policies.h"
#include "source/test_case.h"
#include "source/text.h"
#include "source/user_info.h"
#include "source/values.h"
#include "yaml/emit.h"

namespace ephor::cli {
namespace {

using json::Value;

void PrintWarnings(const std::vector<std::string>& messages, const Context& context) {
  for (const std::string& message : messages) context.Print("  WARNING: " + message + "\n");
}

// "  Saving test file (PATH)..." and how it went.
void Save(std::string_view what, const std::string& path, std::string_view text, const Context& context) {
  context.Print("  Saving " + std::string(what) + " (" + path + ")...\n");
  if (const auto saved = WriteFile(path, text); !saved) {
    context.Print("    ERROR: saving " + std::string(what) + " (" + path + "): " + saved.error().message() +
                  "\n");
    return;
  }
  context.Print("    OK\n");
}

// ---- policies ----

bool IsPolicy(const Value& document) {
  const std::string_view kind = document.StringAt("kind");
  return (kind == "ClusterPolicy" || kind == "Policy") &&
         document.StringAt("apiVersion").starts_with("kyverno.io/");
}

void ProcessPolicyFile(const std::string& path, bool save, const Context& context) {
  const auto text = source::Text::OfFile(path);
  if (!text) return;
  const std::string owned(text->bytes());  // the file is written while its documents are still needed
  Arena arena;
  RewrittenFile file(owned);
  for (std::size_t i = 0; i < file.size(); ++i) {
    const auto document = file.Load(i, arena);
    if (!document || !IsPolicy(*document)) continue;
    context.Print("Processing file (" + path + ")...\n");
    const source::LoadedPolicies loaded = source::LoadPolicyText(path, file.TextOf(i));
    if (!loaded.problems.empty()) {
      source::PolicyProblem problem = loaded.problems[0];
      if (problem.line > 0) problem.line += file.LineOf(i) - 1;
      context.Print("  ERROR: " + problem.Description() + "\n");
      continue;
    }
    const Fixed fixed = FixPolicy(*document, arena);
    PrintWarnings(fixed.messages, context);
    if (!json::Equal(*document, fixed.value)) file.Replace(i, fixed.value);
  }
  if (save && file.changed()) Save("file", path, file.ToString(true), context);
}

// ---- tests ----

// A user info or values file of a test. False where it cannot be read.
bool ProcessSideFile(std::string_view what, std::string_view kind, const std::string& name,
                     const std::string& path, const Result<void>& loaded, const FixTestOptions& options,
                     const Context& context) {
  context.Print("  Processing " + std::string(what) + " file (" + name + ")...\n");
  const auto failed = [&](const std::string& message) {
    context.Print("    ERROR: failed to load " + std::string(what) + ": " + message + "\n");
    return false;
  };
  if (!loaded) return failed(loaded.error().message());
  const auto text = source::Text::OfFile(path);
  if (!text) return failed(text.error().message());
  const std::string owned(text->bytes());
  Arena arena;
  RewrittenFile file(owned);
  if (file.size() == 0) return true;
  const auto document = file.Load(0, arena);
  if (!document) return failed(document.error().message());
  const Fixed fixed = FixSchema(*document, kind, arena);
  PrintWarnings(fixed.messages, context);
  const bool changed = !json::Equal(*document, fixed.value);
  if (changed) file.Replace(0, fixed.value);
  if (options.save && (options.force || changed)) {
    Save(std::string(what) + " file", path, file.ToString(false), context);
  }
  return true;
}

Result<void> WithoutValue(const auto& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

void ProcessSideFiles(const source::TestCase& test, const FixTestOptions& options, const Context& context) {
  const std::string directory = source::DirectoryOf(test.path);
  if (!test.userinfo.empty()) {
    const std::string path = source::JoinPath(directory, test.userinfo);
    if (!ProcessSideFile("user info", "UserInfo", test.userinfo, path,
                         WithoutValue(source::LoadUserInfo(path)), options, context)) {
      return;
    }
  }
  if (!test.variables.empty()) {
    const std::string path = source::JoinPath(directory, test.variables);
    if (!ProcessSideFile("values", "Values", test.variables, path, WithoutValue(source::Values::OfFile(path)),
                         options, context)) {
      return;
    }
  }
  context.Print("\n");
}

std::string BaseName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

void ProcessTestFile(const std::string& path, const FixTestOptions& options, const Context& context) {
  const auto begin = [&] { context.Print("Processing test file (" + path + ")...\n"); };
  const auto fail = [&](const Error& error) {
    context.Print("  ERROR: loading test file (" + path + "): " + error.message() + "\n");
  };
  const auto text = source::Text::OfFile(path);
  if (!text) {
    begin();
    fail(text.error());
    return;
  }
  const std::string owned(text->bytes());
  Arena arena;
  RewrittenFile file(owned);
  bool readable = true;
  for (std::size_t i = 0; i < file.size(); ++i) {
    begin();
    source::TestFile loaded = source::LoadTestText(path, file.TextOf(i));
    const auto document = file.Load(i, arena);
    if (loaded.error || !document) {
      fail(loaded.error ? *loaded.error : document.error());
      readable = false;
      continue;
    }
    const Fixed fixed = FixTest(*document, BaseName(path), options.compress, arena);
    PrintWarnings(fixed.messages, context);
    if (options.force || !json::Equal(*document, fixed.value)) file.Replace(i, fixed.value);
    if (!loaded.tests.empty()) ProcessSideFiles(loaded.tests[0], options, context);
  }
  // A document that cannot be read would be lost or stay as wrong as it is: the file is left alone.
  if (options.save && readable && file.changed()) Save("test file", path, file.ToString(false), context);
}

}  // namespace

Result<int> RunFixPolicy(const FixPolicyOptions& options, const Context& context) {
  for (const std::string& path : options.paths) {
    EPHOR_ASSIGN(const std::vector<std::string> files, source::YamlFiles(path));
    for (const std::string& file : files) ProcessPolicyFile(file, options.save, context);
  }
  context.Print("Done.\n");
  return 0;
}

Result<int> RunFixTest(const FixTestOptions& options, const Context& context) {
  if (options.file_name.empty()) return InvalidInput("file-name must not be set to an empty string");
  for (const std::string& folder : options.folders) {
    EPHOR_ASSIGN(const std::vector<std::string> files,
                 source::FilesNamed(source::CleanPath(folder), options.file_name));
    for (const std::string& file : files) ProcessTestFile(file, options, context);
  }
  context.Print("Done.\n");
  return 0;
}

}  // namespace ephor::cli
