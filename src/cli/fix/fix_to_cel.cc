#include "cli/fix/fix_to_cel.h"

#include <algorithm>
#include <cstdio>

#include "cli/context.h"
#include "cli/fix/documents.h"
#include "cli/output_path.h"
#include "convert/convert.h"
#include "policy/decode.h"
#include "source/paths.h"
#include "source/policies.h"
#include "source/resources.h"
#include "source/text.h"
#include "yaml/emit.h"

namespace ephor::cli {
namespace {

std::string ToYaml(const json::Value& document) {
  std::string text;
  yaml::Emit(document, text, {.fold = false});
  return text;
}

// The text with its lines moved to the right.
std::string Indented(std::string_view text, std::string_view by) {
  std::string indented;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    indented.append(by).append(text.substr(0, end));
    text.remove_prefix(end);
  }
  return indented;
}

class ToCel {
 public:
  ToCel(const ToCelOptions& options, const Context& context) : options_(options), context_(context) {}

  Result<int> Run() {
    EPHOR_TRY(LoadResources());
    for (const std::string& path : options_.paths) {
      EPHOR_ASSIGN(const std::vector<std::string> files, source::PolicyFiles(source::CleanPath(path)));
      for (const std::string& file : files) EPHOR_TRY(ConvertFile(file));
    }
    Tell(std::to_string(converted_) + " of " + std::to_string(rules_) + " rules converted.\n");
    if (options_.save) return ExitCode();
    if (!options_.output.empty()) {
      EPHOR_TRY(WriteFile(options_.output, results_));
    } else {
      context_.Print(results_);
    }
    return ExitCode();
  }

 private:
  int ExitCode() const { return converted_ == rules_ && !unreadable_ ? 0 : 1; }
  void Tell(const std::string& text) const { std::fwrite(text.data(), 1, text.size(), context_.err); }

  Result<void> LoadResources() {
    if (options_.resources.empty()) return {};
    source::ResourceInput input;
    EPHOR_ASSIGN(const auto unreadable, input.AddPaths(options_.resources));
    if (!unreadable.empty()) return InvalidInput(unreadable[0].path + ": " + unreadable[0].error.message());
    for (const source::ResourceDocument& document : input.documents()) {
      EPHOR_ASSIGN(const std::span<const json::Value> objects, source::DecodeResources(document, arena_));
      for (const json::Value& object : objects) resources_.push_back(json::DeepCopy(object, arena_));
    }
    return {};
  }

  Result<void> ConvertFile(const std::string& path) {
    auto text = source::Text::OfFile(path);
    if (!text) return InvalidInput("failed to read " + path + ": " + text.error().message());
    const std::string owned(text->bytes());  // the file may be written while its documents are needed
    RewrittenFile file(owned);
    for (std::size_t i = 0; i < file.size(); ++i) {
      std::string results = ConvertDocument(path, file, i);
      if (!results.empty()) file.ReplaceText(i, std::move(results));
    }
    if (!options_.save || !file.changed()) return {};
    EPHOR_TRY(WriteFile(path, file.ToString(false)));
    Tell(path + ": saved\n");
    return {};
  }

  // The documents that take the place of one; nothing where it stays.
  std::string ConvertDocument(const std::string& path, const RewrittenFile& file, std::size_t i) {
    Arena arena;
    const auto document = file.Load(i, arena);
    if (document && policy::KindOf(*document) != policy::Kind::kPolicy) return {};
    const source::LoadedPolicies loaded = source::LoadPolicyText(path, file.TextOf(i));
    for (source::PolicyProblem problem : loaded.problems) {
      if (problem.line > 0) problem.line += file.LineOf(i) - 1;
      Tell(problem.Description() + "\n");
      unreadable_ = true;
    }
    std::string results;
    for (const auto& policy : loaded.policies) {
      const convert::Conversion conversion =
          convert::Convert(policy, {.resources = resources_, .any_types = options_.any_types}, arena);
      Tell(path + ": " + std::string(policy->metadata.name) + "\n");
      bool all = true;
      for (const convert::RuleReport& rule : conversion.rules) {
        Report(rule, path, file.LineOf(i) - 1);
        all &= rule.converted;
      }
      std::string documents;
      for (const json::Value& converted : conversion.documents) {
        if (!documents.empty()) documents += "---\n";
        documents += ToYaml(converted);
      }
      if (!documents.empty()) {
        if (!results_.empty()) results_ += "---\n";
        results_ += documents;
      }
      // A policy of which some rules must stay is left as it is.
      if (all) results += documents;
    }
    return results;
  }

  void Report(const convert::RuleReport& rule, const std::string& path, std::uint32_t line_offset) {
    ++rules_;
    std::string text = "  " + rule.rule + ": ";
    if (rule.converted) {
      ++converted_;
      text += "converted to ";
      for (std::size_t i = 0; i < rule.policies.size(); ++i) text += (i > 0 ? ", " : "") + rule.policies[i];
      text += "; " + std::to_string(rule.generated) + " generated";
      if (!resources_.empty()) text += " and " + std::to_string(rule.given) + " given";
      text += " objects agree, " + std::to_string(rule.refused) +
              (rule.mutates     ? " of them changed\n"
               : rule.generates ? " of them made something\n"
                                : " of them refused\n");
      for (const std::string& note : rule.notes) text += "    note: " + note + "\n";
    } else {
      text += "not converted: " + rule.reason + " at " + path + ":" +
              std::to_string(rule.position.line + line_offset) + "\n";
    }
    if (rule.counterexample) {
      const convert::Counterexample& example = *rule.counterexample;
      text += "    on " + example.operation + " the rule says " + example.by_rule +
              "\n    and the result says " + example.by_policy + "\n    of this object:\n" +
              Indented(example.object, "      ");
    }
    Tell(text);
  }

  const ToCelOptions& options_;
  const Context& context_;
  Arena arena_;
  std::vector<json::Value> resources_;
  std::string results_;
  int rules_ = 0, converted_ = 0;
  bool unreadable_ = false;
};

}  // namespace

Result<int> RunFixToCel(const ToCelOptions& options, const Context& context) {
  return ToCel(options, context).Run();
}

}  // namespace ephor::cli
