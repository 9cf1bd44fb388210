#include "engine/generate/objects.h"

namespace ephor::engine {

ObjectId IdOf(const json::Value& object) {
  return {object.StringAt("apiVersion"), object.StringAt("kind"), object.StringAt("metadata", "namespace"),
          object.StringAt("metadata", "name")};
}

void Objects::Put(const json::Value& object) {
  const ObjectId id = IdOf(object);
  for (json::Value& known : objects_.span()) {
    if (IdOf(known) != id) continue;
    known = object;
    return;
  }
  objects_.push_back(object);
}

const json::Value* Objects::Find(const ObjectId& id) const {
  for (const json::Value& object : objects_.span()) {
    if (IdOf(object) == id) return &object;
  }
  return nullptr;
}

std::span<const json::Value> Objects::List(std::string_view api_version, std::string_view kind,
                                           std::string_view namespace_, const kube::LabelSelector& selector,
                                           Arena& arena) const {
  ArenaVector<json::Value> found(arena);
  for (const json::Value& object : objects_.span()) {
    const ObjectId id = IdOf(object);
    if (id.api_version != api_version || id.kind != kind) continue;
    if (!namespace_.empty() && id.namespace_ != namespace_) continue;
    const json::Value* const labels = object.Find("metadata", "labels");
    if (selector.Matches(labels == nullptr ? json::Value() : *labels)) found.push_back(object);
  }
  return found.span();
}

}  // namespace ephor::engine
