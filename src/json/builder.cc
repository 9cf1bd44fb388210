#include "json/builder.h"

#include <algorithm>

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

// Insertion sort, stable. Returns whether two keys have the same prefix, so that they may be equal.
bool SortSmall(std::span<Member> members) {
  std::uint64_t prefixes[kSmall];
  bool ties = false;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::uint64_t prefix = Prefix(members[i]);
    std::size_t at = i;
    while (at > 0) {
      if (prefixes[at - 1] < prefix) break;
      if (prefixes[at - 1] == prefix) {
        ties = true;
        if (members[at - 1].key() <= members[i].key()) break;
      }
      --at;
    }
    if (at < i) {
      const Member moved = members[i];
      for (std::size_t j = i; j > at; --j) {
        members[j] = members[j - 1];
        prefixes[j] = prefixes[j - 1];
      }
      members[at] = moved;
    }
    prefixes[at] = prefix;
  }
  return ties;
}

}  // namespace

std::size_t SortMembers(std::span<Member> members) {
  // Most objects are small, and Kubernetes writes many of the large ones sorted. An unsorted large one must
  // not meet the quadratic time of the insertion sort.
  if (members.size() <= kSmall) {
    if (!SortSmall(members)) return members.size();
  } else if (!std::is_sorted(members.begin(), members.end(), Less)) {
    std::stable_sort(members.begin(), members.end(), Less);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    // Both sorts are stable, so of equal keys the last one given comes last.
    if (i + 1 < members.size() && members[i].hash == members[i + 1].hash &&
        members[i].key() == members[i + 1].key()) {
      continue;
    }
    if (kept != i) members[kept] = members[i];
    ++kept;
  }
  return kept;
}

ObjectBuilder::ObjectBuilder(Arena& arena, const Value& object) : members_(arena, object.size() + 4) {
  if (!object.is_object()) return;
  for (const Member& member : object.members()) members_.push_back(member);
}

Value WithMember(const Value& object, const Key& key, Value value, Arena& arena) {
  ObjectBuilder builder(arena, object);
  builder.Set(key, value);
  return builder.Build();
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
