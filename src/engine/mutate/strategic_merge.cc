#include "engine/mutate/strategic_merge.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "engine/mutate/node_kind.h"
#include "json/builder.h"
#include "json/write.h"
#include "kube/gvk.h"
#include "kube/merge_keys.h"

namespace ephor::engine {
namespace {

using json::Key;
using json::Member;
using json::Value;
using kube::ListMerge;
using kube::MergeField;

constexpr Key kDirective("$patch");

enum class Directive : std::uint8_t { kMerge, kReplace, kDelete };

Result<Directive> ParseDirective(const Value& value) {
  const std::string_view text = value.string_or("");
  if (text == "delete") return Directive::kDelete;
  if (text == "replace") return Directive::kReplace;
  if (text == "merge") return Directive::kMerge;
  return Fail(
      ErrorCode::kEvaluation,
      "unknown patch strategy '" + (value.is_string() ? std::string(text) : json::ToString(value)) + "'");
}

bool IsCollection(const Value& value) {
  return value.is_object() || value.is_array();
}

// Keys are compared as texts: 80 and "80" are the same.
bool SameText(const Value& a, const Value& b) {
  if (a.is_string() && b.is_string()) return a.as_string() == b.as_string();
  if (a.kind() == b.kind()) return Equal(a, b);
  if (IsCollection(a) || IsCollection(b)) return false;
  const auto text = [](const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : json::ToString(value);
  };
  return text(a) == text(b);
}

Key KeyOf(const Member& member) {
  Key key;
  key.text = member.key();
  key.hash = member.hash;
  return key;
}

bool SameKey(const Member& a, const Member& b) {
  return a.hash == b.hash && a.key() == b.key();
}

const MergeField* Below(const MergeField* field, std::string_view name) {
  return field == nullptr ? nullptr : field->Find(name);
}

// An element of a list that is merged by keys, all of whose keys are written as null.
bool HasNullKeys(const Value& element, std::span<const std::string_view> keys) {
  return element.is_object() && std::ranges::all_of(keys, [&](std::string_view key) {
           const Value* const value = element.Find(Key(key));
           return value != nullptr && value->is_null();
         });
}

// The object without the elements that merging loses; the object itself where there are none. Only what the
// kind merges by keys is looked at, so the depth is that of the kind.
Value WithoutNullKeys(const Value& value, const MergeField& field, Arena& arena) {
  if (value.is_array()) {
    json::ArrayBuilder kept(arena, value.size());
    bool changed = false;
    for (const Value& item : value.items()) {
      if (field.list == ListMerge::kByKeys && HasNullKeys(item, field.keys())) {
        changed = true;
        continue;
      }
      const Value left = WithoutNullKeys(item, field, arena);
      changed |= !SameValue(left, item);
      kept.Add(left);
    }
    return changed ? kept.Build() : value;
  }
  if (!value.is_object()) return value;
  Value result = value;
  for (const Member& member : value.members()) {
    const MergeField* const below = field.Find(member.key());
    if (below == nullptr) continue;
    const Value left = WithoutNullKeys(member.value, *below, arena);
    if (!SameValue(left, member.value)) result = json::WithMember(result, KeyOf(member), left, arena);
  }
  return result;
}

// Elements of a list by the text of their first merge key, so that merging long lists is linear. Those
// without the key are not in it.
class ElementIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // Of at most `count` elements.
  ElementIndex(std::size_t count, Arena& arena)
      : heads_(arena.NewArray<std::uint32_t>(std::bit_ceil(count + 1))),
        next_(arena.NewArray<std::uint32_t>(count)) {
    std::ranges::fill(heads_, kNone);
  }

  // In front of the elements with the same key.
  void AddFirst(const Value* key, std::size_t position) {
    if (key == nullptr) return;
    std::uint32_t& head = heads_[BucketOf(*key)];
    next_[position] = std::exchange(head, static_cast<std::uint32_t>(position));
  }

  // Elements that may have the key, one after another, up to kNone.
  std::uint32_t Find(const Value* key) const { return key == nullptr ? kNone : heads_[BucketOf(*key)]; }
  std::uint32_t Next(std::uint32_t position) const { return next_[position]; }

 private:
  std::size_t BucketOf(const Value& key) const {
    const std::uint32_t hash =
        key.is_string() ? json::HashKey(key.as_string()) : json::HashKey(json::ToString(key));
    return hash & (heads_.size() - 1);
  }

  std::span<std::uint32_t> heads_, next_;
};

class Merger {
 public:
  explicit Merger(Arena& arena) : arena_(arena) {}

  // Nothing where the value is deleted.
  Result<std::optional<Value>> Merge(const Value* object, const Value& patch, const MergeField* field) {
    if (patch.is_null()) return std::nullopt;
    if (object == nullptr || object->is_null()) return Added(patch, field);
    if (std::string_view(NodeKind(*object)) != NodeKind(patch)) return WrongKind(NodeKind(*object), patch);
    if (patch.is_object()) return MergeObjects(*object, patch, field);
    if (patch.is_array() && field != nullptr && field->list != ListMerge::kReplace) {
      return MergeLists(*object, patch, field);
    }
    return Equal(*object, patch) ? *object : patch;
  }

 private:
  Result<std::optional<Value>> MergeObjects(const Value& object, const Value& patch,
                                            const MergeField* field) {
    if (const Value* const written = patch.Find(kDirective); written != nullptr) {
      EPHOR_ASSIGN(const Directive directive, ParseDirective(*written));
      if (directive == Directive::kDelete) return std::nullopt;
      const Value rest = json::WithoutMember(patch, kDirective, arena_);
      if (directive == Directive::kReplace) return Added(rest, field);
      return MergeObjects(object, rest, field);
    }
    // Both are sorted by key: one pass over the two.
    ArenaVector<Member> merged(arena_, object.size() + patch.size());
    bool changed = false;
    const Member* old = object.members().data();
    const Member* const old_end = old + object.size();
    for (const Member& member : patch.members()) {
      while (old != old_end && !SameKey(*old, member) && old->key() < member.key()) merged.push_back(*old++);
      const bool present = old != old_end && SameKey(*old, member);
      const Value* const before = present ? &old->value : nullptr;
      if (present) ++old;
      EPHOR_ASSIGN(const auto after, Merge(before, member.value, Below(field, member.key())));
      if (after) merged.push_back(Member(KeyOf(member), *after));
      changed |= present ? !after || !SameValue(*before, *after) : after.has_value();
    }
    if (!changed) return object;
    while (old != old_end) merged.push_back(*old++);
    return Value::Object(merged.span());
  }

  // A part of the patch where the object has nothing: without what it deletes.
  Result<std::optional<Value>> Added(const Value& patch, const MergeField* field) {
    if (patch.is_object()) {
      if (const Value* const written = patch.Find(kDirective); written != nullptr) {
        if (written->string_or("") == "delete") return std::nullopt;
        return Added(json::WithoutMember(patch, kDirective, arena_), field);
      }
      ArenaVector<Member> members(arena_, patch.size());
      bool changed = false;
      for (const Member& member : patch.members()) {
        std::optional<Value> value;
        if (!member.value.is_null()) {
          EPHOR_ASSIGN(value, Added(member.value, Below(field, member.key())));
        }
        if (value) members.push_back(Member(KeyOf(member), *value));
        changed |= !value || !SameValue(*value, member.value);
      }
      return changed ? Value::Object(members.span()) : patch;
    }
    if (patch.is_array() && field != nullptr && field->list == ListMerge::kByKeys) {
      return MergeLists(Value::Array({}), patch, field);
    }
    return patch;
  }

  // The directive of a list: an element that says nothing else.
  static const Value* ListDirective(const Value& patch) {
    for (const Value& item : patch.items()) {
      if (item.is_object() && item.size() == 1) {
        if (const Value* const written = item.Find(kDirective); written != nullptr) return written;
      }
    }
    return nullptr;
  }

  Value WithoutDirectives(const Value& patch) {
    json::ArrayBuilder items(arena_, patch.size());
    for (const Value& item : patch.items()) {
      if (!(item.is_object() && item.size() == 1 && item.Find(kDirective) != nullptr)) items.Add(item);
    }
    return items.Build();
  }

  Result<std::optional<Value>> MergeLists(const Value& object, const Value& patch, const MergeField* field) {
    if (const Value* const written = ListDirective(patch); written != nullptr) {
      EPHOR_ASSIGN(const Directive directive, ParseDirective(*written));
      if (directive == Directive::kDelete) return std::nullopt;
      const Value rest = WithoutDirectives(patch);
      if (directive == Directive::kReplace) return rest;
      return MergeLists(object, rest, field);
    }
    return field->list == ListMerge::kSet ? MergeSets(object, patch) : MergeByKeys(object, patch, field);
  }

  // The union, the patch's elements first.
  std::optional<Value> MergeSets(const Value& object, const Value& patch) {
    json::ArrayBuilder items(arena_, object.size() + patch.size());
    const std::span<const Value> added = patch.items();
    ElementIndex of_patch(added.size(), arena_);
    const auto has = [&](const Value& value) {
      auto i = of_patch.Find(&value);
      while (i != ElementIndex::kNone && !SameText(added[i], value)) i = of_patch.Next(i);
      return i != ElementIndex::kNone;
    };
    for (std::size_t i = 0; i < added.size(); ++i) {
      if (has(added[i])) continue;
      of_patch.AddFirst(&added[i], i);
      items.Add(added[i]);
    }
    for (const Value& item : object.items()) {
      if (!has(item)) items.Add(item);
    }
    const Value merged = items.Build();
    return Equal(merged, object) ? object : merged;
  }

  // How an element of a patch and one of the object stand to each other.
  enum class Relation : std::uint8_t {
    kOther,
    kSame,
    kShadowed,  // the same, but the patch's element leaves out a key: the reference then drops it
  };

  // The first key decides; a second one that either leaves out does not count against it.
  static Relation Compare(const Value& patch, const Value& object, std::span<const std::string_view> keys) {
    bool shadowed = false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Key key(keys[i]);
      const Value* const a = patch.Find(key);
      const Value* const b = object.Find(key);
      if (i == 0 && (a == nullptr || b == nullptr)) return Relation::kOther;
      if (a != nullptr && b != nullptr && !SameText(*a, *b)) return Relation::kOther;
      shadowed |= a == nullptr && b != nullptr;
    }
    return shadowed ? Relation::kShadowed : Relation::kSame;
  }

  struct Slot {
    Value value;  // null where the patch has deleted it
    bool deleted = false;
  };

  // The patch's elements in their order, merged with their counterparts, then the object's others. Elements
  // without the first key are no one's counterpart. Two elements of a patch for one of the object are merged
  // one after the other.
  Result<std::optional<Value>> MergeByKeys(const Value& object, const Value& patch, const MergeField* field) {
    const std::span<const std::string_view> keys = field->keys();
    const std::span<const Value> old = object.items();
    const Key first_key(keys[0]);
    ElementIndex of_object(old.size(), arena_), of_patch(patch.size(), arena_);
    for (std::size_t i = old.size(); i-- > 0;) of_object.AddFirst(old[i].Find(first_key), i);
    ArenaVector<Slot> slots(arena_, patch.size());
    const std::span<bool> taken = arena_.NewArray<bool>(old.size());
    std::ranges::fill(taken, false);

    for (const Value& item : patch.items()) {
      const Value* const text = item.Find(first_key);
      Relation relation = Relation::kOther;
      Slot* slot = nullptr;
      for (auto i = of_patch.Find(text); i != ElementIndex::kNone && slot == nullptr; i = of_patch.Next(i)) {
        relation = Compare(item, slots[i].value, keys);
        if (relation != Relation::kOther) slot = &slots[i];
      }
      if (slot == nullptr) {
        auto i = of_object.Find(text);
        while (i != ElementIndex::kNone && (relation = Compare(item, old[i], keys)) == Relation::kOther) {
          i = of_object.Next(i);
        }
        if (i != ElementIndex::kNone) taken[i] = true;
        of_patch.AddFirst(text, slots.size());
        slots.push_back({i == ElementIndex::kNone ? Value() : old[i]});
        slot = &slots.back();
      }
      if (relation == Relation::kShadowed) continue;
      EPHOR_ASSIGN(const auto merged, Merge(&slot->value, item, field));
      slot->deleted = !merged || (merged->is_object() && merged->size() == 0);
      slot->value = slot->deleted ? Value() : *merged;
    }

    json::ArrayBuilder items(arena_, old.size() + slots.size());
    bool changed = false;
    const auto add = [&](const Value& value) {
      const std::size_t at = items.size();
      changed |= at >= old.size() || !SameValue(old[at], value);
      items.Add(value);
    };
    for (const Slot& slot : slots) {
      if (!slot.deleted) add(slot.value);
    }
    for (std::size_t i = 0; i < old.size(); ++i) {
      if (!taken[i]) add(old[i]);
    }
    if (!changed && items.size() == old.size()) return object;
    return items.Build();
  }

  Arena& arena_;
};

}  // namespace

bool SameValue(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return a.is_number() && b.is_number() && Equal(a, b);
  if (a.is_array()) return a.size() == b.size() && a.items().data() == b.items().data();
  if (a.is_object()) return a.size() == b.size() && a.members().data() == b.members().data();
  return Equal(a, b);
}

Result<Value> StrategicMerge(const Value& object, const Value& patch, Arena& arena) {
  const kube::GroupVersionKind kind =
      kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind"));
  const MergeField* const root = kube::MergeRootOf(kind);
  const Value base = root == nullptr ? object : WithoutNullKeys(object, *root, arena);
  EPHOR_ASSIGN(const auto merged, Merger(arena).Merge(&base, patch, root));
  return merged.value_or(Value::Object({}));
}

}  // namespace ephor::engine
