// The types of Kubernetes' kinds, as far as merging and checking an object needs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "kube/gvk.h"

namespace ephor::kube {

// A type in a constant table made from Kubernetes 1.36, or one that the definition of a custom resource
// declares. A handle to copy freely; nothing allocates.
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
  // The custom resource that an OpenAPI v3 schema describes, as a definition has it, with the markers of
  // structural schemas (x-kubernetes-list-type, ...). The schema must outlive all that comes of it.
  static Schema OfDefinition(const json::Value& schema) { return Schema(schema, true); }
  // The type of which nothing is known.
  static constexpr Schema Any() { return Schema(0); }

  Kind kind() const;
  // Objects, maps and lists that are only replaced as a whole.
  bool atomic() const;
  // Of lists.
  ListType list_type() const;
  // Of lists of type kMap.
  class Keys;
  Keys keys() const;

  // Of maps and lists; kAny for all else.
  Schema Element() const;
  // Of objects; a binary search, or a look-up.
  std::optional<Schema> Field(std::string_view name) const;
  // Of objects of the table, in the order of the alphabet.
  std::vector<std::string_view> FieldNames() const;

  bool operator==(const Schema&) const = default;

 private:
  explicit constexpr Schema(std::uint16_t type) : type_(type) {}
  Schema(const json::Value& node, bool is_resource) : node_(&node), is_resource_(is_resource) {}

  bool Says(const json::Key& marker) const;
  Schema At(const json::Value* node) const;
  Kind KindOfNode() const;
  std::optional<Schema> FieldOfNode(std::string_view name) const;

  const json::Value* node_ = nullptr;  // of a definition's schema; null: a type of the table
  std::uint16_t type_ = 0;
  bool is_resource_ = false;  // it also has apiVersion, kind and metadata
};

// The keys of a list, made when they are looked at.
class Schema::Keys {
 public:
  explicit Keys(std::span<const Key> of_table) : of_table_(of_table) {}
  // The names, and the type of an element.
  Keys(std::span<const json::Value> names, const json::Value* element) : names_(names), element_(element) {}

  std::size_t size() const { return of_table_.size() + names_.size(); }
  Key operator[](std::size_t index) const;

  class Iterator {
   public:
    using value_type = Key;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Key;
    using iterator_category = std::input_iterator_tag;

    Iterator(const Keys& keys, std::size_t index) : keys_(&keys), index_(index) {}
    Key operator*() const { return (*keys_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) { return {*keys_, index_++}; }
    bool operator==(const Iterator&) const = default;

   private:
    const Keys* keys_;
    std::size_t index_;
  };
  Iterator begin() const& { return {*this, 0}; }
  Iterator end() const& { return {*this, size()}; }
  // An iterator would outlive them.
  Iterator begin() const&& = delete;
  Iterator end() const&& = delete;

 private:
  std::span<const Key> of_table_;
  std::span<const json::Value> names_;
  const json::Value* element_ = nullptr;
};

}  // namespace ephor::kube
