#include "kube/schema.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace ephor::kube {
namespace {

// A part of a table.
struct Run {
  std::uint16_t first, count;
};

// The name is a part of kNames; fields of one object are sorted by it. Offsets in place of views keep the
// table free of relocations.
struct FieldRow {
  std::uint16_t name;
  std::uint8_t name_size;
  std::uint16_t type;
};

struct TypeRow {
  Schema::Kind kind;
  bool atomic;
  Schema::ListType list_type;
  std::uint16_t first;   // kObject: the first of its fields; kMap, kList: the type of an element
  std::uint16_t second;  // kObject: the number of its fields; kList of type kMap: its set of keys
};

struct Root {
  GroupVersionKind gvk;
  std::uint16_t type;
};

#include "kube/schema.inc"

constexpr std::uint16_t kAnyType = 0;
static_assert(kTypes[kAnyType].kind == Schema::Kind::kAny);
static_assert(kNames.size() <= UINT16_MAX && std::size(kFields) <= UINT16_MAX &&
              std::size(kTypes) <= UINT16_MAX);

std::string_view NameOf(const FieldRow& field) {
  return kNames.substr(field.name, field.name_size);
}

}  // namespace

std::optional<Schema> Schema::OfKind(const GroupVersionKind& gvk) {
  const auto order = [](const GroupVersionKind& each) {
    return std::tie(each.group, each.version, each.kind);
  };
  const auto* const found = std::lower_bound(
      std::begin(kRoots), std::end(kRoots), gvk,
      [order](const Root& root, const auto& wanted) { return order(root.gvk) < order(wanted); });
  if (found == std::end(kRoots) || found->gvk != gvk) return std::nullopt;
  return Schema(found->type);
}

Schema::Kind Schema::kind() const {
  return kTypes[type_].kind;
}

bool Schema::atomic() const {
  const TypeRow& type = kTypes[type_];
  return type.atomic || (type.kind == Kind::kList && type.list_type == ListType::kAtomic);
}

Schema::ListType Schema::list_type() const {
  return kTypes[type_].list_type;
}

std::span<const Schema::Key> Schema::keys() const {
  const TypeRow& type = kTypes[type_];
  if (type.kind != Kind::kList || type.list_type != ListType::kMap) return {};
  const Run& run = kKeySets[type.second];
  return {kKeys + run.first, run.count};
}

Schema Schema::Element() const {
  const TypeRow& type = kTypes[type_];
  return Schema(type.kind == Kind::kMap || type.kind == Kind::kList ? type.first : kAnyType);
}

std::optional<Schema> Schema::Field(std::string_view name) const {
  const TypeRow& type = kTypes[type_];
  if (type.kind != Kind::kObject) return std::nullopt;
  const auto* const begin = kFields + type.first;
  const auto* const end = begin + type.second;
  const auto* const found = std::lower_bound(
      begin, end, name, [](const auto& field, std::string_view wanted) { return NameOf(field) < wanted; });
  if (found == end || NameOf(*found) != name) return std::nullopt;
  return Schema(found->type);
}

}  // namespace ephor::kube
