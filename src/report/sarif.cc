#include <map>

#include "base/arena.h"
#include "json/builder.h"
#include "json/write.h"
#include "report/findings.h"

namespace ephor::report {
namespace {

using json::Value;

Value Text(std::string_view text) {
  return Value::String(text);
}

// {"KEY": value}
Value Single(std::string_view key, Value value, Arena& arena) {
  json::ObjectBuilder object(arena, 1);
  object.Set(json::Key(key), value);
  return object.Build();
}

std::string RuleId(const Finding& finding) {
  return finding.rule.empty() ? finding.policy : finding.policy + "/" + finding.rule;
}

std::string_view LevelOf(const Finding& finding) {
  return finding.status == "warn" ? "warning" : "error";
}

// A path as a URI reference: everything but unreserved characters and slashes as %XX.
std::string UriOf(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return uri;
}

Value PhysicalLocation(const Place& place, Arena& arena) {
  json::ObjectBuilder location(arena, 2);
  location.Set("artifactLocation", Single("uri", Text(arena.Copy(UriOf(place.file))), arena));
  if (place.position.line > 0) {
    json::ObjectBuilder region(arena, 2);
    region.Set("startLine", Value::Int(place.position.line));
    if (place.position.column > 0) region.Set("startColumn", Value::Int(place.position.column));
    location.Set("region", region.Build());
  }
  return location.Build();
}

Value ResultOf(const Finding& finding, std::string_view rule_id, std::size_t rule_index, Arena& arena) {
  json::ObjectBuilder location(arena, 2);
  if (!finding.manifest.file.empty()) {
    location.Set("physicalLocation", PhysicalLocation(finding.manifest, arena));
  }
  json::ObjectBuilder logical(arena, 2);
  logical.Set("fullyQualifiedName", Text(finding.resource));
  logical.Set("kind", Text("resource"));
  const Value logical_value = logical.Build();
  json::ArrayBuilder logicals(arena, 1);
  logicals.Add(logical_value);
  location.Set("logicalLocations", logicals.Build());
  json::ArrayBuilder locations(arena, 1);
  locations.Add(location.Build());

  json::ObjectBuilder result(arena, 6);
  result.Set("ruleId", Text(rule_id));
  result.Set("ruleIndex", Value::Int(static_cast<std::int64_t>(rule_index)));
  result.Set("level", Text(LevelOf(finding)));
  const std::string_view message =
      finding.message.empty() ? std::string_view("validation failed") : finding.message;
  result.Set("message", Single("text", Text(message), arena));
  result.Set("locations", locations.Build());
  if (!finding.rule_place.file.empty()) {
    json::ObjectBuilder related(arena, 3);
    related.Set("id", Value::Int(0));
    related.Set("message", Single("text", Text(arena.Copy("the rule " + std::string(rule_id))), arena));
    related.Set("physicalLocation", PhysicalLocation(finding.rule_place, arena));
    json::ArrayBuilder list(arena, 1);
    list.Add(related.Build());
    result.Set("relatedLocations", list.Build());
  }
  return result.Build();
}

Value RuleOf(const Finding& finding, std::string_view id, Arena& arena) {
  json::ObjectBuilder rule(arena, 4);
  rule.Set("id", Text(id));
  rule.Set("shortDescription", Single("text", Text(id), arena));
  if (!finding.description.empty()) {
    rule.Set("fullDescription", Single("text", Text(finding.description), arena));
  }
  json::ObjectBuilder properties(arena, 2);
  if (!finding.category.empty()) properties.Set("category", Text(finding.category));
  if (!finding.severity.empty()) properties.Set("severity", Text(finding.severity));
  if (!properties.empty()) rule.Set("properties", properties.Build());
  return rule.Build();
}

}  // namespace

void WriteSarif(std::span<const Finding> findings, std::string_view version, const Sink& sink) {
  Arena arena;
  std::map<std::string, std::size_t> rule_index;
  json::ArrayBuilder rules(arena), results(arena);
  for (const Finding& finding : findings) {
    if (finding.status == "pass" || finding.status == "skip") continue;
    const auto [rule, is_new] = rule_index.try_emplace(RuleId(finding), rule_index.size());
    if (is_new) rules.Add(RuleOf(finding, rule->first, arena));
    results.Add(ResultOf(finding, rule->first, rule->second, arena));
  }
  json::ObjectBuilder driver(arena, 4);
  driver.Set("name", Text("ephor"));
  driver.Set("semanticVersion", Text(version));
  driver.Set("rules", rules.Build());
  json::ObjectBuilder run(arena, 2);
  run.Set("tool", Single("driver", driver.Build(), arena));
  run.Set("results", results.Build());
  json::ArrayBuilder runs(arena, 1);
  runs.Add(run.Build());
  json::ObjectBuilder log(arena, 3);
  log.Set("$schema", Text("https://json.schemastore.org/sarif-2.1.0.json"));
  log.Set("version", Text("2.1.0"));
  log.Set("runs", runs.Build());
  sink(json::ToString(log.Build(), {.indent = "  "}) + "\n");
}

}  // namespace ephor::report
