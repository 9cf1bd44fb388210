#include "report/change_text.h"

#include <algorithm>

#include "json/write.h"
#include "report/colour.h"

namespace ephor::report {
namespace {

// On one line, without what would move a terminal's cursor.
std::string OneLine(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = c == '\n' || c == '\t' ? ' ' : '?';
  }
  return line;
}

Colour ColourOf(const Change& change) {
  if (change.kind != Change::Kind::kResult) return Colour::kYellow;
  const bool worse = change.after.starts_with("fail") || change.after == "error";
  return worse ? Colour::kRed : Colour::kGreen;
}

std::string RuleName(std::string_view policy, std::string_view rule) {
  std::string name(policy);
  if (!rule.empty()) name.append("/").append(rule);
  return name;
}

void AppendMember(std::string_view key, std::string_view text, std::string& out) {
  json::WriteString(key, out);
  out += ':';
  json::WriteString(text, out);
}

}  // namespace

void AppendChanges(const ChangedObject& object, std::span<const Change> changes, bool colour,
                   std::string& out) {
  out += Bold(OneLine(object.name), Colour::kCyan, colour) + "  " + OneLine(object.file) + ":" +
         std::to_string(object.line) + "\n";
  for (const Change& change : changes) {
    out += "  " + RuleName(change.policy, change.rule) + ": " +
           Bold(DescribeChange(change), ColourOf(change), colour) + "\n";
    if (change.kind == Change::Kind::kResult) {
      if (!change.new_text.empty() && change.after != "pass") out += "    " + OneLine(change.new_text) + "\n";
      continue;
    }
    if (!change.old_text.empty()) out += "    - " + OneLine(change.old_text) + "\n";
    if (!change.new_text.empty()) out += "    + " + OneLine(change.new_text) + "\n";
  }
}

void AppendChangesJson(const ChangedObject& object, std::span<const Change> changes, std::string& out) {
  out += "{";
  AppendMember("resource", object.name, out);
  out += ",";
  AppendMember("file", object.file, out);
  out += ",\"line\":" + std::to_string(object.line) + ",\"changes\":[";
  bool first = true;
  for (const Change& change : changes) {
    out += first ? "{" : ",{";
    first = false;
    AppendMember("policy", change.policy, out);
    out += ",";
    AppendMember("rule", change.rule, out);
    out += ",";
    AppendMember("change", DescribeChange(change), out);
    out += ",";
    AppendMember("before", change.before, out);
    out += ",";
    AppendMember("after", change.after, out);
    out += ",";
    AppendMember("old", change.old_text, out);
    out += ",";
    AppendMember("new", change.new_text, out);
    out += "}";
  }
  out += "]}";
}

void AppendSummary(const ChangeSummary& summary, std::string& out) {
  std::size_t name_width = 0, change_width = 0;
  for (const auto& [row, count] : summary.counts()) {
    name_width = std::max(name_width, RuleName(row.policy, row.rule).size());
    change_width = std::max(change_width, row.change.size());
  }
  for (const auto& [row, count] : summary.counts()) {
    std::string name = RuleName(row.policy, row.rule);
    name.resize(name_width, ' ');
    std::string change = row.change;
    change.resize(change_width, ' ');
    out += name + "  " + change + "  " + std::to_string(count) + "\n";
  }
  if (!summary.empty()) out += "\n";
  out += "resources: " + std::to_string(summary.objects()) +
         ", changed: " + std::to_string(summary.changed_objects()) + "\n";
}

void AppendSummaryJson(const ChangeSummary& summary, std::string& out) {
  out += "{\"resources\":" + std::to_string(summary.objects()) +
         ",\"changed\":" + std::to_string(summary.changed_objects()) + ",\"changes\":[";
  bool first = true;
  for (const auto& [row, count] : summary.counts()) {
    out += first ? "{" : ",{";
    first = false;
    AppendMember("policy", row.policy, out);
    out += ",";
    AppendMember("rule", row.rule, out);
    out += ",";
    AppendMember("change", row.change, out);
    out += ",\"count\":" + std::to_string(count) + "}";
  }
  out += "]}";
}

}  // namespace ephor::report
