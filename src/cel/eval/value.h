// Values of the language: 16 bytes, copied freely. A JSON tree is a value as it stands, without conversion.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/duration.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::cel {

class Value;
struct Context;

enum class ValueKind : std::uint8_t {
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kType,
  kOptional,
  kOpaque,     // a value of a library's own type
  kJsonArray,  // lists and maps come in two forms each, which are never told apart by an expression
  kJsonObject,
  kList,
  kMap,
  kError,  // never seen by functions: only what && and || and the loops absorb
};

// A set of kinds, for the checks of arguments at run time.
using KindSet = std::uint32_t;
constexpr KindSet SetOf(ValueKind kind) {
  return KindSet{1} << static_cast<int>(kind);
}
inline constexpr KindSet kListKinds = SetOf(ValueKind::kJsonArray) | SetOf(ValueKind::kList);
inline constexpr KindSet kMapKinds = SetOf(ValueKind::kJsonObject) | SetOf(ValueKind::kMap);
inline constexpr KindSet kNumberKinds =
    SetOf(ValueKind::kInt) | SetOf(ValueKind::kUint) | SetOf(ValueKind::kDouble);
inline constexpr KindSet kAllKinds = SetOf(ValueKind::kError) - 1;

// What a library's type can do. One static object a type; values point to it.
struct OpaqueType {
  std::string_view name;
  bool (*equal)(const void* a, const void* b) = nullptr;  // null: equal where the same object
  // The member of a name for x.name and has(x.name). Null where there is none.
  const Value* (*field)(const void* data, const json::Key& name, Context& context) = nullptr;
  // The text of the conformance format and of messages; null where the type has none.
  std::string (*text)(const void* data) = nullptr;
  // JSON of it, for results that leave the language. Null: not convertible.
  Result<json::Value> (*json)(const void* data, Arena& arena) = nullptr;
  // The name of a value's own type, where it differs from value to value; null where it is `name`.
  std::string_view (*name_of)(const void* data) = nullptr;
};

struct MapEntry;
struct MapData;

struct ErrorInfo {
  ErrorCode code;
  std::string_view message;
  std::uint32_t offset;  // into the expression's text; Issue::kNoOffset where it is not known
};

class Value {
 public:
  constexpr Value() : int_(0) {}

  static constexpr Value Null() { return Value(); }
  static constexpr Value Bool(bool value) { return Value(ValueKind::kBool, value); }
  static constexpr Value Int(std::int64_t value) { return Value(ValueKind::kInt, value); }
  static constexpr Value Uint(std::uint64_t value) {
    Value v(ValueKind::kUint, 0);
    v.uint_ = value;
    return v;
  }
  static constexpr Value Double(double value) {
    Value v(ValueKind::kDouble, 0);
    v.double_ = value;
    return v;
  }
  // Texts are views: they live in the arena, the input or the program.
  static constexpr Value String(std::string_view text) { return Text(ValueKind::kString, text); }
  static constexpr Value Bytes(std::string_view bytes) { return Text(ValueKind::kBytes, bytes); }
  static constexpr Value Type(std::string_view name) { return Text(ValueKind::kType, name); }
  static constexpr Value Duration(std::int64_t nanoseconds) {
    return Value(ValueKind::kDuration, nanoseconds);
  }
  // An instant and the offset from UTC it is shown in. Requires 0 <= nanoseconds < 1e9.
  static constexpr Value Timestamp(std::int64_t unix_seconds, std::uint32_t nanoseconds,
                                   std::int16_t offset_minutes = 0) {
    Value v(ValueKind::kTimestamp, unix_seconds);
    v.size_ = nanoseconds;
    v.minutes_ = offset_minutes;
    return v;
  }
  static Value List(std::span<const Value> items) {
    Value v(ValueKind::kList, 0);
    v.list_ = items.data();
    v.size_ = static_cast<std::uint32_t>(items.size());
    return v;
  }
  static Value Map(const MapData* map);
  // Null is the empty optional.
  static constexpr Value Optional(const Value* value) {
    Value v(ValueKind::kOptional, 0);
    v.optional_ = value;
    return v;
  }
  // A value of a library's type: the type, and what its functions are given.
  struct OpaqueBox {
    const OpaqueType* type;
    const void* data;
  };
  // The box outlives the value: it is in an arena, or static.
  static constexpr Value Opaque(const OpaqueBox* box) {
    Value v(ValueKind::kOpaque, 0);
    v.opaque_ = box;
    return v;
  }
  static Value Opaque(const OpaqueType* type, const void* data, Arena& arena);
  static constexpr Value Failed(const ErrorInfo* error) {
    Value v(ValueKind::kError, 0);
    v.error_ = error;
    return v;
  }
  // A JSON value as it is. Costs nothing.
  static Value Json(const json::Value& value);

  constexpr ValueKind kind() const { return kind_; }
  constexpr bool is(ValueKind kind) const { return kind_ == kind; }
  constexpr bool in(KindSet kinds) const { return (kinds >> static_cast<int>(kind_)) & 1; }
  constexpr bool is_null() const { return kind_ == ValueKind::kNull; }
  constexpr bool is_bool() const { return kind_ == ValueKind::kBool; }
  constexpr bool is_int() const { return kind_ == ValueKind::kInt; }
  constexpr bool is_uint() const { return kind_ == ValueKind::kUint; }
  constexpr bool is_double() const { return kind_ == ValueKind::kDouble; }
  constexpr bool is_number() const { return in(kNumberKinds); }
  constexpr bool is_string() const { return kind_ == ValueKind::kString; }
  constexpr bool is_error() const { return kind_ == ValueKind::kError; }
  constexpr bool is_list() const { return in(kListKinds); }
  constexpr bool is_map() const { return in(kMapKinds); }
  constexpr bool is_true() const { return is_bool() && int_ != 0; }
  constexpr bool is_false() const { return is_bool() && int_ == 0; }

  // Each requires its kind.
  constexpr bool as_bool() const { return int_ != 0; }
  constexpr std::int64_t as_int() const { return int_; }
  constexpr std::uint64_t as_uint() const { return uint_; }
  constexpr double as_double() const { return double_; }
  constexpr std::string_view text() const { return {chars_, size_}; }  // of strings, bytes and types
  constexpr std::int64_t nanoseconds() const { return int_; }          // of durations
  constexpr std::int64_t unix_seconds() const { return int_; }         // these three: of timestamps
  constexpr std::uint32_t subsecond_nanoseconds() const { return size_; }
  constexpr std::int16_t offset_minutes() const { return minutes_; }
  constexpr const Value* optional() const { return optional_; }
  const OpaqueType* opaque_type() const;
  const void* opaque_data() const;
  template <class T>
  const T& opaque() const {
    return *static_cast<const T*>(opaque_data());
  }
  constexpr const ErrorInfo& error() const { return *error_; }
  json::Value as_json_array() const { return json::Value::Array({items_, size_}); }
  json::Value as_json_object() const { return json::Value::Object({members_, size_}); }
  std::span<const Value> native_list() const { return {list_, size_}; }
  const MapData& native_map() const { return *map_; }

  // The number of items or members of lists and maps.
  std::uint32_t size() const;
  // Item of a list of either form. Requires i < size().
  Value At(std::uint32_t i) const;

 private:
  constexpr Value(ValueKind kind, std::int64_t value) : int_(value), kind_(kind) {}
  static constexpr Value Text(ValueKind kind, std::string_view text) {
    Value v(kind, 0);
    v.chars_ = text.data();
    v.size_ = static_cast<std::uint32_t>(text.size());
    return v;
  }

  union {
    std::int64_t int_;
    std::uint64_t uint_;
    double double_;
    const char* chars_;
    const json::Value* items_;
    const json::Member* members_;
    const Value* list_;
    const MapData* map_;
    const Value* optional_;
    const OpaqueBox* opaque_;
    const ErrorInfo* error_;
  };
  std::uint32_t size_ = 0;
  std::int16_t minutes_ = 0;
  ValueKind kind_ = ValueKind::kNull;
};
static_assert(sizeof(Value) == 16);

struct MapEntry {
  Value key, value;
};

// A map that an expression made: entries in the order they were put in, and from a certain size a hash table.
struct MapData {
  std::span<const MapEntry> entries;
  std::span<const std::uint32_t> table;  // entry number + 1, 0 is free; empty for small maps

  // Keys are equal by value: 1, 1u and 1.0 are one key.
  const Value* Find(const Value& key) const;
};

// Collects the entries of a map.
class MapBuilder {
 public:
  explicit MapBuilder(Arena& arena, std::size_t capacity = 0) : arena_(arena), entries_(arena, capacity) {}
  // False, with nothing changed, where the key is there already.
  bool Add(const Value& key, const Value& value);
  // Add, or replace the value of a key that is there.
  void Set(const Value& key, const Value& value);
  std::size_t size() const { return entries_.size(); }
  Value Build();

 private:
  std::uint32_t Lookup(const Value& key) const;  // entry number + 1, or 0
  void Insert(const Value& key, std::uint32_t number);

  Arena& arena_;
  ArenaVector<MapEntry> entries_;
  std::span<std::uint32_t> table_;
};

// The member of a map of either form, by any key; nothing where there is none.
bool FindMember(const Value& map, const Value& key, Value& found);
// Calls each(key, value) for all members of a map; stops where it gives false.
template <class Each>
bool ForEachMember(const Value& map, Each&& each) {
  if (map.is(ValueKind::kJsonObject)) {
    for (const json::Member& member : map.as_json_object().members()) {
      if (!each(Value::String(member.key()), Value::Json(member.value))) return false;
    }
    return true;
  }
  for (const MapEntry& entry : map.native_map().entries) {
    if (!each(entry.key, entry.value)) return false;
  }
  return true;
}

// Values share their parts, so that walking one can take exponentially longer than building it, and comparing
// data can take long at little cost. Every walk counts its steps against the budget of the evaluation on this
// thread.
class WalkBudget {
 public:
  static constexpr std::uint64_t kSteps = 5'000'000;

  explicit WalkBudget(std::uint64_t steps = kSteps) : left_(steps), outer_(current_) { current_ = this; }
  WalkBudget(const WalkBudget&) = delete;
  WalkBudget& operator=(const WalkBudget&) = delete;
  ~WalkBudget() { current_ = outer_; }

  // False where the budget is used up; the walk then ends with any result, which its evaluation drops.
  // Outside of all budgets nothing is counted.
  static bool Spend(std::uint64_t steps) {
    if (current_ == nullptr) return true;
    if (current_->left_ >= steps) {
      current_->left_ -= steps;
      return true;
    }
    current_->left_ = 0;
    current_->exhausted_ = true;
    return false;
  }
  // The same for making or reading a text, which is faster.
  static bool SpendText(std::size_t bytes) { return Spend(1 + bytes / 16); }
  bool exhausted() const { return exhausted_; }
  static bool exists() { return current_ != nullptr; }

 private:
  static thread_local WalkBudget* current_;
  std::uint64_t left_;
  WalkBudget* outer_;
  bool exhausted_ = false;
};

// == of the language: never an error, numbers by value, NaN equals nothing, different types are unequal.
bool Equal(const Value& a, const Value& b);
// Order of two values of which `ordered` says whether they have one. -1, 0, 1.
int Compare(const Value& a, const Value& b, bool& ordered);

// The name that type(x) prints: "int", "google.protobuf.Timestamp", "kubernetes.URL".
std::string_view TypeName(const Value& value);

// JSON of a value, for results that leave the language: bytes as base64, times as text, integers as they are.
// Fails for values that have no JSON (types, errors) and for those that would be too large.
Result<json::Value> ToJson(const Value& value, Arena& arena);

// ---- inline parts ----

inline Value Value::Json(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull:
      break;
    case json::Kind::kBool:
      return Bool(value.as_bool());
    case json::Kind::kInt:
      return Int(value.as_int());
    case json::Kind::kDouble:
      return Double(value.as_double());
    case json::Kind::kString:
      return String(value.as_string());
    case json::Kind::kArray: {
      Value v(ValueKind::kJsonArray, 0);
      v.items_ = value.items().data();
      v.size_ = value.size();
      return v;
    }
    case json::Kind::kObject: {
      Value v(ValueKind::kJsonObject, 0);
      v.members_ = value.members().data();
      v.size_ = value.size();
      return v;
    }
  }
  return Null();
}

inline Value Value::Map(const MapData* map) {
  Value v(ValueKind::kMap, 0);
  v.map_ = map;
  v.size_ = static_cast<std::uint32_t>(map->entries.size());
  return v;
}

inline Value Value::Opaque(const OpaqueType* type, const void* data, Arena& arena) {
  return Opaque(arena.New<OpaqueBox>(OpaqueBox{type, data}));
}

inline const OpaqueType* Value::opaque_type() const {
  return opaque_->type;
}
inline const void* Value::opaque_data() const {
  return opaque_->data;
}

inline std::uint32_t Value::size() const {
  return size_;
}

inline Value Value::At(std::uint32_t i) const {
  return kind_ == ValueKind::kJsonArray ? Json(items_[i]) : list_[i];
}

}  // namespace ephor::cel
