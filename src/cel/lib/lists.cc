// The lists extension: slice, flatten, sort, distinct, lists.range.
#include <algorithm>
#include <numeric>
#include <vector>

#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "cel/syntax/macros.h"

namespace ephor::cel::lib {
namespace {

constexpr std::int64_t kMaxRange = 1'000'000;

Value Slice(Call& call, std::span<const Value> args) {
  const std::int64_t begin = args[1].as_int(), end = args[2].as_int();
  const auto fail = [&](const std::string& why) {
    return call.Fail("cannot slice(" + std::to_string(begin) + ", " + std::to_string(end) + "), " + why);
  };
  if (begin < 0 || end < 0) return fail("negative indexes not supported");
  if (begin > end) return fail("start index must be less than or equal to end index");
  if (end > args[0].size()) return fail("list is length " + std::to_string(args[0].size()));
  if (args[0].is(ValueKind::kList)) {
    return Value::List(args[0].native_list().subspan(static_cast<std::size_t>(begin),
                                                     static_cast<std::size_t>(end - begin)));
  }
  return Value::Json(json::Value::Array(args[0].as_json_array().items().subspan(
      static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))));
}

void AppendFlat(const Value& list, std::int64_t depth, ArenaVector<Value>& out) {
  if (!WalkBudget::Spend(list.size())) return;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const Value item = list.At(i);
    if (depth > 0 && item.is_list()) {
      AppendFlat(item, depth - 1, out);
    } else {
      out.push_back(item);
    }
  }
}

Value Flatten(Call& call, std::span<const Value> args) {
  const std::int64_t depth = args.size() == 2 ? args[1].as_int() : 1;
  if (depth < 0) return call.Fail("level must be non-negative");
  ArenaVector<Value> out(call.arena(), args[0].size());
  AppendFlat(args[0], depth, out);
  return Value::List(out.span());
}

// `list` in the order of `keys`, stable.
Value SortBy(Call& call, const Value& list, const Value& keys) {
  if (list.size() != keys.size()) {
    return call.Fail(
        "@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got " +
        std::to_string(list.size()) + " and " + std::to_string(keys.size()) + " elements respectively");
  }
  constexpr KindSet kComparable = kNumberKinds | SetOf(ValueKind::kBool) | SetOf(ValueKind::kString) |
                                  SetOf(ValueKind::kBytes) | SetOf(ValueKind::kDuration) |
                                  SetOf(ValueKind::kTimestamp);
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    if (!keys.At(i).in(kComparable)) return call.Fail("list elements must be comparable");
    if (keys.At(i).kind() != keys.At(0).kind()) return call.Fail("list elements must have the same type");
  }
  std::span<std::uint32_t> order = call.arena().NewArray<std::uint32_t>(list.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&keys](std::uint32_t a, std::uint32_t b) {
    bool ordered;
    return Compare(keys.At(a), keys.At(b), ordered) < 0;
  });
  std::span<Value> out = call.arena().NewArray<Value>(list.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = list.At(order[i]);
  return Value::List(out);
}

Value Sort(Call& call, std::span<const Value> args) {
  return SortBy(call, args[0], args[0]);
}
Value SortByKeys(Call& call, std::span<const Value> args) {
  return SortBy(call, args[0], args[1]);
}

Value Count(Call& call, std::span<const Value> args) {
  const std::int64_t size = args[0].as_int();
  if (size < 0) return call.Fail("lists.range: size must be non-negative, got " + std::to_string(size));
  if (size > kMaxRange) {
    return call.Fail("lists.range: size " + std::to_string(size) + " exceeds maximum allowed (" +
                     std::to_string(kMaxRange) + ")");
  }
  std::span<Value> out = call.arena().NewArray<Value>(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = Value::Int(static_cast<std::int64_t>(i));
  return Value::List(out);
}

Value Reverse(Call& call, std::span<const Value> args) {
  std::span<Value> out = call.arena().NewArray<Value>(args[0].size());
  for (std::uint32_t i = 0; i < args[0].size(); ++i) out[out.size() - 1 - i] = args[0].At(i);
  return Value::List(out);
}

Value Distinct(Call& call, std::span<const Value> args) {
  // The keys of a map are distinct by the language's equality.
  MapBuilder seen(call.arena());
  ArenaVector<Value> out(call.arena(), args[0].size());
  for (std::uint32_t i = 0; i < args[0].size(); ++i) {
    const Value item = args[0].At(i);
    if (seen.Add(item, Value())) out.push_back(item);
  }
  return Value::List(out.span());
}

// e.sortBy(v, key): cel.bind(input, e, input.@sortByAssociatedKeys(input.map(v, key)))
Expr* SortByMacro(const MacroContext& context) {
  const Expr& var = *context.args()[0];
  if (!IsSimpleName(var)) return context.Complain(var, "argument is not an identifier");
  Expr* receiver = context.call().operand;
  if (receiver->kind == ExprKind::kLiteral || receiver->kind == ExprKind::kMap ||
      receiver->kind == ExprKind::kMessage) {
    return context.Complain(
        *receiver,
        "sortBy can only be applied to a list, identifier, comprehension, call or select expression");
  }
  constexpr std::string_view kInput = "@__sortBy_input__";
  Expr* keys[] = {context.MacroNode(MacroKind::kMap, context.Ident(kInput), var.name, context.args()[1])};
  Expr* sorted = context.MemberCall(context.Ident(kInput), "@sortByAssociatedKeys", keys);
  return context.MacroNode(MacroKind::kBind, receiver, kInput, sorted);
}

constexpr MacroRow kMacros[] = {{"sortBy", true, 2, SortByMacro}};

std::uint64_t OutputCost(std::span<const Value>, const Value& result) {
  return 11 + CostSize(result);
}
CallEstimate EstimateMade(Range walked, Range size) {
  return {walked + Range::Exactly(11), size};
}
// A literal's number, where it is one.
std::uint64_t NumberOr(const Expr& expr, std::uint64_t otherwise) {
  const bool literal = expr.kind == ExprKind::kLiteral && expr.literal.kind == LiteralKind::kInt;
  if (!literal) return otherwise;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(expr.literal.integer, 0));
}
CallEstimate EstimateSlice(std::span<const Foreseen> args) {
  const std::uint64_t begin = NumberOr(*args[1].expr, 0), end = NumberOr(*args[2].expr, args[0].size().max);
  const Range size = Range::Exactly(end - std::min(begin, end));
  return EstimateMade(size, size);
}
CallEstimate EstimateFlatten(std::span<const Foreseen> args) {
  const std::uint64_t depth = args.size() == 2 ? NumberOr(*args[1].expr, Range::kUnbounded) : 1;
  return EstimateMade(args[0].size() * Range::Exactly(depth), args[0].size());
}
CallEstimate EstimateRange(std::span<const Foreseen> args) {
  const Range size = Range::Exactly(NumberOr(*args[0].expr, Range::kUnbounded));
  return EstimateMade(size, size);
}
CallEstimate EstimateReverse(std::span<const Foreseen> args) {
  return EstimateMade(args[0].size(), args[0].size());
}
// Each item may be compared with each, both ways; texts cost a little more. The last argument is what is
// compared: the list, or its keys.
CallEstimate EstimateSort(std::span<const Foreseen> args) {
  const Type& item = args.back().type->params().empty() ? types::kDyn : args.back().type->param(0);
  const bool texts = item.is(TypeKind::kString) || item.is(TypeKind::kBytes);
  const Range pairs = args.back().size() * args.back().size();
  return EstimateMade(pairs * (texts ? 2 + kTraversal : 2.0), pairs);
}
CallEstimate EstimateDistinct(std::span<const Foreseen> args) {
  const Range pairs = args[0].size() * args[0].size();
  return EstimateMade(pairs * 2.0, pairs);
}
constexpr std::string_view kOutputText = "11 + r";
constexpr Cost kSliceCost{OutputCost, kOutputText, EstimateSlice},
    kFlattenCost{OutputCost, kOutputText, EstimateFlatten},
    kRangeCost{OutputCost, kOutputText, EstimateRange},
    kReverseCost{OutputCost, kOutputText, EstimateReverse};
std::uint64_t DistinctCost(std::span<const Value> args, const Value&) {
  const std::uint64_t size = CostSize(args[0]);
  return 11 + size + size * size / 10;
}
constexpr Cost kDistinctCost{DistinctCost, "11 + a + a * a / 10", EstimateDistinct};
std::uint64_t SortCost(std::span<const Value> args, const Value&) {
  std::uint64_t size = CostSize(args[0]), log = 1;
  for (std::uint64_t n = size; n > 1; n /= 2) ++log;
  return 11 + size * log;
}
constexpr Cost kSortCost{SortCost, "11 + a * (1 + log2 a)", EstimateSort};

#define EPHOR_SORT(type, low, high)                                                                          \
  {"sort", "list(" type ").() -> list(" type ")", Sort, "[" high ", " low "].sort() == [" low ", " high "]", \
   kSortCost},                                                                                               \
  {                                                                                                          \
    "@sortByAssociatedKeys", "list(T).(list(" type ")) -> list(T)", SortByKeys, "", kSortCost                \
  }

constexpr FunctionRow kFunctions[] = {
    {"slice", "list(T).(int, int) -> list(T)", Slice, "[1, 2, 3, 4].slice(1, 3) == [2, 3]", kSliceCost},
    {"flatten", "list(list(T)).() -> list(T)", Flatten, "[[1], [2, 3]].flatten() == [1, 2, 3]", kFlattenCost},
    {"flatten", "list(dyn).(int) -> list(dyn)", Flatten, "[[1], [2, 3]].flatten(2) == [1, 2, 3]",
     kFlattenCost},
    EPHOR_SORT("int", "1", "2"),
    EPHOR_SORT("uint", "1u", "2u"),
    EPHOR_SORT("double", "1.5", "2.5"),
    EPHOR_SORT("bool", "false", "true"),
    EPHOR_SORT("duration", "duration('1s')", "duration('1m')"),
    EPHOR_SORT("timestamp", "timestamp(1)", "timestamp(2)"),
    EPHOR_SORT("string", "'a'", "'b'"),
    EPHOR_SORT("bytes", "b'a'", "b'b'"),
    {"lists.range", "(int) -> list(int)", Count, "lists.range(3) == [0, 1, 2]", kRangeCost},
    {"reverse", "list(T).() -> list(T)", Reverse, "[1, 2].reverse() == [2, 1]", kReverseCost},
    {"distinct", "list(T).() -> list(T)", Distinct, "[1, 2, 1].distinct() == [1, 2]", kDistinctCost},
};

#undef EPHOR_SORT

}  // namespace

const Library& Lists() {
  static const Library library{"lists", kFunctions, kMacros};
  return library;
}

}  // namespace ephor::cel::lib
