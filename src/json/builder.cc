#include "json/builder.h"

#include <algorithm>

namespace ephor::json {
namespace {

// The first eight bytes as a number that orders like the bytes, padded with zeros.
std::uint64_t Prefix(const Member& member) {
  std::uint64_t word = 0;
  std::memcpy(&word, member.key_chars, std::min<std::size_t>(member.key_size, 8));
  return __builtin_bswap64(word);
}

bool Less(const Member& a, const Member& b) {
  const std::uint64_t x = Prefix(a), y = Prefix(b);
  return x != y ? x < y : a.key() < b.key();
}

}  // namespace

std::size_t SortMembers(std::span<Member> members) {
  // Kubernetes writes most objects sorted or nearly so, and most are small: insertion sort, unless the object
  // is large and turns out to be unsorted, where its quadratic time would be an attacker's tool.
  if (members.size() > 32 && !std::is_sorted(members.begin(), members.end(), Less)) {
    std::stable_sort(members.begin(), members.end(), Less);
  } else {
    for (std::size_t i = 1; i < members.size(); ++i) {
      if (!Less(members[i], members[i - 1])) continue;
      const Member moved = members[i];
      std::size_t at = i;
      do {
        members[at] = members[at - 1];
        --at;
      } while (at > 0 && Less(moved, members[at - 1]));
      members[at] = moved;
    }
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
