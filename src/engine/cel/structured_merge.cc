#include "engine/cel/structured_merge.h"

#include <algorithm>

#include "engine/cel/list_elements.h"

namespace ephor::engine {
namespace {

using json::Value;
using kube::Schema;
using Kind = kube::Schema::Kind;

std::span<const json::Member> MembersOf(const Value& value) {
  return value.is_object() ? value.members() : std::span<const json::Member>();
}

std::span<const Value> ItemsOf(const Value& value) {
  return value.is_array() ? value.items() : std::span<const Value>();
}

Value MergeMembers(const Value& live, const Value& patch, const Schema& schema, Arena& arena) {
  const auto left = MembersOf(live), right = MembersOf(patch);
  // Both sides are sorted, and so is what comes of them.
  ArenaVector<json::Member> members(arena, left.size() + right.size());
  std::size_t l = 0, r = 0;
  while (l < left.size() || r < right.size()) {
    const int order = l == left.size() ? 1 : r == right.size() ? -1 : left[l].key().compare(right[r].key());
    if (order < 0) {
      members.push_back(left[l++]);
    } else if (order > 0) {
      members.push_back(right[r++]);
    } else {
      json::Member member = left[l];
      const Schema below = schema.kind() == Kind::kObject ? schema.Field(member.key()).value_or(Schema::Any())
                                                          : schema.Element();
      member.value = MergeTyped(left[l++].value, right[r++].value, below, arena);
      members.push_back(member);
    }
  }
  return Value::Object(members.span());
}

// The order of elements that both sides have is the patch's. Those that only the live list has keep their
// place between them as far as that leaves it to them.
class ListMerge {
 public:
  ListMerge(const Schema& list, std::span<const Value> live, std::span<const Value> patch, Arena& arena)
      : element_(list.Element()),
        live_(list, live, arena),
        patch_(list, patch, arena),
        in_patch_(arena.NewArray<std::uint32_t>(live.size())),
        merged_(arena.NewArray<bool>(patch.size())),
        out_(arena, live.size() + patch.size()),
        arena_(arena) {
    for (std::size_t i = 0; i < live.size(); ++i) in_patch_[i] = patch_.Find(live[i]);
    std::fill(merged_.begin(), merged_.end(), false);
  }

  Value Run() {
    const std::size_t live_size = live_.items().size(), patch_size = patch_.items().size();
    std::size_t l = 0, r = 0;
    NextShared();
    while (l < live_size || r < patch_size) {
      if (l < live_size && r < patch_size) {
        if (in_patch_[l] == r) {
          Merge(r++);
          ++l;
          NextShared();
          continue;
        }
        // It comes later: the patch has another order.
        if (in_patch_[l] != ListElements::kNone && shared_ < patch_size && in_patch_[l] != shared_) {
          ++l;
          continue;
        }
      }
      if (l < live_size) {
        if (in_patch_[l] == ListElements::kNone) {
          out_.push_back(live_.items()[l++]);
          continue;
        }
        if (merged_[in_patch_[l]]) ++l;
      }
      if (r < patch_size) {
        Merge(r);
        if (shared_ == r++) NextShared();
      }
    }
    return Value::Array(out_.span());
  }

 private:
  // The next element of the patch that the live list has too.
  void NextShared() {
    while (next_ < patch_.items().size() && live_.Find(patch_.items()[next_]) == ListElements::kNone) ++next_;
    shared_ = next_;
    if (next_ < patch_.items().size()) ++next_;
  }

  void Merge(std::size_t at) {
    const Value& item = patch_.items()[at];
    merged_[at] = true;
    const std::uint32_t live = live_.Find(item);
    // An element that is there several times is replaced by the patch's.
    const bool replace = live == ListElements::kNone || live_.repeated(live);
    out_.push_back(replace ? item : MergeTyped(live_.items()[live], item, element_, arena_));
  }

  Schema element_;
  ListElements live_, patch_;
  std::span<std::uint32_t> in_patch_;  // of each live element
  std::span<bool> merged_;             // of each element of the patch
  ArenaVector<Value> out_;
  Arena& arena_;
  std::size_t shared_ = 0, next_ = 0;
};

}  // namespace

Value MergeTyped(const Value& live, const Value& patch, const Schema& schema, Arena& arena) {
  const bool any = schema.kind() == Kind::kAny;
  if (schema.kind() == Kind::kObject || schema.kind() == Kind::kMap || any) {
    // Of an unknown type, only two maps are merged; a null leaves a map as it is.
    if (any && !patch.is_object() && !patch.is_null()) return patch;
    const bool both_empty = MembersOf(live).empty() && MembersOf(patch).empty();
    return schema.atomic() || both_empty ? patch : MergeMembers(live, patch, schema, arena);
  }
  if (schema.kind() == Kind::kList && !schema.atomic()) {
    const auto left = ItemsOf(live), right = ItemsOf(patch);
    if (left.empty() && right.empty()) return patch;
    return ListMerge(schema, left, right, arena).Run();
  }
  return patch;
}

}  // namespace ephor::engine
