// What every Kubernetes object says of itself.
#pragma once

#include <string_view>

#include "json/value.h"
#include "kube/gvk.h"

namespace ephor::kube {

// Views into an object. What is absent or of the wrong type is empty, and null for the two maps.
struct Metadata {
  std::string_view name;
  std::string_view generate_name;
  std::string_view namespace_;
  std::string_view uid;
  json::Value labels;       // an object or null
  json::Value annotations;  // an object or null

  // The name, or what it will begin with where the server is to make one up.
  std::string_view name_or_prefix() const { return name.empty() ? generate_name : name; }
};

// Any value may be asked. Does not allocate.
Metadata MetadataOf(const json::Value& object);

// From apiVersion and kind.
GroupVersionKind KindOf(const json::Value& object);

}  // namespace ephor::kube
