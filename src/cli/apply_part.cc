#include "cli/apply_part.h"

#include <algorithm>
#include <iterator>

#include "cli/findings.h"
#include "cli/output_path.h"
#include "cli/version.h"
#include "engine/compiled_policy.h"
#include "report/colour.h"
#include "report/generated_exception.h"
#include "yaml/emit.h"

namespace ephor::cli {
namespace {

using report::Bold;
using report::Colour;

std::string LabelOf(const json::Value& resource) {
  std::string label(resource.StringAt("metadata", "namespace"));
  label += '/';
  label += resource.StringAt("kind");
  label += '/';
  label += resource.StringAt("metadata", "name");
  return label;
}

std::string Label(const json::Value& resource) {
  std::string label = LabelOf(resource);
  return label == "//" ? "JSON payload" : label;
}

// "namespace/name", each part in colour.
std::string PolicyCell(const policy::Metadata& metadata, bool colour) {
  const std::string name = Bold(metadata.name, Colour::kCyan, colour);
  return metadata.namespace_.empty() ? name : Bold(metadata.namespace_, Colour::kCyan, colour) + "/" + name;
}

std::string ResourceCell(const json::Value& resource, bool colour) {
  std::string cell;
  const std::string_view resource_namespace = resource.StringAt("metadata", "namespace");
  if (!resource_namespace.empty()) cell = Bold(resource_namespace, Colour::kCyan, colour) + "/";
  cell += Bold(resource.StringAt("kind"), Colour::kCyan, colour);
  cell += '/';
  cell += Bold(resource.StringAt("metadata", "name"), Colour::kCyan, colour);
  return cell;
}

std::string ResultCell(std::string_view status, bool colour) {
  if (status == "pass") return Bold("Pass", Colour::kGreen, colour);
  if (status == "fail") return Bold("Fail", Colour::kRed, colour);
  if (status == "warn") return Bold("Warn", Colour::kYellow, colour);
  if (status == "error") return Bold("Error", Colour::kRed, colour);
  return Bold("Skip", Colour::kCyan, colour);
}

// The text that is being written: a part has one, until it is joined with others.
std::string& LastOf(std::vector<std::string>& texts) {
  return texts.empty() ? texts.emplace_back() : texts.back();
}

template <class T>
void MoveAll(std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

ApplyOutput OutputOf(const ApplyOptions& options) {
  if (options.output_format == "sarif") return ApplyOutput::kSarif;
  if (options.output_format == "junit") return ApplyOutput::kJunit;
  if (options.policy_report) return ApplyOutput::kReport;
  if (options.generate_exceptions) return ApplyOutput::kExceptions;
  return options.table ? ApplyOutput::kTable : ApplyOutput::kText;
}

void ApplyPart::Add(const engine::PolicyResponse& response, const Style& style) {
  for (const engine::RuleResponse& rule : response.rules) {
    summary_.Count(report::CountedStatusOf(response, rule, style.results));
  }
  switch (style.output) {
    case ApplyOutput::kText:
      AddText(response, style);
      AddRuleErrors(response);
      break;
    case ApplyOutput::kTable:
      AddRows(response, style);
      if (!style.table.detailed) AddRuleErrors(response);
      break;
    case ApplyOutput::kReport:
    case ApplyOutput::kExceptions:
      AddResults(response, style);
      break;
    case ApplyOutput::kSarif:
    case ApplyOutput::kJunit:
      for (const engine::RuleResponse& rule : response.rules) {
        findings_.push_back(FindingOf(response, rule, style.results, style.document, style.item, locator_));
      }
      break;
  }
}

void ApplyPart::AddObject(const engine::PolicyResponse& response, const json::Value& resource,
                          const json::Value& object, std::string file_name, const Style& style) {
  std::string text;
  yaml::Emit(object, text, {.fold = false, .wide = true});
  const bool prints = style.objects == ObjectOutput::kPrint;
  // What rules have made of other objects.
  std::string targets;
  for (const engine::RuleResponse& rule : response.rules) {
    if (!rule.patched_target.is_object()) continue;
    if (prints) targets += targets.empty() ? "patched targets: \n\n" : "\n";
    yaml::Emit(rule.patched_target, targets, {.fold = false, .wide = true});
    targets += prints ? "\n---\n\n" : "\n---\n";
  }
  if (prints) {
    std::string& printed = LastOf(printed_objects_);
    if (!style.only_objects) {
      printed += "\npolicy ";
      printed += response.policy->name();
      printed += " applied to " + LabelOf(resource) + ":";
    }
    printed += "\n" + text + "\n---\n" + targets;
    return;
  }
  std::string name;
  if (style.objects == ObjectOutput::kFolder) {
    name = std::move(file_name);
    std::replace(name.begin(), name.end(), '/', '_');
  }
  if (file_objects_.empty() || file_objects_.back().name != name)
    file_objects_.push_back({std::move(name), ""});
  file_objects_.back().text += text + "\n---\n\n" + targets;
}

void ApplyPart::AddMutated(const engine::PolicyResponse& response, const json::Value& resource,
                           const Style& style) {
  AddObject(response, resource, response.resource,
            std::string(resource.StringAt("metadata", "name")) + "-mutated.yaml", style);
  LastOf(printed_objects_) += "\n\nMutation:\nMutation has been applied successfully.";
}

void ApplyPart::AddGenerated(const engine::PolicyResponse& response, const json::Value& resource,
                             const Style& style) {
  for (const engine::RuleResponse& rule : response.rules) {
    for (const json::Value& object : rule.generated) {
      AddObject(response, resource, object, std::string(response.policy->name()) + "-generated.yaml", style);
      LastOf(printed_objects_) += "\n\nGenerate:\nGeneration completed successfully.";
    }
  }
}

void ApplyPart::AddText(const engine::PolicyResponse& response, const Style& style) {
  AddNotes(response);
  if (!response.Has(engine::RuleStatus::kFail)) return;
  const bool warning =
      style.results.audit_warn && report::OnlyAudits(response, style.results.namespace_labels);
  std::string& text = LastOf(texts_);
  text += "policy ";
  text += response.policy->name();
  text += " -> resource ";
  text += Label(response.resource);
  text += warning ? " failed as audit warning:\n" : " failed:\n";
  int number = 0;
  for (const engine::RuleResponse& rule : response.rules) {
    if (rule.status != engine::RuleStatus::kFail) continue;
    text += std::to_string(++number);
    text += " - ";
    text += rule.name;
    text += ' ';
    text += rule.message.empty() ? std::string_view("validation failed") : rule.message;
    text += '\n';
  }
}

void ApplyPart::AddNotes(const engine::PolicyResponse& response) {
  for (const engine::RuleResponse& rule : response.rules) {
    const bool mutates = rule.type == engine::RuleType::kMutation;
    if (!mutates && rule.type != engine::RuleType::kGeneration) continue;
    const bool skipped = mutates && rule.status == engine::RuleStatus::kSkip;
    if (!skipped && rule.status != engine::RuleStatus::kError) continue;
    std::string& text = LastOf(texts_);
    text += skipped ? "\nskipped " : "\nerror while applying ";
    text += mutates ? "mutate policy " : "generate policy ";
    text += response.policy->name();
    text += " -> resource " + Label(response.resource);
    if (!skipped) {
      text += mutates ? " \nerror:  " : " \nerror: ";
      text += rule.message;
    }
    text += '\n';
  }
}

void ApplyPart::AddRuleErrors(const engine::PolicyResponse& response) {
  for (const engine::RuleResponse& rule : response.rules) {
    const bool is_noted =
        rule.type == engine::RuleType::kMutation || rule.type == engine::RuleType::kGeneration;
    if (is_noted || rule.status != engine::RuleStatus::kError) continue;
    rule_errors_ += "Error: policy ";
    rule_errors_ += response.policy->name();
    rule_errors_ += ", rule ";
    rule_errors_ += rule.name;
    rule_errors_ += ", resource " + Label(response.resource) + ": ";
    rule_errors_ += rule.message;
    rule_errors_ += '\n';
  }
}

void ApplyPart::AddRows(const engine::PolicyResponse& response, const Style& style) {
  for (const engine::RuleResponse& rule : response.rules) {
    report::TableRow& row = rows_.emplace_back();
    row.policy = PolicyCell(response.policy->object().metadata, style.colour);
    if (rule.rule != nullptr) row.rule = Bold(rule.name, Colour::kCyan, style.colour);
    row.resource = ResourceCell(response.resource, style.colour);
    row.result = ResultCell(report::StatusOf(response, rule, style.results), style.colour);
    if (style.table.detailed) row.message = rule.message;
  }
}

void ApplyPart::AddResults(const engine::PolicyResponse& response, const Style& style) {
  if (response.rules.empty()) return;
  const std::string_view policy_namespace = response.policy->namespace_();
  report::ResultList own(style.format);
  for (const engine::RuleResponse& rule : response.rules) {
    const report::Result result = report::ResultOf(response, rule, style.results);
    if (style.output == ApplyOutput::kExceptions) {
      if (policy_namespace.empty() && result.result == "fail") {
        report::WriteGeneratedException(result, style.exception_ttl, style.format, LastOf(texts_));
      }
    } else {
      (policy_namespace.empty() ? clustered_ : own).Add(result);
    }
  }
  if (own.empty()) return;
  std::string& text = LastOf(namespaced_);
  text += "---\n";
  own.Write(response.policy->name(), policy_namespace, [&](std::string_view piece) { text += piece; });
}

void ApplyPart::AddError(std::string_view message) {
  errors_ += message;
  errors_ += '\n';
}

void ApplyPart::Append(ApplyPart&& other) {
  resources_ += other.resources_;
  summary_ += other.summary_;
  errors_ += other.errors_;
  rule_errors_ += other.rule_errors_;
  MoveAll(other.printed_objects_, printed_objects_);
  MoveAll(other.file_objects_, file_objects_);
  MoveAll(other.texts_, texts_);
  MoveAll(other.rows_, rows_);
  clustered_.Append(std::move(other.clustered_));
  MoveAll(other.namespaced_, namespaced_);
  MoveAll(other.findings_, findings_);
}

Result<void> ApplyPart::WriteObjects(const std::string& path, const report::Sink& sink) const {
  for (const std::string& text : printed_objects_) sink(text);
  for (const FileText& file : file_objects_) {
    EPHOR_TRY(AppendToFile(file.name.empty() ? path : path + "/" + file.name, file.text));
  }
  return {};
}

void ApplyPart::WriteResults(const Style& style, const report::Sink& sink) {
  switch (style.output) {
    case ApplyOutput::kReport:
      if (!clustered_.empty()) clustered_.Write("merged", "", sink);
      for (const std::string& text : namespaced_) sink(text);
      break;
    case ApplyOutput::kTable: {
      int id = 0;
      for (report::TableRow& row : rows_) row.id = ++id;
      report::WriteTable(rows_, style.table, sink);
      break;
    }
    case ApplyOutput::kSarif:
      report::WriteSarif(findings_, Version(), sink);
      break;
    case ApplyOutput::kJunit:
      report::WriteJunit(findings_, sink);
      break;
    case ApplyOutput::kExceptions:
    case ApplyOutput::kText:
      for (const std::string& text : texts_) sink(text);
      break;
  }
}

}  // namespace ephor::cli
