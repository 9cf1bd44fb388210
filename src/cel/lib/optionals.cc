// Optional values: optional.of, or, orValue, optMap, first, last.
#include "cel/eval/context.h"
#include "cel/eval/time.h"
#include "cel/lib/libraries.h"
#include "cel/syntax/macros.h"

namespace ephor::cel::lib {
namespace {

Value Of(Call& call, std::span<const Value> args) {
  return call.Some(args[0]);
}
Value None(Call&, std::span<const Value>) {
  return Value::Optional(nullptr);
}

bool IsZero(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull:
      return true;
    case ValueKind::kBool:
      return !value.as_bool();
    case ValueKind::kInt:
    case ValueKind::kUint:
      return value.as_uint() == 0;
    case ValueKind::kDouble:
      return value.as_double() == 0;
    case ValueKind::kString:
    case ValueKind::kBytes:
      return value.text().empty();
    case ValueKind::kDuration:
      return value.nanoseconds() == 0;
    case ValueKind::kTimestamp:
      return value.unix_seconds() == kMinTimestampSeconds && value.subsecond_nanoseconds() == 0;
    case ValueKind::kOptional:
      return value.optional() == nullptr;
    case ValueKind::kJsonArray:
    case ValueKind::kJsonObject:
    case ValueKind::kList:
    case ValueKind::kMap:
      return value.size() == 0;
    default:
      return false;
  }
}

Value OfNonZero(Call& call, std::span<const Value> args) {
  return IsZero(args[0]) ? Value::Optional(nullptr) : call.Some(args[0]);
}

Value TakeValue(Call& call, std::span<const Value> args) {
  if (args[0].optional() == nullptr) return call.Fail("optional.none() dereference");
  return *args[0].optional();
}

Value HasValue(Call&, std::span<const Value> args) {
  return Value::Bool(args[0].optional() != nullptr);
}

Value First(Call& call, std::span<const Value> args) {
  return args[0].size() == 0 ? Value::Optional(nullptr) : call.Some(args[0].At(0));
}
Value Last(Call& call, std::span<const Value> args) {
  return args[0].size() == 0 ? Value::Optional(nullptr) : call.Some(args[0].At(args[0].size() - 1));
}

Value Unwrap(Call& call, std::span<const Value> args) {
  ArenaVector<Value> items(call.arena(), args[0].size());
  for (std::uint32_t i = 0; i < args[0].size(); ++i) {
    const Value item = args[0].At(i);
    if (!item.is(ValueKind::kOptional)) return call.NoOverload(args);
    if (item.optional() != nullptr) items.push_back(*item.optional());
  }
  return Value::List(items.span());
}

// What the planner makes jumps of, computed here where it is called otherwise.
Value Or(Call&, std::span<const Value> args) {
  return args[0].optional() != nullptr ? args[0] : args[1];
}
Value OrValue(Call&, std::span<const Value> args) {
  return args[0].optional() != nullptr ? *args[0].optional() : args[1];
}

constexpr FunctionRow kFunctions[] = {
    {"optional.of", "(T) -> optional(T)", Of, "optional.of(1).value() == 1"},
    {"optional.ofNonZeroValue", "(T) -> optional(T)", OfNonZero, "!optional.ofNonZeroValue('').hasValue()"},
    {"optional.none", "() -> optional(T)", None, "!optional.none().hasValue()"},
    {"value", "optional(T).() -> T", TakeValue, "optional.of('a').value() == 'a'"},
    {"hasValue", "optional(T).() -> bool", HasValue, "optional.of(1).hasValue()"},
    {"or",
     "optional(T).(optional(T)) -> optional(T)",
     Or,
     "optional.none().or(optional.of(1)).value() == 1",
     {},
     nullptr,
     kShortCircuit},
    {"orValue", "optional(T).(T) -> T", OrValue, "{'a': 1}.?b.orValue(2) == 2", {}, nullptr, kShortCircuit},
    {op::kOptIndex, "(list(V), int) -> optional(V)", nullptr},
    {op::kOptIndex, "(optional(list(V)), int) -> optional(V)", nullptr},
    {op::kOptIndex, "(map(K, V), K) -> optional(V)", nullptr},
    {op::kOptIndex, "(optional(map(K, V)), K) -> optional(V)", nullptr},
    {op::kIndex, "(optional(list(V)), int) -> optional(V)", nullptr},
    {op::kIndex, "(optional(map(K, V)), K) -> optional(V)", nullptr},
    {"first", "list(V).() -> optional(V)", First, "[1, 2].first().value() == 1"},
    {"last", "list(V).() -> optional(V)", Last, "[1, 2].last().value() == 2"},
    {"optional.unwrap", "(list(optional(V))) -> list(V)", Unwrap,
     "optional.unwrap([optional.of(1), optional.none()]) == [1]"},
    {"unwrapOpt", "list(optional(V)).() -> list(V)", Unwrap,
     "[optional.of(1), optional.none()].unwrapOpt() == [1]"},
};

template <MacroKind kind>
Expr* OptMap(const MacroContext& context) {
  const Expr& var = *context.args()[0];
  if (!IsSimpleName(var)) {
    return context.Complain(
        var, std::string(context.call().name) + "() variable name must be a simple identifier");
  }
  return context.MacroNode(kind, context.call().operand, var.name, context.args()[1]);
}

constexpr MacroRow kMacros[] = {
    {"optMap", true, 2, OptMap<MacroKind::kOptMap>},
    {"optFlatMap", true, 2, OptMap<MacroKind::kOptFlatMap>},
};

}  // namespace

const Library& Optionals() {
  static const Library library{"optionals", kFunctions, kMacros};
  return library;
}

}  // namespace ephor::cel::lib
