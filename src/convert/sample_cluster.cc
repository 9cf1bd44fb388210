#include "convert/sample_cluster.h"

#include <algorithm>

#include "json/builder.h"
#include "pattern/wildcard.h"

namespace ephor::convert {

json::Value SampleCluster::NamespaceLabels(std::string_view, Arena&) const {
  return json::Value::Object({});
}

ports::Roles SampleCluster::RolesOf(const ports::Subject&, std::string_view, Arena&) const {
  return {};
}

Result<json::Value> SampleCluster::Call(std::string_view, std::string_view path, const json::Value&,
                                        Arena&) const {
  return Fail(ErrorCode::kNotFound, "nothing is at " + std::string(path));
}

bool SampleCluster::IsOf(const json::Value& object, std::string_view api_version, std::string_view resource,
                         std::string_view namespace_) const {
  if (object.StringAt("apiVersion") != api_version) return false;
  const auto kind = kube::ParseGroupVersionKind(api_version, object.StringAt("kind"));
  return kinds_.Find(kind).plural == resource &&
         (namespace_.empty() || object.StringAt("metadata", "namespace") == namespace_);
}

Result<std::optional<json::Value>> SampleCluster::Get(std::string_view api_version, std::string_view resource,
                                                      std::string_view namespace_, std::string_view name,
                                                      Arena&) const {
  for (const json::Value& object : objects_) {
    if (IsOf(object, api_version, resource, namespace_) && object.StringAt("metadata", "name") == name)
      return object;
  }
  return std::nullopt;
}

Result<json::Value> SampleCluster::List(std::string_view api_version, std::string_view resource,
                                        std::string_view namespace_,
                                        std::span<const std::pair<std::string_view, std::string_view>> labels,
                                        Arena& arena) const {
  json::ArrayBuilder items(arena);
  for (const json::Value& object : objects_) {
    const json::Value* own = object.Find("metadata", "labels");
    const bool selected = std::ranges::all_of(labels, [&](const auto& label) {
      const json::Value* found = own == nullptr ? nullptr : own->Find(json::Key(label.first));
      return found != nullptr && found->string_or("") == label.second;
    });
    if (selected && IsOf(object, api_version, resource, namespace_)) items.Add(object);
  }
  return json::WithMember(json::Value::Object({}), "items", items.Build(), arena);
}

Result<std::span<const json::Value>> SampleCluster::Find(const ports::ObjectQuery& query,
                                                         Arena& arena) const {
  ArenaVector<json::Value> found(arena);
  for (const json::Value& object : objects_) {
    const std::string kind =
        std::string(object.StringAt("apiVersion")) + "/" + std::string(object.StringAt("kind"));
    const bool in_namespace = query.namespace_.empty() || query.namespace_ == "*" ||
                              object.StringAt("metadata", "namespace") == query.namespace_;
    const bool named =
        query.name.empty() || pattern::WildcardMatch(query.name, object.StringAt("metadata", "name"));
    if (kind == query.kind && in_namespace && named) found.push_back(object);
  }
  if (found.size() == 0 && query.names_one()) return Fail(ErrorCode::kNotFound, "it is not there");
  return std::span<const json::Value>(found.span());
}

}  // namespace ephor::convert
