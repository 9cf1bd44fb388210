#include "kube/custom_kinds.h"

namespace ephor::kube {

bool CustomKinds::Add(const json::Value& definition) {
  if (definition.StringAt("kind") != "CustomResourceDefinition" ||
      !definition.StringAt("apiVersion").starts_with("apiextensions.k8s.io/")) {
    return false;
  }
  const std::string group(definition.StringAt("spec", "group"));
  const std::string kind(definition.StringAt("spec", "names", "kind"));
  const json::Value* versions = definition.Find("spec", "versions");
  if (kind.empty() || versions == nullptr || !versions->is_array()) return false;
  for (const json::Value& version : versions->items()) {
    const json::Value* served = version.Find("served");
    if (served == nullptr || !served->is_bool() || !served->as_bool()) continue;
    const std::string name(version.StringAt("name"));
    const json::Value* schema = version.Find("schema", "openAPIV3Schema");
    kinds_.insert_or_assign(
        {group, name, kind},
        CustomKind{
            group, name, kind, std::string(definition.StringAt("spec", "names", "plural")),
            definition.StringAt("spec", "scope") == "Namespaced",
            schema != nullptr && schema->is_object() ? json::DeepCopy(*schema, arena_) : json::Value()});
  }
  return true;
}

const CustomKind* CustomKinds::Find(const GroupVersionKind& gvk) const {
  if (kinds_.empty()) return nullptr;
  const auto found = kinds_.find({std::string(gvk.group), std::string(gvk.version), std::string(gvk.kind)});
  return found == kinds_.end() ? nullptr : &found->second;
}

const json::Value* CustomKinds::SchemaOf(std::string_view group, std::string_view version,
                                         std::string_view kind) const {
  const CustomKind* found = Find({group, version, kind});
  return found == nullptr || !found->schema.is_object() ? nullptr : &found->schema;
}

}  // namespace ephor::kube
