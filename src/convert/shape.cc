#include "convert/shape.h"

#include <algorithm>

namespace ephor::convert {
namespace {

Kinds KindsOf(kube::Schema::Kind kind) {
  switch (kind) {
    case kube::Schema::Kind::kAny:
      return kAllKinds;
    case kube::Schema::Kind::kString:
      return kString;
    case kube::Schema::Kind::kNumeric:
      return kNumber;
    case kube::Schema::Kind::kBoolean:
      return kBool;
    case kube::Schema::Kind::kScalar:
      return kNumber | kString;
    case kube::Schema::Kind::kObject:
    case kube::Schema::Kind::kMap:
      return kObject;
    case kube::Schema::Kind::kList:
      return kArray;
  }
  return kAllKinds;
}

void AddOnce(const kube::Schema& schema, std::vector<kube::Schema>& schemas) {
  if (std::find(schemas.begin(), schemas.end(), schema) == schemas.end()) schemas.push_back(schema);
}

}  // namespace

Shape Shape::OfKinds(Kinds kinds) {
  Shape shape;
  shape.anything_ = false;
  shape.fixed_ = kinds;
  return shape;
}

Shape Shape::OfObjects(std::span<const kube::GroupVersionKind> kinds) {
  Shape shape;
  shape.anything_ = false;
  for (const kube::GroupVersionKind& kind : kinds) {
    if (const auto schema = kube::Schema::OfKind(kind)) {
      AddOnce(*schema, shape.schemas_);
    } else {
      shape.custom_object_ = true;
    }
  }
  if (shape.custom_object_) shape.fixed_ = kObject;
  return shape;
}

Shape Shape::OfAnyObject() {
  Shape shape = OfKinds(kObject);
  shape.custom_object_ = true;
  return shape;
}

Shape Shape::Field(std::string_view name) const {
  Shape field;
  field.anything_ = anything_;
  for (const kube::Schema& schema : schemas_) {
    if (schema.kind() == kube::Schema::Kind::kMap) {
      AddOnce(schema.Element(), field.schemas_);
    } else if (const auto found = schema.Field(name)) {
      AddOnce(*found, field.schemas_);
    }
  }
  if (custom_object_) {
    if (name == "metadata") {
      AddOnce(*kube::Schema::OfKind({"", "v1", "Pod"})->Field(name), field.schemas_);
    } else if (name == "apiVersion" || name == "kind") {
      field.fixed_ = kString;
    } else {
      field.anything_ = true;
    }
  }
  // A field that no type has: whatever is there, if anything is.
  if (field.schemas_.empty() && field.fixed_ == 0) field.anything_ = true;
  return field;
}

Shape Shape::Element() const {
  Shape element;
  element.anything_ = anything_;
  for (const kube::Schema& schema : schemas_) AddOnce(schema.Element(), element.schemas_);
  if (element.schemas_.empty()) element.anything_ = true;
  return element;
}

Kinds Shape::kinds() const {
  if (anything_) return kAllKinds;
  Kinds all = fixed_;
  for (const kube::Schema& schema : schemas_) all |= KindsOf(schema.kind());
  return all;
}

std::string_view Shape::ElementKey() const {
  std::string_view key;
  if (anything_ || custom_object_) return key;
  for (const kube::Schema& schema : schemas_) {
    if (schema.kind() != kube::Schema::Kind::kList || schema.list_type() != kube::Schema::ListType::kMap)
      return {};
    if (schema.keys().size() != 1) return {};
    key = schema.keys()[0].name;
  }
  return key;
}

bool Shape::IsMap() const {
  return !anything_ && !custom_object_ && !schemas_.empty() &&
         std::all_of(schemas_.begin(), schemas_.end(),
                     [](const kube::Schema& schema) { return schema.kind() == kube::Schema::Kind::kMap; });
}

}  // namespace ephor::convert
