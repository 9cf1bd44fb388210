#include "report/test_results.h"

#include <algorithm>
#include <vector>

#include "base/arena.h"
#include "json/builder.h"
#include "json/value.h"
#include "json/write.h"
#include "report/xml.h"
#include "yaml/emit.h"

namespace ephor::report {
namespace {

json::Value AsObjects(std::span<const TableRow> rows, bool detailed, Arena& arena) {
  json::ArrayBuilder list(arena, rows.size());
  for (const TableRow& row : rows) {
    json::ObjectBuilder object(arena, 7);
    object.Set("ID", json::Value::Int(row.id));
    if (detailed) object.Set("Message", json::Value::String(row.message));
    object.Set("POLICY", json::Value::String(row.policy));
    object.Set("REASON", json::Value::String(row.reason));
    object.Set("RESOURCE", json::Value::String(row.resource));
    object.Set("RESULT", json::Value::String(row.result));
    object.Set("RULE", json::Value::String(row.rule));
    list.Add(object.Build());
  }
  return list.Build();
}

void WriteMarkdown(std::span<const TableRow> rows, bool detailed, std::string& out) {
  out += "| ID | POLICY | RULE | RESOURCE | RESULT | REASON | ";
  if (detailed) out += "MESSAGE | ";
  out += "\n|";
  for (int column = 0; column < (detailed ? 7 : 6); ++column) out += "----|";
  out += '\n';
  for (const TableRow& row : rows) {
    out += "| " + std::to_string(row.id);
    for (const std::string* cell : {&row.policy, &row.rule, &row.resource, &row.result, &row.reason}) {
      out += " | ";
      out += *cell;
    }
    out += " |";
    if (detailed) out += " " + row.message + " |";
    out += '\n';
  }
}

// Inside a CDATA section only its end must not appear.
std::string InCdata(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find("]]>", at), text.size());
    out += text.substr(at, end - at);
    if (end < text.size()) out += "]]]]><![CDATA[>";
    at = end + 3;
  }
  return out;
}

void WriteJunitCase(const TableRow& row, bool detailed, std::string& out) {
  out += "  <testcase classname=\"" + EscapeXml(row.rule) + "\" name=\"" + EscapeXml(row.resource) + "\">\n";
  if (row.failed) {
    out += "   <failure message=\"" + EscapeXml(row.reason) + "\">\n    Policy: " + EscapeXml(row.policy) +
           "\n    Rule: " + EscapeXml(row.rule) + "\n    Resource: " + EscapeXml(row.resource) +
           "\n    Result: " + EscapeXml(row.result);
    if (detailed) out += "\n    Message: " + EscapeXml(row.message);
    out += "\n   </failure>\n";
  } else {
    out += "   <system-out><![CDATA[\n    Reason: " + InCdata(row.reason) +
           "\n    Policy: " + InCdata(row.policy) + "\n    Rule: " + InCdata(row.rule) +
           "\n    Resource: " + InCdata(row.resource) + "\n";
    if (detailed) out += "    Message: " + InCdata(row.message) + "\n";
    out += "   ]]></system-out>\n";
  }
  out += "  </testcase>\n";
}

void WriteJunit(std::span<const TableRow> rows, bool detailed, std::string& out) {
  std::vector<std::string_view> policies;  // in order of first appearance
  for (const TableRow& row : rows) {
    if (std::find(policies.begin(), policies.end(), row.policy) == policies.end()) {
      policies.push_back(row.policy);
    }
  }
  const auto failures = [rows](std::string_view policy) {
    return std::count_if(rows.begin(), rows.end(), [policy](const TableRow& row) {
      return row.failed && (policy.empty() || row.policy == policy);
    });
  };
  out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"" + std::to_string(rows.size()) +
         "\" failures=\"" + std::to_string(failures("")) + "\">\n";
  for (const std::string_view policy : policies) {
    const auto tests = std::count_if(rows.begin(), rows.end(),
                                     [policy](const TableRow& row) { return row.policy == policy; });
    out += " <testsuite name=\"" + EscapeXml(policy) + "\" tests=\"" + std::to_string(tests) +
           "\" failures=\"" + std::to_string(failures(policy)) + "\">\n";
    for (const TableRow& row : rows) {
      if (row.policy == policy) WriteJunitCase(row, detailed, out);
    }
    out += " </testsuite>\n";
  }
  out += "</testsuites>";
}

}  // namespace

std::optional<TestFormat> TestFormatOf(std::string_view name) {
  if (name == "json") return TestFormat::kJson;
  if (name == "yaml") return TestFormat::kYaml;
  if (name == "markdown") return TestFormat::kMarkdown;
  if (name == "junit") return TestFormat::kJunit;
  return std::nullopt;
}

void WriteTestResults(std::span<const TableRow> rows, TestFormat format, bool detailed, std::string& out) {
  out += '\n';
  Arena arena;
  switch (format) {
    case TestFormat::kJson:
      json::Write(AsObjects(rows, detailed, arena), out, {.escape_html = true, .indent = "  "});
      break;
    case TestFormat::kYaml:
      yaml::Emit(AsObjects(rows, detailed, arena), out);
      break;
    case TestFormat::kMarkdown:
      WriteMarkdown(rows, detailed, out);
      break;
    case TestFormat::kJunit:
      WriteJunit(rows, detailed, out);
      break;
  }
  out += "\n\n";
}

}  // namespace ephor::report
