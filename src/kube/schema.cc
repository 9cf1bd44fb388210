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

constexpr json::Key kPreserve("x-kubernetes-preserve-unknown-fields"),
    kEmbedded("x-kubernetes-embedded-resource");

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

// ---- what definitions declare ----

bool Schema::Says(const json::Key& marker) const {
  const json::Value* found = node_->Find(marker);
  return found != nullptr && found->is_bool() && found->as_bool();
}

// The type that a node describes; any where it is none.
Schema Schema::At(const json::Value* node) const {
  return node == nullptr || !node->is_object() ? Any() : Schema(*node, false);
}

Schema::Kind Schema::KindOfNode() const {
  static constexpr json::Key kIntOrString("x-kubernetes-int-or-string"), kProperties("properties"),
      kAdditional("additionalProperties");
  if (is_resource_) return Kind::kObject;
  if (Says(kIntOrString)) return Kind::kScalar;
  const std::string_view type = node_->StringAt("type");
  if (type == "string") return Kind::kString;
  if (type == "integer" || type == "number") return Kind::kNumeric;
  if (type == "boolean") return Kind::kBoolean;
  if (type == "array") return Kind::kList;
  if (node_->Find(kProperties) != nullptr || Says(kEmbedded)) return Kind::kObject;
  if (type != "object" || Says(kPreserve))
    return node_->Find(kAdditional) == nullptr ? Kind::kAny : Kind::kMap;
  return Kind::kMap;
}

std::optional<Schema> Schema::FieldOfNode(std::string_view name) const {
  static constexpr json::Key kProperties("properties");
  if (KindOfNode() != Kind::kObject) return std::nullopt;
  if (is_resource_ || Says(kEmbedded)) {
    static const Schema pod = *OfKind({"", "v1", "Pod"});
    for (const std::string_view common : {"apiVersion", "kind", "metadata"}) {
      if (name == common) return pod.Field(name);
    }
  }
  const json::Value* properties = node_->Find(kProperties);
  const json::Value* found = properties == nullptr ? nullptr : properties->Find(json::Key(name));
  if (found != nullptr) return At(found);
  return Says(kPreserve) ? std::optional(Any()) : std::nullopt;
}

Schema::Key Schema::Keys::operator[](std::size_t index) const {
  if (index < of_table_.size()) return of_table_[index];
  const std::string_view name = names_[index - of_table_.size()].string_or("");
  const json::Value* properties = element_ == nullptr ? nullptr : element_->Find("properties");
  const json::Value* field = properties == nullptr ? nullptr : properties->Find(json::Key(name));
  const json::Value* value = field == nullptr ? nullptr : field->Find("default");
  return {name, value == nullptr ? json::Value() : *value};
}

// ---- both ----

Schema::Kind Schema::kind() const {
  if (node_ != nullptr) return KindOfNode();
  return kTypes[type_].kind;
}

bool Schema::atomic() const {
  if (node_ != nullptr) {
    if (kind() == Kind::kList) return list_type() == ListType::kAtomic;
    return node_->StringAt("x-kubernetes-map-type") == "atomic";
  }
  const TypeRow& type = kTypes[type_];
  return type.atomic || (type.kind == Kind::kList && type.list_type == ListType::kAtomic);
}

Schema::ListType Schema::list_type() const {
  if (node_ != nullptr) {
    const std::string_view type = node_->StringAt("x-kubernetes-list-type");
    return type == "map" ? ListType::kMap : type == "set" ? ListType::kSet : ListType::kAtomic;
  }
  return kTypes[type_].list_type;
}

Schema::Keys Schema::keys() const {
  if (node_ != nullptr) {
    const json::Value* names = node_->Find("x-kubernetes-list-map-keys");
    if (list_type() != ListType::kMap || names == nullptr || !names->is_array()) return Keys({});
    return {names->items(), node_->Find("items")};
  }
  const TypeRow& type = kTypes[type_];
  if (type.kind != Kind::kList || type.list_type != ListType::kMap) return Keys({});
  const Run& run = kKeySets[type.second];
  return Keys(std::span(kKeys + run.first, run.count));
}

Schema Schema::Element() const {
  if (node_ != nullptr) {
    const Kind is = kind();
    return At(is == Kind::kList  ? node_->Find("items")
              : is == Kind::kMap ? node_->Find("additionalProperties")
                                 : nullptr);
  }
  const TypeRow& type = kTypes[type_];
  return Schema(type.kind == Kind::kMap || type.kind == Kind::kList ? type.first : kAnyType);
}

std::optional<Schema> Schema::Field(std::string_view name) const {
  if (node_ != nullptr) return FieldOfNode(name);
  const TypeRow& type = kTypes[type_];
  if (type.kind != Kind::kObject) return std::nullopt;
  const auto* const begin = kFields + type.first;
  const auto* const end = begin + type.second;
  const auto* const found = std::lower_bound(
      begin, end, name, [](const auto& field, std::string_view wanted) { return NameOf(field) < wanted; });
  if (found == end || NameOf(*found) != name) return std::nullopt;
  return Schema(found->type);
}

std::vector<std::string_view> Schema::FieldNames() const {
  std::vector<std::string_view> names;
  if (node_ != nullptr || kTypes[type_].kind != Kind::kObject) return names;
  for (std::uint32_t i = 0; i < kTypes[type_].second; ++i)
    names.push_back(NameOf(kFields[kTypes[type_].first + i]));
  return names;
}

}  // namespace ephor::kube
