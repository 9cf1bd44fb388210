#include "cel/eval/operators.h"

#include <algorithm>
#include <cmath>

#include "base/number.h"
#include "cel/eval/time.h"

namespace ephor::cel {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Value Error(Arena& arena, std::string_view message, ErrorCode code = ErrorCode::kEvaluation) {
  return MakeError(arena, message, ~std::uint32_t{0}, code);
}
Value IntOverflow(Arena& arena) {
  return Error(arena, "integer overflow");
}
Value UintOverflow(Arena& arena) {
  return Error(arena, "unsigned integer overflow");
}
Value TimestampOverflow(Arena& arena) {
  return Error(arena, "timestamp overflow");
}

Value NoSuchKey(Arena& arena, const Value& key) {
  return Error(arena, "no such key: " + KeyText(key), ErrorCode::kNotFound);
}
Value BadListIndex(Arena& arena, const Value& key) {
  return Error(arena, "unsupported index type '" + std::string(TypeName(key)) + "' in list");
}

// The index a number stands for. False where it is no integer.
bool IndexOf(const Value& key, std::int64_t& index) {
  switch (key.kind()) {
    case ValueKind::kInt:
      index = key.as_int();
      return true;
    case ValueKind::kUint:
      if (key.as_uint() > static_cast<std::uint64_t>(INT64_MAX)) return false;
      index = static_cast<std::int64_t>(key.as_uint());
      return true;
    case ValueKind::kDouble: {
      const double d = key.as_double();
      if (!(d >= -0x1p63 && d < 0x1p63) || std::trunc(d) != d) return false;
      index = static_cast<std::int64_t>(d);
      return true;
    }
    default:
      return false;
  }
}

enum class Lookup { kFound, kMissing, kFailed };

// One step into a value, by any key. `found` is the member, or the error of a key that cannot be one.
Lookup Member(const Value& operand, const Value& key, Value& found, Context& context) {
  if (operand.is_map()) return FindMember(operand, key, found) ? Lookup::kFound : Lookup::kMissing;
  if (operand.is_list()) {
    std::int64_t index;
    if (!IndexOf(key, index)) {
      found = BadListIndex(context.arena, key);
      return Lookup::kFailed;
    }
    if (index < 0 || index >= operand.size()) return Lookup::kMissing;
    found = operand.At(static_cast<std::uint32_t>(index));
    return Lookup::kFound;
  }
  if (operand.is(ValueKind::kOpaque) && operand.opaque_type()->field != nullptr && key.is_string()) {
    const Value* value = operand.opaque_type()->field(operand.opaque_data(), json::Key(key.text()), context);
    if (value == nullptr) return Lookup::kMissing;
    found = *value;
    return value->is_error() ? Lookup::kFailed : Lookup::kFound;
  }
  return Lookup::kMissing;
}

Value Missing(const Value& operand, const Value& key, Arena& arena) {
  if (operand.is_list()) {
    return Error(arena, "index out of bounds: " + KeyText(key), ErrorCode::kNotFound);
  }
  return NoSuchKey(arena, key);
}

bool HasMembers(const Value& value) {
  return value.in(kListKinds | kMapKinds | SetOf(ValueKind::kOpaque));
}

Value Some(const Value& value, Arena& arena) {
  return Value::Optional(arena.New<Value>(value));
}

Value Concatenate(const Value& a, const Value& b, Arena& arena) {
  const std::string_view x = a.text(), y = b.text();
  if (x.size() + y.size() > UINT32_MAX) return Error(arena, "string too long");
  std::span<char> both = arena.NewArray<char>(x.size() + y.size());
  std::copy(x.begin(), x.end(), both.begin());
  std::copy(y.begin(), y.end(), both.begin() + static_cast<std::ptrdiff_t>(x.size()));
  const std::string_view text(both.data(), both.size());
  return a.is_string() ? Value::String(text) : Value::Bytes(text);
}

Value ConcatenateLists(const Value& a, const Value& b, Arena& arena) {
  if (a.size() == 0) return b;
  if (b.size() == 0) return a;
  if (!WalkBudget::Spend(std::uint64_t{a.size()} + b.size())) return Error(arena, "list is too long");
  std::span<Value> both = arena.NewArray<Value>(std::size_t{a.size()} + b.size());
  for (std::uint32_t i = 0; i < a.size(); ++i) both[i] = a.At(i);
  for (std::uint32_t i = 0; i < b.size(); ++i) both[a.size() + i] = b.At(i);
  return Value::List(both);
}

Value AddDuration(const Value& timestamp, std::int64_t nanoseconds, Arena& arena) {
  Value sum;
  return AddToTimestamp(timestamp, nanoseconds, sum) ? sum : TimestampOverflow(arena);
}

}  // namespace

std::string KeyText(const Value& key) {
  switch (key.kind()) {
    case ValueKind::kString:
      return std::string(key.text());
    case ValueKind::kInt:
      return std::to_string(key.as_int());
    case ValueKind::kUint:
      return std::to_string(key.as_uint());
    case ValueKind::kBool:
      return key.as_bool() ? "true" : "false";
    case ValueKind::kDouble:
      return GoFloat(key.as_double());
    case ValueKind::kBytes:
      return std::string(key.text());
    case ValueKind::kNull:
      return "null";
    default:
      return std::string(TypeName(key));
  }
}

Value NoSuchOverload(Arena& arena) {
  return Error(arena, "no such overload");
}

Value Add(const Value& a, const Value& b, Arena& arena, std::uint64_t& cost) {
  if (a.kind() == b.kind() || (a.is_list() && b.is_list())) {
    switch (a.kind()) {
      case ValueKind::kInt: {
        std::int64_t sum;
        return __builtin_add_overflow(a.as_int(), b.as_int(), &sum) ? IntOverflow(arena) : Value::Int(sum);
      }
      case ValueKind::kUint: {
        std::uint64_t sum;
        return __builtin_add_overflow(a.as_uint(), b.as_uint(), &sum) ? UintOverflow(arena)
                                                                      : Value::Uint(sum);
      }
      case ValueKind::kDouble:
        return Value::Double(a.as_double() + b.as_double());
      case ValueKind::kString:
      case ValueKind::kBytes:
        // The cost of what is copied is counted here, where the sizes are known.
        cost += TraversalCost(a.text().size() + b.text().size());
        return Concatenate(a, b, arena);
      case ValueKind::kJsonArray:
      case ValueKind::kList:
        cost += 1;
        return ConcatenateLists(a, b, arena);
      case ValueKind::kDuration: {
        std::int64_t sum;
        return __builtin_add_overflow(a.nanoseconds(), b.nanoseconds(), &sum) ? IntOverflow(arena)
                                                                              : Value::Duration(sum);
      }
      default:
        return NoSuchOverload(arena);
    }
  }
  if (a.is(ValueKind::kTimestamp) && b.is(ValueKind::kDuration))
    return AddDuration(a, b.nanoseconds(), arena);
  if (a.is(ValueKind::kDuration) && b.is(ValueKind::kTimestamp))
    return AddDuration(b, a.nanoseconds(), arena);
  return NoSuchOverload(arena);
}

Value Subtract(const Value& a, const Value& b, Arena& arena) {
  if (a.kind() == b.kind()) {
    switch (a.kind()) {
      case ValueKind::kInt: {
        std::int64_t difference;
        return __builtin_sub_overflow(a.as_int(), b.as_int(), &difference) ? IntOverflow(arena)
                                                                           : Value::Int(difference);
      }
      case ValueKind::kUint:
        return b.as_uint() > a.as_uint() ? UintOverflow(arena) : Value::Uint(a.as_uint() - b.as_uint());
      case ValueKind::kDouble:
        return Value::Double(a.as_double() - b.as_double());
      case ValueKind::kDuration: {
        std::int64_t difference;
        return __builtin_sub_overflow(a.nanoseconds(), b.nanoseconds(), &difference)
                   ? IntOverflow(arena)
                   : Value::Duration(difference);
      }
      case ValueKind::kTimestamp: {
        const std::int64_t seconds = a.unix_seconds() - b.unix_seconds();
        const std::int64_t rest =
            std::int64_t{a.subsecond_nanoseconds()} - std::int64_t{b.subsecond_nanoseconds()};
        std::int64_t nanoseconds;
        if (__builtin_mul_overflow(seconds, kSecond, &nanoseconds) ||
            __builtin_add_overflow(nanoseconds, rest, &nanoseconds)) {
          return IntOverflow(arena);
        }
        return Value::Duration(nanoseconds);
      }
      default:
        return NoSuchOverload(arena);
    }
  }
  if (a.is(ValueKind::kTimestamp) && b.is(ValueKind::kDuration)) {
    if (b.nanoseconds() == INT64_MIN) return TimestampOverflow(arena);
    return AddDuration(a, -b.nanoseconds(), arena);
  }
  return NoSuchOverload(arena);
}

Value Multiply(const Value& a, const Value& b, Arena& arena) {
  if (a.kind() != b.kind()) return NoSuchOverload(arena);
  switch (a.kind()) {
    case ValueKind::kInt: {
      std::int64_t product;
      return __builtin_mul_overflow(a.as_int(), b.as_int(), &product) ? IntOverflow(arena)
                                                                      : Value::Int(product);
    }
    case ValueKind::kUint: {
      std::uint64_t product;
      return __builtin_mul_overflow(a.as_uint(), b.as_uint(), &product) ? UintOverflow(arena)
                                                                        : Value::Uint(product);
    }
    case ValueKind::kDouble:
      return Value::Double(a.as_double() * b.as_double());
    default:
      return NoSuchOverload(arena);
  }
}

Value Divide(const Value& a, const Value& b, Arena& arena) {
  if (a.kind() != b.kind()) return NoSuchOverload(arena);
  switch (a.kind()) {
    case ValueKind::kInt:
      if (b.as_int() == 0) return Error(arena, "division by zero");
      if (a.as_int() == INT64_MIN && b.as_int() == -1) return IntOverflow(arena);
      return Value::Int(a.as_int() / b.as_int());
    case ValueKind::kUint:
      return b.as_uint() == 0 ? Error(arena, "division by zero") : Value::Uint(a.as_uint() / b.as_uint());
    case ValueKind::kDouble: {
      // IEEE division by zero, spelled out: it is undefined in the language we are written in.
      const double x = a.as_double(), y = b.as_double();
      if (y != 0) return Value::Double(x / y);
      if (x == 0 || std::isnan(x) || std::isnan(y)) return Value::Double(std::nan(""));
      return Value::Double(std::signbit(x) == std::signbit(y) ? HUGE_VAL : -HUGE_VAL);
    }
    default:
      return NoSuchOverload(arena);
  }
}

Value Modulo(const Value& a, const Value& b, Arena& arena) {
  if (a.is_int() && b.is_int()) {
    if (b.as_int() == 0) return Error(arena, "modulus by zero");
    if (a.as_int() == INT64_MIN && b.as_int() == -1) return IntOverflow(arena);
    return Value::Int(a.as_int() % b.as_int());
  }
  if (a.is_uint() && b.is_uint()) {
    return b.as_uint() == 0 ? Error(arena, "modulus by zero") : Value::Uint(a.as_uint() % b.as_uint());
  }
  return NoSuchOverload(arena);
}

Value Negate(const Value& a, Arena& arena) {
  switch (a.kind()) {
    case ValueKind::kInt:
      return a.as_int() == INT64_MIN ? IntOverflow(arena) : Value::Int(-a.as_int());
    case ValueKind::kDouble:
      return Value::Double(-a.as_double());
    case ValueKind::kDuration:
      return a.nanoseconds() == INT64_MIN ? IntOverflow(arena) : Value::Duration(-a.nanoseconds());
    default:
      return NoSuchOverload(arena);
  }
}

Value In(const Value& item, const Value& container, Arena& arena, std::uint64_t& cost) {
  if (container.is_list()) {
    cost += container.size();
    for (std::uint32_t i = 0; i < container.size(); ++i) {
      if (Equal(item, container.At(i))) return Value::Bool(true);
    }
    return Value::Bool(false);
  }
  if (container.is_map()) {
    cost += 1;
    Value found;
    return Value::Bool(FindMember(container, item, found));
  }
  return NoSuchOverload(arena);
}

Value Select(const Value& operand, const json::Key& name, Context& context) {
  if (operand.is(ValueKind::kJsonObject)) {
    const json::Value* member = operand.as_json_object().Find(name);
    if (member != nullptr) return Value::Json(*member);
    return NoSuchKey(context.arena, Value::String(name.text));
  }
  if (operand.is(ValueKind::kOptional)) return OptSelect(operand, name, context);
  return Index(operand, Value::String(name.text), context);
}

Value Index(const Value& operand, const Value& key, Context& context) {
  if (operand.is(ValueKind::kOptional)) return OptIndex(operand, key, context);
  Value found;
  if (Member(operand, key, found, context) != Lookup::kMissing) return found;
  return Missing(operand, key, context.arena);
}

Value OptSelect(const Value& operand, const json::Key& name, Context& context) {
  if (operand.is(ValueKind::kJsonObject)) {
    const json::Value* member = operand.as_json_object().Find(name);
    return member != nullptr ? Some(Value::Json(*member), context.arena) : Value::Optional(nullptr);
  }
  return OptIndex(operand, Value::String(name.text), context);
}

Value OptIndex(const Value& operand, const Value& key, Context& context) {
  if (operand.is(ValueKind::kOptional)) {
    if (operand.optional() == nullptr) return operand;
    return OptIndex(*operand.optional(), key, context);
  }
  Value found;
  switch (Member(operand, key, found, context)) {
    case Lookup::kFound:
      return Some(found, context.arena);
    case Lookup::kMissing:
      if (context.strict_presence && !HasMembers(operand)) return NoSuchKey(context.arena, key);
      return Value::Optional(nullptr);
    case Lookup::kFailed:
      break;
  }
  return found;
}

Value Has(const Value& operand, const json::Key& name, Context& context) {
  if (operand.is(ValueKind::kJsonObject)) return Value::Bool(operand.as_json_object().Find(name) != nullptr);
  if (operand.is(ValueKind::kOptional)) {
    return operand.optional() == nullptr ? Value::Bool(false) : Has(*operand.optional(), name, context);
  }
  Value found;
  const Lookup result = Member(operand, Value::String(name.text), found, context);
  if (result == Lookup::kMissing && context.strict_presence && !HasMembers(operand)) {
    return NoSuchKey(context.arena, Value::String(name.text));
  }
  return result == Lookup::kFailed ? found : Value::Bool(result == Lookup::kFound);
}

}  // namespace ephor::cel
