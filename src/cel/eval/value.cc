#include "cel/eval/value.h"

#include <cmath>

#include "base/encoding.h"
#include "cel/eval/time.h"
#include "json/builder.h"

namespace ephor::cel {
namespace {

constexpr std::size_t kSmallMap = 8;

std::uint64_t Mix(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93u;
  x ^= x >> 32;
  return x;
}

// Equal keys have equal hashes, whatever type of number they are.
std::uint64_t HashKey(const Value& key) {
  switch (key.kind()) {
    case ValueKind::kBool:
      return Mix(key.as_bool() ? 3 : 2);
    case ValueKind::kInt:
      return Mix(static_cast<std::uint64_t>(key.as_int()) + 17);
    case ValueKind::kUint:
      return Mix(key.as_uint() + 17);
    case ValueKind::kDouble: {
      const double d = key.as_double();
      if (std::trunc(d) == d && d >= -0x1p63 && d < 0x1p63) {
        return Mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(d)) + 17);
      }
      if (std::trunc(d) == d && d >= 0 && d < 0x1p64) return Mix(static_cast<std::uint64_t>(d) + 17);
      return 5;
    }
    case ValueKind::kString:
    case ValueKind::kBytes: {
      // All bytes count: a table of hostile keys must not degrade.
      std::uint64_t h = 0xcbf29ce484222325u ^ key.text().size();
      for (unsigned char c : key.text()) h = (h ^ c) * 0x100000001b3u;
      return Mix(h);
    }
    default:
      return 7;
  }
}

int Sign(bool less, bool greater) {
  return less ? -1 : greater ? 1 : 0;
}

// An integer and a double are compared as doubles, as in the reference: 2^63 - 1 and 2.0^63 are equal.
int CompareDoubles(double a, double b, bool& ordered) {
  ordered = !std::isnan(a) && !std::isnan(b);
  return Sign(a<b, a> b);
}

int CompareNumbers(const Value& a, const Value& b, bool& ordered) {
  ordered = true;
  if (a.is_int()) {
    if (b.is_int()) return Sign(a.as_int() < b.as_int(), a.as_int() > b.as_int());
    if (b.is_double()) return CompareDoubles(static_cast<double>(a.as_int()), b.as_double(), ordered);
    if (a.as_int() < 0) return -1;
    const auto u = static_cast<std::uint64_t>(a.as_int());
    return Sign(u<b.as_uint(), u> b.as_uint());
  }
  if (a.is_uint()) {
    if (b.is_uint()) return Sign(a.as_uint() < b.as_uint(), a.as_uint() > b.as_uint());
    if (b.is_double()) return CompareDoubles(static_cast<double>(a.as_uint()), b.as_double(), ordered);
    return -CompareNumbers(b, a, ordered);
  }
  if (b.is_double()) {
    return CompareDoubles(a.as_double(), b.as_double(), ordered);
  }
  return -CompareNumbers(b, a, ordered);
}

// As json::Equal, with its steps counted.
bool EqualJson(const json::Value& a, const json::Value& b) {
  if (a.kind() != b.kind() || a.size() < 1 || !(a.is_array() || a.is_object())) return json::Equal(a, b);
  if (a.size() != b.size() || !WalkBudget::Spend(a.size())) return false;
  for (std::uint32_t i = 0; i < a.size(); ++i) {
    if (a.is_array()) {
      if (!EqualJson(a.items()[i], b.items()[i])) return false;
      continue;
    }
    const json::Member& x = a.members()[i];
    const json::Member& y = b.members()[i];
    if (x.hash != y.hash || x.key() != y.key() || !EqualJson(x.value, y.value)) return false;
  }
  return true;
}

bool EqualLists(const Value& a, const Value& b) {
  if (a.size() != b.size() || !WalkBudget::Spend(a.size())) return false;
  for (std::uint32_t i = 0; i < a.size(); ++i) {
    if (!Equal(a.At(i), b.At(i))) return false;
  }
  return true;
}

bool EqualMaps(const Value& a, const Value& b) {
  if (a.size() != b.size()) return false;
  if (a.is(ValueKind::kJsonObject) && b.is(ValueKind::kJsonObject)) {
    return EqualJson(a.as_json_object(), b.as_json_object());
  }
  if (!WalkBudget::Spend(a.size())) return false;
  return ForEachMember(a, [&b](const Value& key, const Value& value) {
    Value other;
    return FindMember(b, key, other) && Equal(value, other);
  });
}

}  // namespace

thread_local WalkBudget* WalkBudget::current_ = nullptr;

bool Equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) {
    bool ordered;
    return CompareNumbers(a, b, ordered) == 0 && ordered;
  }
  if (a.is_list()) return b.is_list() && EqualLists(a, b);
  if (a.is_map()) return b.is_map() && EqualMaps(a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case ValueKind::kNull:
      return true;
    case ValueKind::kBool:
      return a.as_bool() == b.as_bool();
    case ValueKind::kString:
    case ValueKind::kBytes:
    case ValueKind::kType:
      return a.text() == b.text();
    case ValueKind::kTimestamp:
      return a.unix_seconds() == b.unix_seconds() && a.subsecond_nanoseconds() == b.subsecond_nanoseconds();
    case ValueKind::kDuration:
      return a.nanoseconds() == b.nanoseconds();
    case ValueKind::kOptional:
      if (a.optional() == nullptr || b.optional() == nullptr) return a.optional() == b.optional();
      return Equal(*a.optional(), *b.optional());
    case ValueKind::kOpaque:
      if (a.opaque_type() != b.opaque_type()) return false;
      if (a.opaque_type()->equal == nullptr) return a.opaque_data() == b.opaque_data();
      return a.opaque_type()->equal(a.opaque_data(), b.opaque_data());
    default:
      return false;
  }
}

int Compare(const Value& a, const Value& b, bool& ordered) {
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b, ordered);
  ordered = a.kind() == b.kind();
  if (!ordered) return 0;
  switch (a.kind()) {
    case ValueKind::kBool:
      return Sign(a.as_bool() < b.as_bool(), a.as_bool() > b.as_bool());
    case ValueKind::kString:
    case ValueKind::kBytes: {
      const int order = a.text().compare(b.text());
      return Sign(order < 0, order > 0);
    }
    case ValueKind::kDuration:
      return Sign(a.nanoseconds() < b.nanoseconds(), a.nanoseconds() > b.nanoseconds());
    case ValueKind::kTimestamp:
      if (a.unix_seconds() != b.unix_seconds()) return a.unix_seconds() < b.unix_seconds() ? -1 : 1;
      return Sign(a.subsecond_nanoseconds() < b.subsecond_nanoseconds(),
                  a.subsecond_nanoseconds() > b.subsecond_nanoseconds());
    default:
      ordered = false;
      return 0;
  }
}

const Value* MapData::Find(const Value& key) const {
  if (table.empty()) {
    for (const MapEntry& entry : entries) {
      if (Equal(entry.key, key)) return &entry.value;
    }
    return nullptr;
  }
  const std::size_t mask = table.size() - 1;
  for (std::size_t at = HashKey(key) & mask; table[at] != 0; at = (at + 1) & mask) {
    const MapEntry& entry = entries[table[at] - 1];
    if (Equal(entry.key, key)) return &entry.value;
  }
  return nullptr;
}

std::uint32_t MapBuilder::Lookup(const Value& key) const {
  if (table_.empty()) {
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
      if (Equal(entries_[i].key, key)) return i + 1;
    }
    return 0;
  }
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = HashKey(key) & mask; table_[at] != 0; at = (at + 1) & mask) {
    if (Equal(entries_[table_[at] - 1].key, key)) return table_[at];
  }
  return 0;
}

void MapBuilder::Insert(const Value& key, std::uint32_t number) {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = HashKey(key) & mask;
  while (table_[at] != 0) at = (at + 1) & mask;
  table_[at] = number;
}

bool MapBuilder::Add(const Value& key, const Value& value) {
  if (Lookup(key) != 0) return false;
  entries_.push_back({key, value});
  if (entries_.size() <= kSmallMap) return true;
  if (2 * entries_.size() > table_.size()) {
    table_ = arena_.NewArray<std::uint32_t>(table_.empty() ? 32 : 2 * table_.size());
    std::fill(table_.begin(), table_.end(), 0u);
    for (std::uint32_t i = 0; i < entries_.size(); ++i) Insert(entries_[i].key, i + 1);
  } else {
    Insert(key, static_cast<std::uint32_t>(entries_.size()));
  }
  return true;
}

void MapBuilder::Set(const Value& key, const Value& value) {
  if (const std::uint32_t number = Lookup(key)) {
    entries_[number - 1].value = value;
  } else {
    Add(key, value);
  }
}

Value MapBuilder::Build() {
  return Value::Map(arena_.New<MapData>(MapData{entries_.span(), table_}));
}

bool FindMember(const Value& map, const Value& key, Value& found) {
  if (map.is(ValueKind::kJsonObject)) {
    if (!key.is_string()) return false;
    const json::Value* member = map.as_json_object().Find(json::Key(key.text()));
    if (member == nullptr) return false;
    found = Value::Json(*member);
    return true;
  }
  const Value* member = map.native_map().Find(key);
  if (member == nullptr) return false;
  found = *member;
  return true;
}

std::string_view TypeName(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull:
      return "null_type";
    case ValueKind::kBool:
      return "bool";
    case ValueKind::kInt:
      return "int";
    case ValueKind::kUint:
      return "uint";
    case ValueKind::kDouble:
      return "double";
    case ValueKind::kString:
      return "string";
    case ValueKind::kBytes:
      return "bytes";
    case ValueKind::kTimestamp:
      return "google.protobuf.Timestamp";
    case ValueKind::kDuration:
      return "google.protobuf.Duration";
    case ValueKind::kType:
      return "type";
    case ValueKind::kOptional:
      return "optional_type";
    case ValueKind::kOpaque:
      return value.opaque_type()->name_of == nullptr ? value.opaque_type()->name
                                                     : value.opaque_type()->name_of(value.opaque_data());
    case ValueKind::kJsonArray:
    case ValueKind::kList:
      return "list";
    case ValueKind::kJsonObject:
    case ValueKind::kMap:
      return "map";
    case ValueKind::kError:
      return "error";
  }
  return "";
}

namespace {

Result<json::Value> Convert(const Value& value, Arena& arena) {
  if (!WalkBudget::SpendText(value.is_string() ? value.text().size() : 0)) {
    return Fail(ErrorCode::kEvaluation, "value is too large");
  }
  switch (value.kind()) {
    case ValueKind::kNull:
      return json::Value::Null();
    case ValueKind::kBool:
      return json::Value::Bool(value.as_bool());
    case ValueKind::kInt:
      return json::Value::Int(value.as_int());
    case ValueKind::kUint:
      if (value.as_uint() <= static_cast<std::uint64_t>(INT64_MAX)) {
        return json::Value::Int(static_cast<std::int64_t>(value.as_uint()));
      }
      return json::Value::Double(static_cast<double>(value.as_uint()));
    case ValueKind::kDouble:
      return json::Value::Double(value.as_double());
    case ValueKind::kString:
      return json::Value::String(value.text());
    case ValueKind::kBytes:
      return json::Value::String(arena.Copy(Base64Encode(value.text())));
    case ValueKind::kTimestamp:
      return json::Value::String(arena.Copy(TimestampText(value)));
    case ValueKind::kDuration:
      return json::Value::String(arena.Copy(DurationText(value.nanoseconds())));
    case ValueKind::kJsonArray:
      return value.as_json_array();
    case ValueKind::kJsonObject:
      return value.as_json_object();
    case ValueKind::kOptional:
      if (value.optional() == nullptr) return json::Value::Null();
      return Convert(*value.optional(), arena);
    case ValueKind::kList: {
      json::ArrayBuilder items(arena, value.size());
      for (const Value& item : value.native_list()) {
        EPHOR_ASSIGN(const json::Value converted, Convert(item, arena));
        items.Add(converted);
      }
      return items.Build();
    }
    case ValueKind::kMap: {
      json::ObjectBuilder members(arena, value.size());
      for (const MapEntry& entry : value.native_map().entries) {
        std::string_view key;
        switch (entry.key.kind()) {
          case ValueKind::kString:
            key = entry.key.text();
            break;
          case ValueKind::kInt:
            key = arena.Copy(std::to_string(entry.key.as_int()));
            break;
          case ValueKind::kUint:
            key = arena.Copy(std::to_string(entry.key.as_uint()));
            break;
          case ValueKind::kBool:
            key = entry.key.as_bool() ? "true" : "false";
            break;
          default:
            return Fail(ErrorCode::kEvaluation, "unsupported type conversion from '" +
                                                    std::string(TypeName(entry.key)) + "' to string");
        }
        EPHOR_ASSIGN(const json::Value converted, Convert(entry.value, arena));
        members.Set(json::Key(key), converted);
      }
      return members.Build();
    }
    case ValueKind::kOpaque:
      if (value.opaque_type()->json != nullptr) return value.opaque_type()->json(value.opaque_data(), arena);
      break;
    default:
      break;
  }
  return Fail(ErrorCode::kEvaluation,
              "type conversion error from '" + std::string(TypeName(value)) + "' to JSON");
}

}  // namespace

Result<json::Value> ToJson(const Value& value, Arena& arena) {
  if (WalkBudget::exists()) return Convert(value, arena);
  const WalkBudget budget;
  return Convert(value, arena);
}

}  // namespace ephor::cel
