#include "source/local_cluster.h"

#include <algorithm>
#include <mutex>
#include <tuple>

#include "json/builder.h"
#include "kube/builtin_kinds.h"
#include "kube/gvk.h"
#include "kube/kinds.h"
#include "kube/metadata.h"
#include "kube/plural.h"
#include "pattern/wildcard.h"
#include "source/resource_path.h"

namespace ephor::source {
namespace {

using json::Value;

// Where an object is found.
struct Key {
  std::string_view group;     // without the version: an API server serves every object in all of them
  std::string_view resource;  // its kind's plural
  std::string_view namespace_;
  std::string_view name;

  auto operator<=>(const Key&) const = default;
};

struct Entry {
  Key key;
  Value object;
};

}  // namespace

struct LocalCluster::Contents {
  Arena arena;
  std::vector<Entry> entries;  // sorted by key, keys unique
  kube::RoleIndex roles = kube::RoleIndex::Build({}, {});

  const Value* Find(const Key& key) const {
    const auto at = std::lower_bound(entries.begin(), entries.end(), key,
                                     [](const Entry& entry, const Key& k) { return entry.key < k; });
    return at != entries.end() && at->key == key ? &at->object : nullptr;
  }
};

struct LocalCluster::Once {
  std::once_flag flag;
};

LocalCluster::LocalCluster(Reader reader, Answers answers, const kube::CustomKinds* custom_kinds)
    : once_(std::make_unique<Once>()),
      reader_(std::move(reader)),
      answers_(answers),
      custom_kinds_(custom_kinds) {}
LocalCluster::~LocalCluster() = default;

std::string LocalCluster::PluralOf(const kube::GroupVersionKind& gvk) const {
  const kube::CustomKind* custom = custom_kinds_ == nullptr ? nullptr : custom_kinds_->Find(gvk);
  return custom != nullptr ? custom->plural : kube::PluralOf(gvk);
}

const LocalCluster::Contents& LocalCluster::contents() const {
  std::call_once(once_->flag, [this] {
    auto contents = std::make_unique<Contents>();
    std::vector<Value> role_bindings, cluster_role_bindings;
    for (const Value& object : reader_(contents->arena)) {
      const kube::GroupVersionKind gvk = kube::KindOf(object);
      const kube::Metadata metadata = kube::MetadataOf(object);
      const Key key{gvk.group, contents->arena.Copy(PluralOf(gvk)), metadata.namespace_, metadata.name};
      contents->entries.push_back({key, object});
      if (gvk.group != "rbac.authorization.k8s.io") continue;
      if (gvk.kind == "RoleBinding") role_bindings.push_back(object);
      if (gvk.kind == "ClusterRoleBinding") cluster_role_bindings.push_back(object);
    }
    reader_ = nullptr;
    std::vector<Entry>& entries = contents->entries;
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.key < b.key; });
    // Of equal keys the last one stays.
    const auto first = std::unique(entries.rbegin(), entries.rend(),
                                   [](const Entry& a, const Entry& b) { return a.key == b.key; });
    entries.erase(entries.begin(), first.base());
    contents->roles = kube::RoleIndex::Build(role_bindings, cluster_role_bindings);
    contents_ = std::move(contents);
  });
  return *contents_;
}

Value LocalCluster::NamespaceLabels(std::string_view name, Arena& arena) const {
  const Value* found = contents().Find({"", "namespaces", "", name});
  const Value* labels = found == nullptr ? nullptr : found->Find("metadata", "labels");
  json::ObjectBuilder builder(arena, labels != nullptr && labels->is_object() ? *labels : Value::Object({}));
  builder.Set("kubernetes.io/metadata.name", Value::String(name));
  return builder.Build();
}

ports::Roles LocalCluster::RolesOf(const ports::Subject& subject, std::string_view request_namespace,
                                   Arena& arena) const {
  return contents().roles.RolesOf(subject, request_namespace, arena);
}

Result<Value> LocalCluster::Call(std::string_view method, std::string_view path, const Value&,
                                 Arena& arena) const {
  if (method != "GET") {
    return Fail(ErrorCode::kUnavailable, "method " + std::string(method) + " not supported for fake client");
  }
  EPHOR_ASSIGN(const ResourcePath parsed, ResourcePath::Parse(path));
  if (answers_ == Answers::kAsReferenceOffline && parsed.group.empty() && parsed.resource == "namespaces" &&
      !parsed.name.empty()) {
    return Fail(ErrorCode::kUnavailable, "failed to parse path: " + std::string(path.substr(1)));
  }
  const std::string api_version = parsed.ApiVersion();
  if (!parsed.name.empty()) {
    EPHOR_ASSIGN(const auto found, Get(api_version, parsed.resource, parsed.namespace_, parsed.name, arena));
    if (found) return *found;
    std::string place;
    if (answers_ == Answers::kAsReferenceOffline) {
      const auto kind = kube::KindOfResource({parsed.group, parsed.version, parsed.resource});
      place.append("failed to get resource ").append(api_version).append("/");
      place.append(kind ? kind->kind : parsed.resource).append("/").append(parsed.name).append(": ");
    }
    return Fail(ErrorCode::kNotFound, place + std::string(parsed.resource) +
                                          (parsed.group.empty() ? "" : ".") + std::string(parsed.group) +
                                          " \"" + std::string(parsed.name) + "\" not found");
  }
  return List(api_version, parsed.resource, parsed.namespace_, {}, arena);
}

namespace {

bool HasLabels(const Value& object, std::span<const std::pair<std::string_view, std::string_view>> wanted) {
  const Value* labels = object.Find("metadata", "labels");
  return std::ranges::all_of(wanted, [&](const auto& label) {
    const Value* value = labels == nullptr ? nullptr : labels->Find(json::Key(label.first));
    return value != nullptr && value->string_or("") == label.second && value->is_string();
  });
}

}  // namespace

Result<Value> LocalCluster::List(std::string_view api_version, std::string_view resource,
                                 std::string_view object_namespace,
                                 std::span<const std::pair<std::string_view, std::string_view>> labels,
                                 Arena& arena) const {
  const std::string_view group = kube::ParseGroupVersionKind(api_version, {}).group;
  json::ArrayBuilder items(arena);
  std::string kind;
  const std::vector<Entry>& entries = contents().entries;
  auto at = std::lower_bound(entries.begin(), entries.end(), std::tie(group, resource),
                             [](const Entry& entry, const auto& wanted) {
                               return std::tie(entry.key.group, entry.key.resource) < wanted;
                             });
  for (; at != entries.end() && at->key.group == group && at->key.resource == resource; ++at) {
    if (!object_namespace.empty() && at->key.namespace_ != object_namespace) continue;
    if (!HasLabels(at->object, labels)) continue;
    kind = at->object.StringAt("kind");
    items.Add(at->object);
  }
  json::ObjectBuilder metadata(arena);
  metadata.Set("resourceVersion", Value::String(""));
  json::ObjectBuilder list(arena);
  list.Set("apiVersion", Value::String(arena.Copy(api_version)));
  list.Set("kind", Value::String(arena.Copy(kind + "List")));
  list.Set("metadata", metadata.Build());
  list.Set("items", items.Build());
  return list.Build();
}

Result<std::string_view> LocalCluster::ResourceOf(std::string_view api_version, std::string_view kind,
                                                  Arena& arena) const {
  return arena.Copy(PluralOf(kube::ParseGroupVersionKind(api_version, kind)));
}

Result<std::optional<Value>> LocalCluster::Get(std::string_view api_version, std::string_view resource,
                                               std::string_view object_namespace, std::string_view name,
                                               Arena&) const {
  const Value* found =
      contents().Find({kube::ParseGroupVersionKind(api_version, {}).group, resource, object_namespace, name});
  return found == nullptr ? std::optional<Value>() : std::optional<Value>(*found);
}

Result<std::span<const Value>> LocalCluster::Find(const ports::ObjectQuery& query, Arena& arena) const {
  const kube::KindSelector kind = kube::KindSelector::Parse(query.kind);
  const pattern::Wildcard in_namespace(query.namespace_), named(query.name);
  ArenaVector<Value> found(arena);
  for (const Entry& entry : contents().entries) {
    if (!query.namespace_.empty() && !in_namespace.Matches(entry.key.namespace_)) continue;
    if (!query.name.empty() && !named.Matches(entry.key.name)) continue;
    if (kind.MatchesExactly(kube::KindOf(entry.object), "")) found.push_back(entry.object);
  }
  if (found.empty() && query.names_one()) {
    const std::string plural =
        kube::PluralOf({.group = kind.group(), .version = kind.version(), .kind = kind.kind()});
    return Fail(ErrorCode::kNotFound, plural + " \"" + std::string(query.name) + "\" not found");
  }
  return std::span<const Value>(found.span());
}

}  // namespace ephor::source
