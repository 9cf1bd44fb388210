#include "json/value.h"

#include <cmath>

namespace ephor::json {

Value Value::Number(double value) {
  // 2^63 itself is outside int64; -2^63 is inside. Minus zero stays a double, so that it prints as such.
  if (value >= -0x1p63 && value < 0x1p63 && std::trunc(value) == value &&
      !(value == 0 && std::signbit(value))) {
    return Int(static_cast<std::int64_t>(value));
  }
  return Double(value);
}

int CompareNumbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int();
  if (a.is_int() != b.is_int()) {
    const double d = a.is_int() ? b.as_double() : a.as_double();
    const std::int64_t i = a.is_int() ? a.as_int() : b.as_int();
    int order;  // of d against i
    if (d >= 0x1p63) {
      order = 1;
    } else if (d < -0x1p63) {
      order = -1;
    } else {
      // The integral part is compared exactly, the fraction decides a tie.
      const double whole = std::trunc(d);
      const auto w = static_cast<std::int64_t>(whole);
      order = w != i ? (w < i ? -1 : 1) : (d > whole) - (d < whole);
    }
    return a.is_int() ? -order : order;
  }
  return a.as_double() < b.as_double() ? -1 : a.as_double() > b.as_double();
}

bool Equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) {
    if (std::isnan(a.as_double()) || std::isnan(b.as_double())) return false;
    return CompareNumbers(a, b) == 0;
  }
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return a.as_bool() == b.as_bool();
    case Kind::kString:
      return a.as_string() == b.as_string();
    case Kind::kArray: {
      if (a.size() != b.size()) return false;
      if (a.items().data() == b.items().data()) return true;
      for (std::uint32_t i = 0; i < a.size(); ++i) {
        if (!Equal(a.items()[i], b.items()[i])) return false;
      }
      return true;
    }
    case Kind::kObject: {
      if (a.size() != b.size()) return false;
      if (a.members().data() == b.members().data()) return true;
      for (std::uint32_t i = 0; i < a.size(); ++i) {
        const Member& x = a.members()[i];
        const Member& y = b.members()[i];
        if (x.hash != y.hash || x.key() != y.key() || !Equal(x.value, y.value)) return false;
      }
      return true;
    }
    case Kind::kInt:
    case Kind::kDouble:
      break;
  }
  return false;
}

Value DeepCopy(const Value& value, Arena& arena) {
  switch (value.kind()) {
    case Kind::kString:
      return Value::String(arena.Copy(value.as_string()));
    case Kind::kArray: {
      auto items = arena.NewArray<Value>(value.size());
      for (std::uint32_t i = 0; i < value.size(); ++i) items[i] = DeepCopy(value.items()[i], arena);
      return Value::Array(items);
    }
    case Kind::kObject: {
      auto members = arena.NewArray<Member>(value.size());
      for (std::uint32_t i = 0; i < value.size(); ++i) {
        members[i] = value.members()[i];
        members[i].key_chars = arena.Copy(members[i].key()).data();
        members[i].value = DeepCopy(members[i].value, arena);
      }
      return Value::Object(members);
    }
    default:
      return value;
  }
}

}  // namespace ephor::json
