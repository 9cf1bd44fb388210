#include "engine/generate/downstream.h"

#include <initializer_list>
#include <utility>

#include "json/builder.h"
#include "kube/gvk.h"

namespace ephor::engine {
namespace {

using json::Value;

using Label = std::pair<std::string_view, std::string_view>;

Value MetadataOf(const Value& object) {
  const Value* const metadata = object.Find("metadata");
  return metadata != nullptr && metadata->is_object() ? *metadata : Value::Object({});
}

// Labels with more; those that are there count only if all are texts, a null being an empty one.
Value WithLabels(const Value& metadata, std::initializer_list<Label> more, Arena& arena) {
  json::ObjectBuilder labels(arena);
  if (const Value* const old = metadata.Find("labels"); old != nullptr && old->is_object()) {
    bool valid = true;
    for (const json::Member& label : old->members()) {
      valid = valid && (label.value.is_string() || label.value.is_null());
    }
    for (const json::Member& label : old->members()) {
      if (valid) labels.Set(json::Key(label.key()), Value::String(label.value.string_or("")));
    }
  }
  for (const auto& [key, value] : more) labels.Set(json::Key(key), Value::String(value));
  return json::WithMember(metadata, "labels", labels.Build(), arena);
}

// Sets a text, or removes the member where it is "".
Value WithText(const Value& object, const json::Key& key, std::string_view text, Arena& arena) {
  return text.empty() ? json::WithoutMember(object, key, arena)
                      : json::WithMember(object, key, Value::String(text), arena);
}

}  // namespace

Value CopyOf(const Value& source, std::string_view target_namespace, Arena& arena) {
  const ObjectId id = IdOf(source);
  const kube::GroupVersionKind kind = kube::ParseGroupVersionKind(id.api_version, id.kind);
  Value metadata = WithLabels(MetadataOf(source),
                              {{"generate.kyverno.io/clone-source", ""},
                               {"generate.kyverno.io/source-group", kind.group},
                               {"generate.kyverno.io/source-version", kind.version},
                               {"generate.kyverno.io/source-kind", kind.kind},
                               {"generate.kyverno.io/source-namespace", id.namespace_},
                               {"generate.kyverno.io/source-uid", source.StringAt("metadata", "uid")}},
                              arena);
  for (const std::string_view key :
       {"uid", "selfLink", "creationTimestamp", "managedFields", "resourceVersion"}) {
    metadata = json::WithoutMember(metadata, json::Key(key), arena);
  }
  if (id.namespace_ != target_namespace) metadata = json::WithoutMember(metadata, "ownerReferences", arena);
  return json::WithMember(source, "metadata", metadata, arena);
}

Value Downstream(const Value& content, const ObjectId& target, const Origin& origin, Arena& arena) {
  const ObjectId trigger = IdOf(origin.trigger);
  const kube::GroupVersionKind kind = kube::ParseGroupVersionKind(trigger.api_version, trigger.kind);
  Value metadata =
      WithLabels(MetadataOf(content),
                 {{"app.kubernetes.io/managed-by", "kyverno"},
                  {"generate.kyverno.io/policy-name", origin.policy},
                  {"generate.kyverno.io/policy-namespace", origin.policy_namespace},
                  {"generate.kyverno.io/rule-name", origin.rule},
                  {"generate.kyverno.io/trigger-group", kind.group},
                  {"generate.kyverno.io/trigger-version", kind.version},
                  {"generate.kyverno.io/trigger-kind", kind.kind},
                  {"generate.kyverno.io/trigger-namespace", trigger.namespace_},
                  {"generate.kyverno.io/trigger-uid", origin.trigger.StringAt("metadata", "uid")}},
                 arena);
  metadata = WithText(metadata, "name", target.name, arena);
  metadata = WithText(metadata, "namespace", target.namespace_, arena);
  metadata = json::WithoutMember(metadata, "resourceVersion", arena);
  Value object = json::WithMember(content, "metadata", metadata, arena);
  if (content.StringAt("kind").empty()) {
    object = json::WithMember(object, "kind", Value::String(target.kind), arena);
  }
  return json::WithMember(object, "apiVersion", Value::String(target.api_version), arena);
}

}  // namespace ephor::engine
