// The kinds that custom resource definitions declare.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/arena.h"
#include "json/value.h"
#include "kube/gvk.h"
#include "ports/custom_types.h"

namespace ephor::kube {

struct CustomKind {
  std::string group, version, kind;
  std::string plural;
  bool namespaced = true;
  json::Value schema;  // openAPIV3Schema; null where there is none
};

// Filled from definitions, then only read: from any thread.
class CustomKinds final : public ports::CustomTypes {
 public:
  // Adds the served versions of a CustomResourceDefinition of apiextensions.k8s.io; a later definition of a
  // kind replaces an earlier one. False, and nothing, for any other object.
  bool Add(const json::Value& definition);

  // Null for a kind that no definition declares.
  const CustomKind* Find(const GroupVersionKind& gvk) const;
  bool empty() const { return kinds_.empty(); }
  const json::Value* SchemaOf(std::string_view group, std::string_view version,
                              std::string_view kind) const override;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, CustomKind> kinds_;
  Arena arena_{1 << 10};  // of the schemas
};

}  // namespace ephor::kube
