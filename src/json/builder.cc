#include "json/builder.h"

#include <algorithm>
#include <memory>

#include "json/sort_members.h"

namespace ephor::json {
namespace {

constexpr std::size_t kSmall = 32;

// The first eight bytes as a number that orders like the bytes, padded with zeros.
std::uint64_t Prefix(const Member& member) {
  const std::string_view key = member.key();
  return __builtin_bswap64(LoadBytes(key, 0, std::min<std::size_t>(key.size(), 8)));
}

bool Less(const Member& a, const Member& b) {
  const std::uint64_t x = Prefix(a), y = Prefix(b);
  return x != y ? x < y : a.key() < b.key();
}

// Where a member stands, with what decides most comparisons.
struct Place {
  std::uint64_t prefix;
  std::size_t index;
};

// The order of up to kSmall members.
struct Order {
  Place places[kSmall];
  bool changed = false;  // some member does not stay where it is
  bool ties = false;     // two keys have the same prefix, so that they may be equal

  // A stable insertion sort.
  explicit Order(std::span<const Member> members) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::uint64_t prefix = Prefix(members[i]);
      std::size_t at = i;
      while (at > 0) {
        const Place& before = places[at - 1];
        if (before.prefix < prefix) break;
        if (before.prefix == prefix) [[unlikely]] {
          ties = true;
          if (members[before.index].key() <= members[i].key()) break;
        }
        places[at] = before;
        --at;
      }
      changed |= at != i;
      places[at] = {prefix, i};
    }
  }
};

// Of equal keys, which stand side by side, only the last stays.
std::size_t DropEqual(std::span<Member> members) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + 1 < members.size() && members[i].hash == members[i + 1].hash &&
        members[i].key() == members[i + 1].key()) {
      continue;
    }
    if (kept != i) members[kept] = members[i];
    ++kept;
  }
  return kept;
}

}  // namespace

// Most objects are small, and Kubernetes writes many of the large ones sorted. An unsorted large one must not
// meet the quadratic time of the insertion sort.
std::size_t SortMembers(std::span<Member> members) {
  if (members.size() > kSmall) {
    const auto out_of_order = [](const Member& a, const Member& b) { return !Less(a, b); };
    if (std::ranges::adjacent_find(members, out_of_order) == members.end()) return members.size();
    std::stable_sort(members.begin(), members.end(), Less);
    return DropEqual(members);
  }
  const Order order(members);
  if (order.changed) {
    Member before[kSmall];
    std::copy(members.begin(), members.end(), before);
    for (std::size_t i = 0; i < members.size(); ++i) members[i] = before[order.places[i].index];
  }
  return order.ties ? DropEqual(members) : members.size();
}

std::span<const Member> SortedMembers(std::span<const Member> members, Arena& arena) {
  if (members.size() > kSmall) {
    const std::span<Member> copy = arena.Copy(members);
    return copy.first(SortMembers(copy));
  }
  const Order order(members);
  if (!order.changed && !order.ties) return arena.Copy(members);
  const std::span<Member> sorted = arena.NewArray<Member>(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    new (&sorted[i]) Member(members[order.places[i].index]);
  }
  return order.ties ? sorted.first(DropEqual(sorted)) : sorted;
}

ObjectBuilder::ObjectBuilder(Arena& arena, const Value& object) : members_(arena, object.size() + 4) {
  if (!object.is_object()) return;
  for (const Member& member : object.members()) members_.push_back(member);
}

Value WithMember(const Value& object, const Key& key, Value value, Arena& arena) {
  const Member added(key, value);
  const std::span<const Member> members = object.is_object() ? object.members() : std::span<const Member>();
  std::size_t at = members.size();
  while (at > 0 && Less(added, members[at - 1])) --at;
  const bool replaces = at > 0 && members[at - 1].key() == key.text;
  const std::span<const Member> before = members.first(replaces ? at - 1 : at), after = members.subspan(at);
  const std::span<Member> made = arena.NewArray<Member>(before.size() + 1 + after.size());
  Member* const end = std::uninitialized_copy(before.begin(), before.end(), made.data());
  new (end) Member(added);
  std::uninitialized_copy(after.begin(), after.end(), end + 1);
  return Value::Object(made);
}

Value WithoutMember(const Value& object, const Key& key, Arena& arena) {
  if (object.Find(key) == nullptr) return object;
  ObjectBuilder builder(arena, object.size());
  for (const Member& member : object.members()) {
    if (member.key() != key.text) builder.Set(Key(member.key()), member.value);
  }
  return builder.Build();
}

}  // namespace ephor::json
