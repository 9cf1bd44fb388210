// The one data model: an immutable JSON tree in an arena, read by every language and engine of Ephor.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/arena.h"

namespace ephor::json {

enum class Kind : std::uint8_t { kNull, kBool, kInt, kDouble, kString, kArray, kObject };

// A cheap hash of an object key, the same at compile time and while parsing. It spares most comparisons of
// key bytes; it is never trusted alone, and nothing degrades beyond a comparison of bytes when keys are made
// to collide.
constexpr std::uint32_t HashKey(std::string_view key);

// A key with its hash, made once when a program is compiled. A view: the text must outlive it.
struct Key {
  std::string_view text;
  std::uint32_t hash = 0;

  constexpr Key() = default;
  constexpr Key(std::string_view key) : text(key), hash(HashKey(key)) {}
  constexpr Key(const char* key) : Key(std::string_view(key)) {}
};

struct Member;

// Null, a boolean, a number, a string, an array or an object. 16 bytes, copied freely; strings, items and
// members are views that must outlive it (they normally live in the same arena, or in the text that was
// parsed).
//
// Numbers: integers that fit int64 are exact, all others are doubles. They are compared by value, so 1
// equals 1.0. Objects: members are sorted by the bytes of their keys and keys are unique. Iteration, printing
// and comparison are therefore deterministic, and equal objects have equal member lists.
class Value {
 public:
  constexpr Value() : int_(0), size_(0), kind_(Kind::kNull) {}

  static constexpr Value Null() { return Value(); }
  static constexpr Value Bool(bool value) { return Value(Kind::kBool, std::int64_t{value}); }
  static constexpr Value Int(std::int64_t value) { return Value(Kind::kInt, value); }
  static constexpr Value Double(double value) { return Value(value); }
  // An exact integer where the value is one and fits, else the double: the model's normal form of a computed
  // number.
  static Value Number(double value);
  static constexpr Value String(std::string_view text) { return Value(text); }
  static constexpr Value Array(std::span<const Value> items) { return Value(items); }
  // The members must be sorted by key and unique: ObjectBuilder (json/builder.h) sees to it.
  static Value Object(std::span<const Member> members);

  constexpr Kind kind() const { return kind_; }
  constexpr bool is_null() const { return kind_ == Kind::kNull; }
  constexpr bool is_bool() const { return kind_ == Kind::kBool; }
  constexpr bool is_int() const { return kind_ == Kind::kInt; }
  constexpr bool is_double() const { return kind_ == Kind::kDouble; }
  constexpr bool is_number() const { return is_int() || is_double(); }
  constexpr bool is_string() const { return kind_ == Kind::kString; }
  constexpr bool is_array() const { return kind_ == Kind::kArray; }
  constexpr bool is_object() const { return kind_ == Kind::kObject; }

  // Each requires its kind, but for as_double, which takes both kinds of numbers.
  constexpr bool as_bool() const { return int_ != 0; }
  constexpr std::int64_t as_int() const { return int_; }
  constexpr double as_double() const { return is_int() ? static_cast<double>(int_) : double_; }
  constexpr std::string_view as_string() const { return {chars_, size_}; }
  constexpr std::span<const Value> items() const { return {items_, size_}; }
  std::span<const Member> members() const;

  // The string, or the alternative where this is not a string.
  constexpr std::string_view string_or(std::string_view otherwise) const {
    return is_string() ? as_string() : otherwise;
  }

  // The number of bytes, items or members; 0 for the other kinds.
  constexpr std::uint32_t size() const { return kind_ >= Kind::kString ? size_ : 0; }

  // The member's value, or nullptr where this is not an object or has no such key. Never allocates; for up to
  // 16 members one pass over the hashes, beyond that a binary search.
  const Value* Find(const Key& key) const;
  // The same through several levels: Find("metadata", "name").
  template <class... Keys>
  const Value* Find(const Key& key, const Keys&... keys) const {
    const Value* child = Find(key);
    return child == nullptr ? nullptr : child->Find(keys...);
  }
  // The string at a path, or "" where there is none.
  template <class... Keys>
  std::string_view StringAt(const Keys&... keys) const {
    const Value* found = Find(Key(keys)...);
    return found != nullptr && found->is_string() ? found->as_string() : std::string_view();
  }

 private:
  constexpr Value(Kind kind, std::int64_t value) : int_(value), size_(0), kind_(kind) {}
  constexpr explicit Value(double value) : double_(value), size_(0), kind_(Kind::kDouble) {}
  constexpr explicit Value(std::string_view text)
      : chars_(text.data()), size_(static_cast<std::uint32_t>(text.size())), kind_(Kind::kString) {}
  constexpr explicit Value(std::span<const Value> items)
      : items_(items.data()), size_(static_cast<std::uint32_t>(items.size())), kind_(Kind::kArray) {}

  union {
    std::int64_t int_;
    double double_;
    const char* chars_;
    const Value* items_;
    const Member* members_;
  };
  std::uint32_t size_;
  Kind kind_;
};
static_assert(sizeof(Value) == 16);

struct Member {
  const char* key_chars = nullptr;
  std::uint32_t key_size = 0;
  std::uint32_t hash = 0;
  Value value;

  Member() = default;
  Member(const Key& key, Value member_value)
      : key_chars(key.text.data()),
        key_size(static_cast<std::uint32_t>(key.text.size())),
        hash(key.hash),
        value(member_value) {}
  std::string_view key() const { return {key_chars, key_size}; }
};
static_assert(sizeof(Member) == 32);

// Deep equality; numbers by value (NaN equals nothing, but a list or object stored once equals itself).
// Bounded by the depth limit of whatever built the values.
bool Equal(const Value& a, const Value& b);

// -1, 0 or 1; exact also where an int64 has no double of its own. Both must be numbers, neither NaN.
int CompareNumbers(const Value& a, const Value& b);

// Copies a tree with all its strings, so that it no longer depends on the arena or text it came from.
Value DeepCopy(const Value& value, Arena& arena);

// ---- inline parts ----

// Up to eight bytes as a little-endian number.
constexpr std::uint64_t LoadBytes(std::string_view text, std::size_t at, std::size_t count) {
  std::uint64_t word = 0;
  if (std::is_constant_evaluated()) {
    for (std::size_t i = 0; i < count; ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(text[at + i])} << (8 * i);
    }
  } else if (const char* const p = text.data() + at; count == 8) {
    std::memcpy(&word, p, 8);
  } else if (count >= 4) {
    // Two loads that overlap: the bytes they share are the same in both.
    std::uint32_t low, high;
    std::memcpy(&low, p, 4);
    std::memcpy(&high, p + count - 4, 4);
    word = low | std::uint64_t{high} << (8 * (count - 4));
  } else if (count > 0) {
    // First, middle and last, which again may be the same byte.
    const auto byte = [p](std::size_t i) {
      return std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
    };
    word = byte(0) | byte(count / 2) | byte(count - 1);
  }
  return word;
}

constexpr std::uint32_t HashKey(std::string_view key) {
  // Length and the bytes at both ends, which is the whole key up to 16 bytes.
  const std::size_t n = key.size();
  const std::uint64_t head = LoadBytes(key, 0, n < 8 ? n : 8);
  const std::uint64_t tail = n > 8 ? LoadBytes(key, n - 8, 8) : 0;
  std::uint64_t h = (head ^ (n * 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
  h ^= h >> 32;
  h = (h ^ tail) * 0xD6E8FEB86659FD93u;
  return static_cast<std::uint32_t>(h >> 32);
}

static_assert(std::endian::native == std::endian::little, "HashKey loads words as little-endian");

inline Value Value::Object(std::span<const Member> members) {
  Value value;
  value.members_ = members.data();
  value.size_ = static_cast<std::uint32_t>(members.size());
  value.kind_ = Kind::kObject;
  return value;
}

inline std::span<const Member> Value::members() const {
  return {members_, size_};
}

inline const Value* Value::Find(const Key& key) const {
  if (!is_object()) return nullptr;
  const Member* const all = members_;
  if (size_ <= 16) [[likely]] {
    for (const Member* m = all; m != all + size_; ++m) {
      if (m->hash == key.hash && m->key() == key.text) return &m->value;
    }
    return nullptr;
  }
  std::size_t low = 0, high = size_;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const int order = all[middle].key().compare(key.text);
    if (order == 0) return &all[middle].value;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return nullptr;
}

}  // namespace ephor::json
