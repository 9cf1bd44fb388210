#include "cli/apply_part.h"

#include <iterator>

#include "engine/compiled_policy.h"
#include "report/colour.h"
#include "report/generated_exception.h"

namespace ephor::cli {
namespace {

using report::Bold;
using report::Colour;

std::string Label(const json::Value& resource) {
  std::string label(resource.StringAt("metadata", "namespace"));
  label += '/';
  label += resource.StringAt("kind");
  label += '/';
  label += resource.StringAt("metadata", "name");
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

}  // namespace

ApplyOutput OutputOf(const ApplyOptions& options) {
  if (options.policy_report) return ApplyOutput::kReport;
  if (options.generate_exceptions) return ApplyOutput::kExceptions;
  return options.table ? ApplyOutput::kTable : ApplyOutput::kText;
}

void ApplyPart::Add(const engine::PolicyResponse& response, const Style& style) {
  for (const engine::RuleResponse& rule : response.rules) {
    summary_.Count(report::StatusOf(response, rule, style.results));
  }
  switch (style.output) {
    case ApplyOutput::kText:
      AddText(response, style);
      break;
    case ApplyOutput::kTable:
      AddRows(response, style);
      break;
    case ApplyOutput::kReport:
    case ApplyOutput::kExceptions:
      AddResults(response, style);
      break;
  }
}

void ApplyPart::AddText(const engine::PolicyResponse& response, const Style& style) {
  if (!response.Has(engine::RuleStatus::kFail)) return;
  const bool warning =
      style.results.audit_warn && report::OnlyAudits(response, style.results.namespace_labels);
  text_ += "policy ";
  text_ += response.policy->source().metadata.name;
  text_ += " -> resource ";
  text_ += Label(response.resource);
  text_ += warning ? " failed as audit warning:\n" : " failed:\n";
  int number = 0;
  for (const engine::RuleResponse& rule : response.rules) {
    if (rule.status != engine::RuleStatus::kFail) continue;
    text_ += std::to_string(++number);
    text_ += " - ";
    text_ += rule.rule->name;
    text_ += ' ';
    text_ += rule.message.empty() ? std::string_view("validation failed") : rule.message;
    text_ += '\n';
  }
}

void ApplyPart::AddRows(const engine::PolicyResponse& response, const Style& style) {
  for (const engine::RuleResponse& rule : response.rules) {
    report::TableRow& row = rows_.emplace_back();
    row.policy = PolicyCell(response.policy->source().metadata, style.colour);
    row.rule = Bold(rule.rule->name, Colour::kCyan, style.colour);
    row.resource = ResourceCell(response.resource, style.colour);
    row.result = ResultCell(report::StatusOf(response, rule, style.results), style.colour);
    row.message = rule.message;
  }
}

void ApplyPart::AddResults(const engine::PolicyResponse& response, const Style& style) {
  if (response.rules.empty()) return;
  const std::string_view policy_namespace = response.policy->source().metadata.namespace_;
  report::ResultList own(style.format);
  for (const engine::RuleResponse& rule : response.rules) {
    const report::Result result = report::ResultOf(response, rule, style.results);
    if (style.output == ApplyOutput::kExceptions) {
      if (policy_namespace.empty() && result.result == "fail") {
        report::WriteGeneratedException(result, style.exception_ttl, style.format, text_);
      }
    } else {
      (policy_namespace.empty() ? clustered_ : own).Add(result);
    }
  }
  if (own.empty()) return;
  namespaced_ += "---\n";
  own.Write(response.policy->source().metadata.name, policy_namespace, namespaced_);
}

void ApplyPart::AddError(std::string_view message) {
  errors_ += message;
  errors_ += '\n';
}

void ApplyPart::Append(ApplyPart&& other) {
  resources_ += other.resources_;
  summary_ += other.summary_;
  errors_ += other.errors_;
  text_ += other.text_;
  rows_.insert(rows_.end(), std::make_move_iterator(other.rows_.begin()),
               std::make_move_iterator(other.rows_.end()));
  clustered_.Append(std::move(other.clustered_));
  namespaced_ += other.namespaced_;
}

void ApplyPart::WriteResults(const Style& style, bool detailed, bool coloured_header, std::string& out) {
  switch (style.output) {
    case ApplyOutput::kReport:
      if (!clustered_.empty()) clustered_.Write("merged", "", out);
      out += namespaced_;
      break;
    case ApplyOutput::kTable: {
      int id = 0;
      for (report::TableRow& row : rows_) row.id = ++id;
      report::WriteTable(rows_, {.detailed = detailed, .coloured_header = coloured_header}, out);
      break;
    }
    case ApplyOutput::kExceptions:
    case ApplyOutput::kText:
      out += text_;
      break;
  }
}

}  // namespace ephor::cli
