#include "report/generated_exception.h"

#include <initializer_list>
#include <vector>

#include "base/arena.h"
#include "json/builder.h"
#include "json/parse.h"
#include "json/value.h"
#include "json/write.h"
#include "yaml/emit.h"

namespace ephor::report {
namespace {

using json::Value;

constexpr std::string_view kAutogen = "autogen-";
constexpr std::string_view kAutogenCronjob = "autogen-cronjob-";

// What the exception selects and excepts from: for a rule made for pod controllers also what the controller
// makes.
struct Scope {
  std::vector<std::string_view> kinds;
  std::vector<std::string> names;
  std::vector<std::string> rules;
};

Scope ScopeOf(const Result& result) {
  Scope scope{{result.subject.kind}, {std::string(result.subject.name)}, {std::string(result.rule)}};
  if (!result.rule.starts_with(kAutogen)) return scope;
  if (result.subject.kind == "CronJob" && result.rule.starts_with(kAutogenCronjob)) {
    const std::string_view rule = result.rule.substr(kAutogenCronjob.size());
    scope.kinds.push_back("Job");
    scope.rules.push_back(std::string(kAutogen) + std::string(rule));
    scope.rules.emplace_back(rule);
  } else {
    scope.rules.emplace_back(result.rule.substr(kAutogen.size()));
  }
  scope.kinds.push_back("Pod");
  scope.names.push_back(std::string(result.subject.name) + "-*");
  return scope;
}

template <class Strings>
Value StringArray(const Strings& strings, Arena& arena) {
  json::ArrayBuilder array(arena);
  for (const auto& text : strings) array.Add(Value::String(text));
  return array.Build();
}

Value Object(std::initializer_list<json::Member> members, Arena& arena) {
  json::ObjectBuilder object(arena, members.size());
  for (const json::Member& member : members) object.Set(json::Key(member.key()), member.value);
  return object.Build();
}

// "nginx:1.2" and "nginx@sha256:..." as "nginx*".
std::string_view WithAnyTag(std::string_view image, Arena& arena) {
  const std::size_t at = image.find_first_of(":@");
  if (at == std::string_view::npos) return image;
  return arena.Copy(std::string(image.substr(0, at)) + "*");
}

// The violated controls of a podSecurity rule, from the property that reports carry them in.
Value PodSecurity(const Result& result, Arena& arena) {
  for (const auto& [key, text] : result.properties) {
    if (key != "controlsJSON") continue;
    const auto controls = json::Parse(text, arena);
    if (!controls || !controls->is_array()) return {};
    json::ArrayBuilder list(arena);
    for (const Value& control : controls->items()) {
      json::ObjectBuilder entry(arena);
      entry.Set("controlName", Value::String(control.StringAt("Name")));
      if (const Value* images = control.Find("Images"); images != nullptr && images->is_array()) {
        json::ArrayBuilder any_tag(arena);
        for (const Value& image : images->items()) {
          any_tag.Add(Value::String(WithAnyTag(image.string_or(""), arena)));
        }
        entry.Set("images", any_tag.Build());
      }
      list.Add(entry.Build());
    }
    return list.Build();
  }
  return {};
}

}  // namespace

void WriteGeneratedException(const Result& result, std::string_view ttl, Format format, std::string& out) {
  Arena arena(8 << 10);
  const Scope scope = ScopeOf(result);
  const std::string_view subject_namespace = result.subject.namespace_;
  const auto list_of_one = [&](Value value) { return Value::Array({arena.New<Value>(value), 1}); };

  const Value resources = Object({{"kinds", StringArray(scope.kinds, arena)},
                                  {"names", StringArray(scope.names, arena)},
                                  {"namespaces", list_of_one(Value::String(subject_namespace))}},
                                 arena);
  const Value match = Object({{"all", list_of_one(Object({{"resources", resources}}, arena))}}, arena);
  const Value entry = Object(
      {{"policyName", Value::String(result.policy)}, {"ruleNames", StringArray(scope.rules, arena)}}, arena);
  json::ObjectBuilder spec(arena);
  spec.Set("exceptions", list_of_one(entry));
  spec.Set("match", match);
  if (const Value pod_security = PodSecurity(result, arena); pod_security.is_array()) {
    spec.Set("podSecurity", pod_security);
  }
  json::ObjectBuilder metadata(arena);
  const std::string name = result.policy + "-" + std::string(result.rule) + "-" +
                           std::string(subject_namespace) + "-" + std::string(result.subject.name);
  metadata.Set("name", Value::String(name));
  if (!ttl.empty()) {
    metadata.Set("labels", Object({{"cleanup.kyverno.io/ttl", Value::String(ttl)}}, arena));
  }
  const Value exception = Object({{"apiVersion", Value::String("kyverno.io/v2beta1")},
                                  {"kind", Value::String("PolicyException")},
                                  {"metadata", metadata.Build()},
                                  {"spec", spec.Build()}},
                                 arena);
  out += "---\n";
  if (format == Format::kJson) {
    json::Write(exception, out, {.escape_html = true});
  } else {
    yaml::Emit(exception, out);
  }
  out += '\n';
}

}  // namespace ephor::report
