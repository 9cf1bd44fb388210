#include "engine/request.h"

namespace ephor::engine {
namespace {

json::Value ObjectAt(const json::Value* metadata, const json::Key& key) {
  const json::Value* found = metadata == nullptr ? nullptr : metadata->Find(key);
  return found != nullptr && found->is_object() ? *found : json::Value();
}

}  // namespace

Resource::Resource(const json::Value& value) : object(value) {
  static constexpr json::Key kMetadata("metadata"), kKind("kind"), kName("name"),
      kGenerateName("generateName"), kNamespace("namespace"), kLabels("labels"), kAnnotations("annotations");
  if (!value.is_object()) return;
  kind = value.StringAt(kKind);
  const json::Value* metadata = value.Find(kMetadata);
  if (metadata == nullptr) return;
  name = metadata->StringAt(kName);
  generate_name = metadata->StringAt(kGenerateName);
  namespace_ = metadata->StringAt(kNamespace);
  labels = ObjectAt(metadata, kLabels);
  annotations = ObjectAt(metadata, kAnnotations);
}

}  // namespace ephor::engine
