#include "engine/cel/generated_objects.h"

#include "engine/observe/generated.h"
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

void GeneratedObjects::Add(const json::Value& object) {
  objects_.push_back(object);
  if (observer_ != nullptr) [[unlikely]]
    TellGenerated(object, *observer_);
}

Result<void> GeneratedObjects::Apply(std::string_view namespace_, std::span<const json::Value> objects) {
  for (const json::Value& object : objects) {
    const json::Value* items = object.Find("items");
    if (items == nullptr || !items->is_array()) {
      Add(InNamespace(object, namespace_, arena_));
      continue;
    }
    for (const json::Value& item : items->items()) {
      if (item.is_object()) Add(InNamespace(item, namespace_, arena_));
    }
  }
  return {};
}

}  // namespace ephor::engine
