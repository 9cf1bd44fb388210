#include "policy/native_documents.h"

#include <string>

#include "json/builder.h"

namespace ephor::policy {
namespace {

using json::Value;

constexpr std::string_view kNoReports = "reports.kyverno.io/disabled";

// The policy owns what is made of it. Its uid is known only to a cluster.
Value Owner(const Object& policy, Arena& arena) {
  json::ObjectBuilder owner(arena, 4);
  owner.Set("apiVersion", Value::String(policy.api_version));
  owner.Set("kind", Value::String(policy.kind));
  owner.Set("name", Value::String(policy.metadata.name));
  owner.Set("uid", Value::String(policy.metadata.uid));
  json::ArrayBuilder owners(arena, 1);
  owners.Add(owner.Build());
  return owners.Build();
}

Value Document(const NativeKind& kind, std::string_view kind_name, std::string_view name,
               const Object& policy, bool is_policy, const Value& spec, Arena& arena) {
  json::ObjectBuilder labels(arena, 2);
  labels.Set("app.kubernetes.io/managed-by", Value::String("kyverno"));
  if (is_policy && Find(policy.metadata.labels, kNoReports) != nullptr)
    labels.Set(kNoReports, Value::String("true"));
  json::ObjectBuilder metadata(arena, 3);
  metadata.Set("name", Value::String(name));
  metadata.Set("labels", labels.Build());
  if (!policy.metadata.uid.empty()) metadata.Set("ownerReferences", Owner(policy, arena));
  json::ObjectBuilder document(arena, 4);
  document.Set("apiVersion",
               Value::String(arena.Copy("admissionregistration.k8s.io/" + std::string(kind.version))));
  document.Set("kind", Value::String(kind_name));
  document.Set("metadata", metadata.Build());
  document.Set("spec", spec);
  return document.Build();
}

}  // namespace

NativeObjects NativeDocuments(const NativeKind& kind, const Object& policy, const Value& spec,
                              const NativeBinding& binding, Arena& arena) {
  const std::string_view name = arena.Copy(std::string(kind.prefix).append(policy.metadata.name));
  const std::string_view binding_name = arena.Copy(std::string(name) + "-binding");
  const std::string_view binding_kind = arena.Copy(std::string(kind.kind) + "Binding");
  json::ObjectBuilder binding_spec(arena, 3);
  binding_spec.Set("policyName", Value::String(name));
  if (!binding.params.is_null()) binding_spec.Set("paramRef", binding.params);
  if (!binding.actions.is_null()) binding_spec.Set("validationActions", binding.actions);
  return {.policy = Document(kind, kind.kind, name, policy, true, spec, arena),
          .binding = Document(kind, binding_kind, binding_name, policy, false, binding_spec.Build(), arena),
          .skipped = {}};
}

}  // namespace ephor::policy
