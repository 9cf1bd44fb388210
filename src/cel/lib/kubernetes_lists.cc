// Kubernetes' list library: isSorted, sum, min, max, indexOf.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"

namespace ephor::cel::lib {
namespace {

Value IsSorted(Call& call, std::span<const Value> args) {
  const Value& list = args[0];
  for (std::uint32_t i = 1; i < list.size(); ++i) {
    bool ordered = false;
    const int order = Compare(list.At(i - 1), list.At(i), ordered);
    if (!ordered && !list.At(i).is_double()) return call.NoOverload(args);
    if (ordered && order > 0) return Value::Bool(false);
  }
  return Value::Bool(true);
}

template <ValueKind kind>
Value Sum(Call& call, std::span<const Value> args) {
  Value sum = kind == ValueKind::kInt      ? Value::Int(0)
              : kind == ValueKind::kUint   ? Value::Uint(0)
              : kind == ValueKind::kDouble ? Value::Double(0)
                                           : Value::Duration(0);
  std::uint64_t cost = 0;
  for (std::uint32_t i = 0; i < args[0].size() && !sum.is_error(); ++i) {
    sum = Add(sum, args[0].At(i), call.arena(), cost);
  }
  return sum;
}

// Lists whose static type is not known: what their first item is decides.
Value SumOfAny(Call& call, std::span<const Value> args) {
  if (args[0].size() == 0) return Value::Int(0);
  switch (args[0].At(0).kind()) {
    case ValueKind::kUint:
      return Sum<ValueKind::kUint>(call, args);
    case ValueKind::kDouble:
      return Sum<ValueKind::kDouble>(call, args);
    case ValueKind::kDuration:
      return Sum<ValueKind::kDuration>(call, args);
    default:
      return Sum<ValueKind::kInt>(call, args);
  }
}

template <int wanted>
Value Extreme(Call& call, std::span<const Value> args) {
  const Value& list = args[0];
  if (list.size() == 0) return call.Fail(std::string(call.function) + " called on empty list");
  Value best = list.At(0);
  for (std::uint32_t i = 1; i < list.size(); ++i) {
    bool ordered = false;
    const Value item = list.At(i);
    const int order = Compare(best, item, ordered);
    if (!ordered && !item.is_double()) return call.NoOverload(args);
    if (ordered && order == -wanted) best = item;
  }
  return best;
}

Value FirstIndexOf(Call&, std::span<const Value> args) {
  for (std::uint32_t i = 0; i < args[0].size(); ++i) {
    if (Equal(args[0].At(i), args[1])) return Value::Int(i);
  }
  return Value::Int(-1);
}

Value LastIndexIn(Call&, std::span<const Value> args) {
  for (std::uint32_t i = args[0].size(); i-- > 0;) {
    if (Equal(args[0].At(i), args[1])) return Value::Int(i);
  }
  return Value::Int(-1);
}

// An overload with an example: a list of two values, the smaller one first, and what becomes of them.
// Each item costs 1; of texts and of what has members a tenth of their size.
std::uint64_t ScanCost(std::span<const Value> args, const Value&) {
  std::uint64_t cost = 0;
  for (std::uint32_t i = 0; i < args[0].size(); ++i) {
    const Value item = args[0].At(i);
    cost +=
        item.in(SetOf(ValueKind::kString) | SetOf(ValueKind::kBytes)) ? CostSize(item) / 10 : CostSize(item);
  }
  return cost;
}
constexpr Cost kScan{ScanCost, "sizes of the items", EstimateScan};

#define EPHOR_OF(type, name, function, result, low, high, outcome) \
  {name, "list(" type ").() -> " result(type), function,           \
   "[" low ", " high "]." name "()" outcome(low, high), kScan}
#define EPHOR_COMPARABLE(name, function, result, outcome)                                        \
  EPHOR_OF("int", name, function, result, "1", "2", outcome),                                    \
      EPHOR_OF("uint", name, function, result, "1u", "2u", outcome),                             \
      EPHOR_OF("double", name, function, result, "1.5", "2.5", outcome),                         \
      EPHOR_OF("bool", name, function, result, "false", "true", outcome),                        \
      EPHOR_OF("duration", name, function, result, "duration('1s')", "duration('1m')", outcome), \
      EPHOR_OF("timestamp", name, function, result, "timestamp(1)", "timestamp(2)", outcome),    \
      EPHOR_OF("string", name, function, result, "'a'", "'b'", outcome),                         \
      EPHOR_OF("bytes", name, function, result, "b'a'", "b'b'", outcome)
#define EPHOR_SAME(type) type
#define EPHOR_BOOL(type) "bool"
#define EPHOR_IS_TRUE(low, high) ""
#define EPHOR_IS_LOW(low, high) " == " low
#define EPHOR_IS_HIGH(low, high) " == " high

constexpr FunctionRow kFunctions[] = {
    EPHOR_COMPARABLE("isSorted", IsSorted, EPHOR_BOOL, EPHOR_IS_TRUE),
    {"sum", "list(int).() -> int", SumOfAny, "[1, 2].sum() == 3", kScan},
    {"sum", "list(uint).() -> uint", Sum<ValueKind::kUint>, "[1u, 2u].sum() == 3u", kScan},
    {"sum", "list(double).() -> double", Sum<ValueKind::kDouble>, "[1.5, 1.5].sum() == 3.0", kScan},
    {"sum", "list(duration).() -> duration", Sum<ValueKind::kDuration>,
     "[duration('1s'), duration('2s')].sum() == duration('3s')", kScan},
    EPHOR_COMPARABLE("max", Extreme<1>, EPHOR_SAME, EPHOR_IS_HIGH),
    EPHOR_COMPARABLE("min", Extreme<-1>, EPHOR_SAME, EPHOR_IS_LOW),
    {"indexOf", "list(A).(A) -> int", FirstIndexOf, "[1, 2, 2].indexOf(2) == 1", kScan},
    {"lastIndexOf", "list(A).(A) -> int", LastIndexIn, "[1, 2, 2].lastIndexOf(2) == 2", kScan},
};

#undef EPHOR_OF
#undef EPHOR_COMPARABLE
#undef EPHOR_SAME
#undef EPHOR_BOOL
#undef EPHOR_IS_TRUE
#undef EPHOR_IS_LOW
#undef EPHOR_IS_HIGH

}  // namespace

const Library& KubernetesLists() {
  static const Library library{"kubernetes lists", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib
