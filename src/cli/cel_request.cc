#include "cli/cel_request.h"

#include "cli/session.h"
#include "json/builder.h"
#include "kube/builtin_kinds.h"
#include "kube/plural.h"
#include "ports/cluster.h"

namespace ephor::cli {
namespace {

using json::Value;

Value KindOf(const kube::GroupVersionKind& gvk, Arena& arena) {
  json::ObjectBuilder members(arena, 3);
  members.Set("group", Value::String(gvk.group));
  members.Set("version", Value::String(gvk.version));
  members.Set("kind", Value::String(gvk.kind));
  return members.Build();
}

Value ResourceOf(const kube::GroupVersionResource& gvr, Arena& arena) {
  json::ObjectBuilder members(arena, 3);
  members.Set("group", Value::String(gvr.group));
  members.Set("version", Value::String(gvr.version));
  members.Set("resource", Value::String(gvr.resource));
  return members.Build();
}

bool SaysSomething(const Value& value) {
  if (value.is_string()) return !value.as_string().empty();
  if (value.is_array() || value.is_object()) return value.size() > 0;
  return !value.is_null();
}

// Empty members are left out, as the API server leaves them out.
Value UserOf(const Session& session, Arena& arena) {
  if (!session.user || session.user->user == nullptr) return Value::Object({});
  json::ObjectBuilder user(arena, 4);
  for (const json::Member& member : session.user->user->members()) {
    if (SaysSomething(member.value)) user.Set(json::Key(member.key()), member.value);
  }
  return user.Build();
}

// The kind's resource. Of a kind that is not known it is guessed: as the reference guesses it, unless a
// policy names the resource that a plain "s" makes of it ("gateways" of Gateway).
std::string_view PluralOf(const Session& session, const kube::GroupVersionKind& gvk, Arena& arena) {
  if (const kube::BuiltinKind* known = kube::FindKind(gvk); known != nullptr) return known->plural;
  if (const kube::CustomKind* custom = session.custom_kinds.Find(gvk); custom != nullptr) {
    return custom->plural;
  }
  const std::string guess = kube::GuessedPlural(gvk.kind);
  if (guess.ends_with("ies") || guess.ends_with("ses")) {
    const std::string stem = guess.substr(0, guess.size() - 3) + (guess.ends_with("ies") ? "y" : "s");
    const std::string plain = guess.ends_with("ies") ? stem + "s" : stem;
    const auto& named = session.cel.resources;
    if (named.contains(plain) && !named.contains(guess)) return arena.Copy(plain);
  }
  return arena.Copy(guess);
}

// Where the values map the resource to a subresource, policies see the parent's kind.
kube::GroupVersionKind KindSeen(const Session& session, const Value& resource) {
  const kube::GroupVersionKind kind =
      kube::ParseGroupVersionKind(resource.StringAt("apiVersion"), resource.StringAt("kind"));
  if (session.in_cluster) return kind;
  for (const source::SubresourceMapping& mapping : session.values.subresources()) {
    if (mapping.kind == kind) return mapping.parent;
  }
  return kind;
}

Value Variables(const engine::Request& request, const Value& user, Arena& arena) {
  json::ObjectBuilder variables(arena, 13);
  const Value kind = KindOf(request.kind, arena);
  const Value resource = ResourceOf(request.resource, arena);
  variables.Set("kind", kind);
  variables.Set("resource", resource);
  variables.Set("requestKind", kind);
  variables.Set("requestResource", resource);
  if (!request.name.empty()) variables.Set("name", Value::String(request.name));
  if (!request.namespace_.empty()) variables.Set("namespace", Value::String(request.namespace_));
  variables.Set("operation", Value::String(request.operation));
  variables.Set("userInfo", user);
  variables.Set("object", request.object.object);
  variables.Set("oldObject", request.old_object.object);
  variables.Set("dryRun", Value::Bool(false));
  variables.Set("options", Value::Null());
  return variables.Build();
}

}  // namespace

engine::Request CelRequest(const Session& session, const Value& resource, std::string_view operation,
                           Arena& arena) {
  engine::Request request;
  request.observer = session.observer;
  if (operation.empty()) operation = session.values.GlobalOperation();
  request.operation = operation == "UPDATE" || operation == "DELETE" ? operation : "CREATE";
  request.kind = KindSeen(session, resource);
  request.resource = {request.kind.group, request.kind.version, PluralOf(session, request.kind, arena)};
  request.name = resource.StringAt("metadata", "name");
  request.namespace_ = resource.StringAt("metadata", "namespace");
  if (request.operation != "DELETE") request.object = engine::Resource(resource);
  if (request.operation != "CREATE") request.old_object = engine::Resource(resource);
  if (session.user) {
    request.requester = {.username = session.user->username,
                         .groups = session.user->groups,
                         .roles = session.user->roles,
                         .cluster_roles = session.user->cluster_roles};
  }
  if (!request.namespace_.empty()) {
    request.namespace_object = session.values.NamespaceObject(request.namespace_, arena);
    if (session.in_cluster && !request.namespace_object.is_object()) {
      const auto found = session.world.cluster->Get("v1", "namespaces", "", request.namespace_, arena);
      if (found && *found) request.namespace_object = **found;
    }
    if (request.namespace_object.is_object()) {
      const Value* labels = request.namespace_object.Find("metadata", "labels");
      request.namespace_labels = labels != nullptr && labels->is_object() ? *labels : Value::Object({});
    }
  }
  request.variables = Variables(request, UserOf(session, arena), arena);
  return request;
}

Result<engine::Request> NativeRequest(const Session& session, const Value& resource, Arena& arena) {
  engine::Request request = CelRequest(session, resource, "CREATE", arena);
  if (kube::FindKind(request.kind) == nullptr && session.custom_kinds.Find(request.kind) == nullptr) {
    const std::string_view api_version = resource.StringAt("apiVersion");
    const std::string version = std::string(request.kind.group) + "/" + std::string(request.kind.version);
    return InvalidInput("failed to map gvk to gvr " + version + ", Kind=" + std::string(request.kind.kind) +
                        ": no matches for kind \"" + std::string(request.kind.kind) + "\" in version \"" +
                        std::string(api_version) + "\"");
  }
  // Nobody is somebody here, so that policies may ask who it is.
  static constexpr std::string_view kNobody = "system:kyverno:background-scan";
  engine::Requester& requester = request.requester;
  if (requester.username.empty()) requester.username = kNobody;
  if (requester.groups.empty()) requester.groups = std::span(&kNobody, 1);
  const Value* user = request.variables.Find("userInfo");
  if (user->StringAt("uid").empty()) {
    const Value with_uid = json::WithMember(*user, "uid", Value::String(kNobody), arena);
    request.variables = json::WithMember(request.variables, "userInfo", with_uid, arena);
  }
  // Of its namespace the reference only passes on the name and the labels, which may be none; a Namespace is
  // in one without a name.
  const bool is_namespace = request.kind == kube::GroupVersionKind{"", "v1", "Namespace"};
  const source::NamespaceEntry* entry = is_namespace ? nullptr : session.values.LabelsOf(request.namespace_);
  const bool has_labels = entry != nullptr && entry->labels != nullptr;
  request.namespace_labels = has_labels ? *entry->labels : Value::Object({});
  json::ObjectBuilder metadata(arena, 2), object(arena, 3);
  if (!is_namespace && !request.namespace_.empty()) metadata.Set("name", Value::String(request.namespace_));
  if (has_labels) metadata.Set("labels", request.namespace_labels);
  object.Set("metadata", metadata.Build());
  object.Set("spec", Value::Object({}));
  object.Set("status", Value::Object({}));
  request.namespace_object = object.Build();
  return request;
}

}  // namespace ephor::cli
