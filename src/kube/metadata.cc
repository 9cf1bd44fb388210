#include "kube/metadata.h"

namespace ephor::kube {
namespace {

constexpr json::Key kApiVersion("apiVersion"), kKind("kind"), kMetadata("metadata"), kName("name"),
    kGenerateName("generateName"), kNamespace("namespace"), kUid("uid"), kLabels("labels"),
    kAnnotations("annotations");

json::Value ObjectOrNull(const json::Value* value) {
  return value != nullptr && value->is_object() ? *value : json::Value();
}

}  // namespace

Metadata MetadataOf(const json::Value& object) {
  Metadata metadata;
  const json::Value* found = object.Find(kMetadata);
  if (found == nullptr) return metadata;
  metadata.name = found->StringAt(kName);
  metadata.generate_name = found->StringAt(kGenerateName);
  metadata.namespace_ = found->StringAt(kNamespace);
  metadata.uid = found->StringAt(kUid);
  metadata.labels = ObjectOrNull(found->Find(kLabels));
  metadata.annotations = ObjectOrNull(found->Find(kAnnotations));
  return metadata;
}

GroupVersionKind KindOf(const json::Value& object) {
  return ParseGroupVersionKind(object.StringAt(kApiVersion), object.StringAt(kKind));
}

}  // namespace ephor::kube
