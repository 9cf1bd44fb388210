#include "engine/cel/generated_objects.h"

#include "json/builder.h"

namespace ephor::engine {
namespace {

json::Value InNamespace(const json::Value& object, std::string_view namespace_, Arena& arena) {
  static constexpr json::Key kMetadata("metadata"), kNamespace("namespace");
  const json::Value* found = object.Find(kMetadata);
  if (namespace_.empty() && (found == nullptr || found->Find(kNamespace) == nullptr)) return object;
  const json::Value metadata = found != nullptr && found->is_object() ? *found : json::Value::Object({});
  const json::Value changed =
      namespace_.empty()
          ? json::WithoutMember(metadata, kNamespace, arena)
          : json::WithMember(metadata, kNamespace, json::Value::String(arena.Copy(namespace_)), arena);
  return json::WithMember(object, kMetadata, changed, arena);
}

}  // namespace

Result<void> GeneratedObjects::Apply(std::string_view namespace_, std::span<const json::Value> objects) {
  for (const json::Value& object : objects) {
    const json::Value* items = object.Find("items");
    if (items == nullptr || !items->is_array()) {
      objects_.push_back(InNamespace(object, namespace_, arena_));
      continue;
    }
    for (const json::Value& item : items->items()) {
      if (item.is_object()) objects_.push_back(InNamespace(item, namespace_, arena_));
    }
  }
  return {};
}

}  // namespace ephor::engine
