// Which elements of a list are the same one: those with equal keys, or in a set equal values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/arena.h"
#include "json/value.h"
#include "kube/schema.h"

namespace ephor::engine {

// Why an item can be no element of the list, which is one of type kSet or kMap. Nothing where it can.
std::optional<std::string> ElementError(const json::Value& item, const kube::Schema& list);

// How errors name the element: [name="app"], [=80].
std::string ElementText(const json::Value& item, const kube::Schema& list);

// Finds elements of a list of type kSet or kMap by hash. All items must be possible elements. In the arena;
// the items must outlive it.
class ListElements {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  ListElements(const kube::Schema& list, std::span<const json::Value> items, Arena& arena);

  std::span<const json::Value> items() const { return items_; }
  // The first item that is the same element, or kNone.
  std::uint32_t Find(const json::Value& item) const;
  // Whether a later item is the same element as this one, which must be the first of them.
  bool repeated(std::uint32_t first) const { return repeated_[first]; }

 private:
  std::uint32_t Find(const json::Value& item, std::uint32_t hash) const;

  kube::Schema list_;
  std::span<const json::Value> items_;
  std::span<std::uint32_t> hashes_;
  std::span<bool> repeated_;
  std::span<std::uint32_t> table_;  // index + 1, 0 is free; empty for short lists
};

}  // namespace ephor::engine
