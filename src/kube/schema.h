// The types of Kubernetes' kinds, as far as merging and checking an object needs them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "json/value.h"
#include "kube/gvk.h"

namespace ephor::kube {

// A type in a constant table made from Kubernetes 1.36. A handle to copy freely; nothing allocates.
//
//   const auto containers = Schema::OfKind({"", "v1", "Pod"})->Field("spec")->Field("containers");
//   containers->list_type();                          // kMap
//   containers->keys()[0].name;                       // "name"
//   containers->Element().Field("image")->kind();     // kString
class Schema {
 public:
  enum class Kind : std::uint8_t {
    kAny,  // nothing is known: any JSON
    kString,
    kNumeric,
    kBoolean,
    kScalar,  // an integer or a string, a number or a string
    kObject,  // with the fields that Field() knows, and no others
    kMap,     // any keys, with values of type Element()
    kList,    // of Element()
  };
  // What makes two elements of a list the same one.
  enum class ListType : std::uint8_t { kAtomic, kSet, kMap };
  struct Key {
    std::string_view name;
    json::Value default_value;  // of an element that has no such field; null: it must have one
  };

  // Nothing for kinds that Kubernetes does not have.
  static std::optional<Schema> OfKind(const GroupVersionKind& gvk);
  // The type of which nothing is known.
  static constexpr Schema Any() { return Schema(0); }

  Kind kind() const;
  // Objects, maps and lists that are only replaced as a whole.
  bool atomic() const;
  // Of lists.
  ListType list_type() const;
  // Of lists of type kMap.
  std::span<const Key> keys() const;

  // Of maps and lists; kAny for all else.
  Schema Element() const;
  // Of objects; a binary search.
  std::optional<Schema> Field(std::string_view name) const;

  bool operator==(const Schema&) const = default;

 private:
  explicit constexpr Schema(std::uint16_t type) : type_(type) {}

  std::uint16_t type_;
};

}  // namespace ephor::kube
