#include "engine/admission_request.h"

#include "json/builder.h"
#include "kube/builtin_kinds.h"
#include "ports/cluster.h"

namespace ephor::engine {
namespace {

constexpr json::Key kObject("object"), kOldObject("oldObject"), kMetadata("metadata"),
    kNamespace("namespace"), kRoles("roles"), kClusterRoles("clusterRoles"), kKind("kind"),
    kApiVersion("apiVersion");

// The object with the kind and namespace that the API server says it has, where its own differ.
json::Value Complete(const json::Value& object, const kube::AdmissionRequest& source, Arena& arena) {
  if (!object.is_object()) return object;
  json::Value complete = object;
  const kube::GroupVersionKind& kind = source.kind;
  if (object.StringAt(kKind) != kind.kind) {
    complete = json::WithMember(complete, kKind, json::Value::String(kind.kind), arena);
  }
  const std::string_view version = object.StringAt(kApiVersion);
  if (kube::ParseGroupVersionKind(version, kind.kind) != kind) {
    std::string text(kind.group);
    if (!text.empty()) text += '/';
    text += kind.version;
    complete = json::WithMember(complete, kApiVersion, json::Value::String(arena.Copy(text)), arena);
  }
  const json::Value* metadata = complete.Find(kMetadata);
  const bool is_namespace = kind.kind == "Namespace";
  const std::string_view wanted = is_namespace ? std::string_view() : source.namespace_;
  const std::string_view has = metadata == nullptr ? std::string_view() : metadata->StringAt(kNamespace);
  if (has == wanted) return complete;
  const json::Value base = metadata != nullptr && metadata->is_object() ? *metadata : json::Value::Object({});
  const json::Value changed = wanted.empty()
                                  ? json::WithoutMember(base, kNamespace, arena)
                                  : json::WithMember(base, kNamespace, json::Value::String(wanted), arena);
  return json::WithMember(complete, kMetadata, changed, arena);
}

json::Value TextArray(std::span<const std::string_view> texts, Arena& arena) {
  json::ArrayBuilder items(arena, texts.size());
  for (std::string_view text : texts) items.Add(json::Value::String(text));
  return items.Build();
}

// The whole request as the variable `request`, with both objects, null where absent, and the requester's
// roles.
json::Value Variables(const Request& request, const kube::AdmissionRequest& source, Arena& arena) {
  json::Value variables = source.value;
  const auto set = [&](const json::Key& key, const json::Value& value) {
    variables = json::WithMember(variables, key, value, arena);
  };
  set(kObject, request.object.object);
  set(kOldObject, request.old_object.object);
  if (!request.requester.roles.empty()) set(kRoles, TextArray(request.requester.roles, arena));
  if (!request.requester.cluster_roles.empty()) {
    set(kClusterRoles, TextArray(request.requester.cluster_roles, arena));
  }
  return variables;
}

}  // namespace

Request MakeRequest(const kube::AdmissionRequest& source, const ports::World& world, Arena& arena) {
  Request request;
  request.kind =
      source.subresource.empty() ? source.kind : kube::KindOfResource(source.resource).value_or(source.kind);
  request.resource = source.resource;
  request.subresource = source.subresource;
  request.operation = source.operation;
  request.namespace_ = source.namespace_;
  request.name = source.name;
  request.object = Resource(Complete(source.object, source, arena));
  request.old_object = Resource(Complete(source.old_object, source, arena));
  request.requester.username = source.user.username;
  request.requester.groups = source.user.groups;
  request.is_admission = true;
  if (world.cluster != nullptr) {
    const ports::Roles roles =
        world.cluster->RolesOf({source.user.username, source.user.groups}, source.namespace_, arena);
    request.requester.roles = roles.roles;
    request.requester.cluster_roles = roles.cluster_roles;
    if (source.kind.kind != "Namespace" && !source.namespace_.empty()) {
      request.namespace_labels = world.cluster->NamespaceLabels(source.namespace_, arena);
    }
  }
  request.variables = Variables(request, source, arena);
  return request;
}

}  // namespace ephor::engine
