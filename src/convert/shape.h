// What an API server guarantees of the values at a place of an object.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "kube/gvk.h"
#include "kube/schema.h"

namespace ephor::convert {

// A set of JSON kinds.
using Kinds = std::uint8_t;
constexpr Kinds KindBit(json::Kind kind) {
  return static_cast<Kinds>(1u << static_cast<int>(kind));
}
inline constexpr Kinds kBool = KindBit(json::Kind::kBool);
inline constexpr Kinds kNumber = KindBit(json::Kind::kInt) | KindBit(json::Kind::kDouble);
inline constexpr Kinds kString = KindBit(json::Kind::kString);
inline constexpr Kinds kArray = KindBit(json::Kind::kArray);
inline constexpr Kinds kObject = KindBit(json::Kind::kObject);
inline constexpr Kinds kAllKinds = 0x7f;

// The types that a value may have, one for each kind of object that is looked at. An API server decodes the
// kinds that it has into structs before any webhook is asked: a field has its type or is absent, never null.
// Of a custom resource only `metadata` is known. Freely copied.
class Shape {
 public:
  static Shape Anything() { return Shape(); }
  static Shape OfKinds(Kinds kinds);
  static Shape OfText() { return OfKinds(kString); }
  static Shape OfObjects(std::span<const kube::GroupVersionKind> kinds);
  // Of which only the metadata is known, as of custom resources.
  static Shape OfAnyObject();

  Shape Field(std::string_view name) const;
  Shape Element() const;

  Kinds kinds() const;
  // Whether every value is of one of these kinds.
  bool Only(Kinds allowed) const { return (kinds() & ~allowed) == 0; }
  // Whether any key may stand in the objects, as in labels.
  bool IsMap() const;
  // The field by which the elements of a list are told apart and which each of them has, as the names of
  // containers; "" where there is none such.
  std::string_view ElementKey() const;

 private:
  Shape() = default;

  std::vector<kube::Schema> schemas_;
  bool anything_ = true;        // also what no schema describes
  bool custom_object_ = false;  // a custom resource itself, whose metadata is known
  Kinds fixed_ = 0;             // where it is not by schema
};

}  // namespace ephor::convert
