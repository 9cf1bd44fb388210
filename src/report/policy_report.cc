#include "report/policy_report.h"

#include <iterator>

#include "base/arena.h"
#include "json/builder.h"
#include "json/value.h"
#include "json/write.h"
#include "yaml/emit.h"

namespace ephor::report {
namespace {

constexpr std::string_view kApiVersion = "openreports.io/v1alpha1";

std::string_view KindOf(std::string_view report_namespace) {
  return report_namespace.empty() ? "ClusterReport" : "PolicyReport";
}

// Members of a JSON object in the order in which they are written, empty strings left out.
class JsonMembers {
 public:
  explicit JsonMembers(std::string& out) : out_(out) { out_ += '{'; }
  void Close() { out_ += '}'; }

  std::string& Key(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += key;
    out_ += "\":";
    return out_;
  }
  void String(std::string_view key, std::string_view value) {
    if (!value.empty()) json::WriteString(value, Key(key), true);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void WriteJson(const Subject& subject, std::string& out) {
  JsonMembers members(out);
  members.String("kind", subject.kind);
  members.String("namespace", subject.namespace_);
  members.String("name", subject.name);
  members.String("uid", subject.uid);
  members.String("apiVersion", subject.api_version);
  members.String("resourceVersion", subject.resource_version);
  members.Close();
}

void WriteJson(const Result& result, std::string& out) {
  JsonMembers members(out);
  json::WriteString(result.source, members.Key("source"), true);
  json::WriteString(result.policy, members.Key("policy"), true);
  members.String("rule", result.rule);
  members.String("category", result.category);
  members.String("severity", result.severity);
  members.Key("timestamp");
  out += "{\"seconds\":" + std::to_string(result.seconds) + ",\"nanos\":0}";
  members.String("result", result.result);
  if (result.scored) members.Key("scored") += "true";
  members.Key("resources") += '[';
  WriteJson(result.subject, out);
  out += ']';
  members.String("message", result.message);
  if (!result.properties.empty()) {
    members.Key("properties");
    JsonMembers properties(out);
    for (const auto& [key, value] : result.properties) {
      std::string quoted;
      json::WriteString(key, quoted, true);
      json::WriteString(value, properties.Key(std::string_view(quoted).substr(1, quoted.size() - 2)), true);
    }
    properties.Close();
  }
  members.Close();
}

void SetIfAny(json::ObjectBuilder& object, std::string_view key, std::string_view value) {
  if (!value.empty()) object.Set(key, json::Value::String(value));
}

void WriteYaml(const Result& result, std::string& out) {
  Arena arena(4 << 10);
  json::ObjectBuilder subject(arena);
  SetIfAny(subject, "apiVersion", result.subject.api_version);
  SetIfAny(subject, "kind", result.subject.kind);
  SetIfAny(subject, "name", result.subject.name);
  SetIfAny(subject, "namespace", result.subject.namespace_);
  SetIfAny(subject, "resourceVersion", result.subject.resource_version);
  SetIfAny(subject, "uid", result.subject.uid);
  json::ArrayBuilder subjects(arena);
  subjects.Add(subject.Build());

  json::ObjectBuilder object(arena);
  SetIfAny(object, "category", result.category);
  SetIfAny(object, "message", result.message);
  object.Set("policy", json::Value::String(result.policy));
  if (!result.properties.empty()) {
    json::ObjectBuilder properties(arena);
    for (const auto& [key, value] : result.properties)
      properties.Set(std::string_view(key), json::Value::String(value));
    object.Set("properties", properties.Build());
  }
  object.Set("resources", subjects.Build());
  SetIfAny(object, "result", result.result);
  SetIfAny(object, "rule", result.rule);
  if (result.scored) object.Set("scored", json::Value::Bool(true));
  SetIfAny(object, "severity", result.severity);
  object.Set("source", json::Value::String(result.source));
  json::ObjectBuilder timestamp(arena);
  timestamp.Set("nanos", json::Value::Int(0));
  timestamp.Set("seconds", json::Value::Int(result.seconds));
  object.Set("timestamp", timestamp.Build());

  json::ArrayBuilder list(arena);
  list.Add(object.Build());
  yaml::Emit(list.Build(), out);
}

std::string YamlHead(std::string_view name, std::string_view report_namespace) {
  Arena arena(4 << 10);
  json::ObjectBuilder metadata(arena);
  metadata.Set("name", json::Value::String(name));
  SetIfAny(metadata, "namespace", report_namespace);
  json::ObjectBuilder head(arena);
  head.Set("apiVersion", json::Value::String(kApiVersion));
  head.Set("kind", json::Value::String(KindOf(report_namespace)));
  head.Set("metadata", metadata.Build());
  return yaml::ToString(head.Build()) + "results:\n";
}

}  // namespace

void Summary::Count(std::string_view result) {
  if (result == "pass") {
    ++pass;
  } else if (result == "fail") {
    ++fail;
  } else if (result == "warn") {
    ++warn;
  } else if (result == "error") {
    ++error;
  } else if (result == "skip") {
    ++skip;
  }
}

Summary& Summary::operator+=(const Summary& other) {
  pass += other.pass;
  fail += other.fail;
  warn += other.warn;
  error += other.error;
  skip += other.skip;
  return *this;
}

void ResultList::Add(const Result& result) {
  const bool first = texts_.empty();
  std::string& text = first ? texts_.emplace_back() : texts_.back();
  if (format_ == Format::kJson) {
    if (!first) text += ',';
    WriteJson(result, text);
  } else {
    WriteYaml(result, text);
  }
  summary_.Count(result.result);
}

void ResultList::Append(ResultList&& other) {
  texts_.insert(texts_.end(), std::make_move_iterator(other.texts_.begin()),
                std::make_move_iterator(other.texts_.end()));
  summary_ += other.summary_;
}

std::string ResultList::JsonHead(std::string_view name, std::string_view report_namespace) const {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  std::string out;
  JsonMembers report(out);
  report.String("kind", KindOf(report_namespace));
  report.String("apiVersion", kApiVersion);
  report.Key("metadata");
  JsonMembers metadata(out);
  metadata.String("name", name);
  metadata.String("namespace", report_namespace);
  metadata.Close();
  report.Key("source") += "\"\"";
  report.Key("summary") += "{\"pass\":" + number(summary_.pass) + ",\"fail\":" + number(summary_.fail) +
                           ",\"warn\":" + number(summary_.warn) + ",\"error\":" + number(summary_.error) +
                           ",\"skip\":" + number(summary_.skip) + "}";
  report.Key("results") += '[';
  return out;
}

std::string ResultList::YamlTail() const {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  return "source: \"\"\nsummary:\n  error: " + number(summary_.error) + "\n  fail: " + number(summary_.fail) +
         "\n  pass: " + number(summary_.pass) + "\n  skip: " + number(summary_.skip) +
         "\n  warn: " + number(summary_.warn) + "\n\n";
}

void ResultList::Write(std::string_view name, std::string_view report_namespace, const Sink& sink) const {
  if (format_ == Format::kJson) {
    sink(JsonHead(name, report_namespace));
    for (const std::string& text : texts_) {
      if (&text != &texts_.front()) sink(",");
      sink(text);
    }
    sink("]}\n");
    return;
  }
  sink(YamlHead(name, report_namespace));
  for (const std::string& text : texts_) sink(text);
  sink(YamlTail());
}

}  // namespace ephor::report
