// Value::Find for loops that do little else.
#pragma once

#include <cstddef>
#include <string_view>

#include "json/value.h"

namespace ephor::json {

// Whether two texts of one size are equal. Keys are short: no call, and for up to 16 bytes at most two
// comparisons.
inline bool SameBytes(const char* a, const char* b, std::size_t size) {
  const std::string_view x(a, size), y(b, size);
  if (size < 8) return LoadBytes(x, 0, size) == LoadBytes(y, 0, size);
  for (std::size_t at = 0; at + 8 < size; at += 8) {
    if (LoadBytes(x, at, 8) != LoadBytes(y, at, 8)) return false;
  }
  return LoadBytes(x, size - 8, 8) == LoadBytes(y, size - 8, 8);
}

// The same result as object.Find(key), without a call where the object is small.
inline const Value* FindMember(const Value& object, const Key& key) {
  if (!object.is_object()) return nullptr;
  if (object.size() > 16) [[unlikely]]
    return object.Find(key);
  for (const Member& member : object.members()) {
    if (member.hash == key.hash && member.key_size == key.text.size() &&
        SameBytes(member.key_chars, key.text.data(), member.key_size)) {
      return &member.value;
    }
  }
  return nullptr;
}

}  // namespace ephor::json
