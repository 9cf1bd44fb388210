// The math extension: greatest, least, rounding, bits.
#include <cmath>

#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "cel/syntax/macros.h"

namespace ephor::cel::lib {
namespace {

// ---- greatest and least: macros that become @max and @min of one list or two numbers ----

bool MayBeNumber(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kLiteral:
      return expr.literal.kind == LiteralKind::kInt || expr.literal.kind == LiteralKind::kUint ||
             expr.literal.kind == LiteralKind::kDouble;
    case ExprKind::kList:
    case ExprKind::kMap:
    case ExprKind::kMessage:
      return false;
    default:
      return true;
  }
}

bool MayBeNumbers(const Expr& list) {
  if (list.kind != ExprKind::kList || list.entries.empty()) return false;
  for (const Entry& entry : list.entries) {
    if (!MayBeNumber(*entry.value)) return false;
  }
  return true;
}

Expr* Extreme(const MacroContext& context, std::string_view name, std::string_view function) {
  if (!context.ReceiverIs("math")) return nullptr;
  const std::span<Expr*> args = context.args();
  if (args.empty()) {
    return context.Complain(*context.call().operand, std::string(name) + "() requires at least one argument");
  }
  if (args.size() == 1) {
    if (MayBeNumber(*args[0]) || MayBeNumbers(*args[0])) return context.Call(function, args);
    return context.Complain(*args[0], std::string(name) + "() invalid single argument value");
  }
  for (const Expr* arg : args) {
    if (!MayBeNumber(*arg)) {
      return context.Complain(*arg, std::string(name) + "() simple literal arguments must be numeric");
    }
  }
  if (args.size() == 2) return context.Call(function, args);
  Expr* list[] = {context.List(args)};
  return context.Call(function, list);
}

Expr* Greatest(const MacroContext& context) {
  return Extreme(context, "math.greatest", "math.@max");
}
Expr* Least(const MacroContext& context) {
  return Extreme(context, "math.least", "math.@min");
}

constexpr MacroRow kMacros[] = {{"greatest", true, -1, Greatest}, {"least", true, -1, Least}};

// The one of two numbers whose order against the other is `wanted`; the first where they are equal.
template <int wanted>
Value Extreme(Call& call, std::span<const Value> args) {
  bool ordered = false;
  const int order = Compare(args[0], args[1], ordered);
  if (!ordered && !args[0].is_double() && !args[1].is_double()) return call.NoOverload(args);
  return order == -wanted ? args[1] : args[0];
}

template <int wanted>
Value ExtremeOfList(Call& call, std::span<const Value> args) {
  const Value& list = args[0];
  if (list.size() == 0) return call.Fail(std::string(call.function) + "(list) argument must not be empty");
  Value best = list.At(0);
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const Value item = list.At(i);
    if (!item.is_number()) return call.Fail("no such overload: " + std::string(call.function));
    bool ordered = false;
    if (Compare(best, item, ordered) == -wanted && ordered) best = item;
  }
  return best;
}

Value Same(Call&, std::span<const Value> args) {
  return args[0];
}

using RealFunction = double (*)(double);
template <RealFunction function>
Value Real(Call&, std::span<const Value> args) {
  return Value::Double(function(args[0].as_double()));
}
// Half away from zero.
double Round(double value) {
  return std::round(value);
}
double Ceil(double value) {
  return std::ceil(value);
}
double Floor(double value) {
  return std::floor(value);
}
double Trunc(double value) {
  return std::trunc(value);
}
double Abs(double value) {
  return std::fabs(value);
}
double Sign(double value) {
  return std::isnan(value) ? value : value > 0 ? 1 : value < 0 ? -1 : 0;
}

Value AbsInt(Call& call, std::span<const Value> args) {
  if (args[0].as_int() == INT64_MIN) return call.Fail("integer overflow");
  return Value::Int(args[0].as_int() < 0 ? -args[0].as_int() : args[0].as_int());
}
Value SignInt(Call&, std::span<const Value> args) {
  return Value::Int((args[0].as_int() > 0) - (args[0].as_int() < 0));
}
Value SignUint(Call&, std::span<const Value> args) {
  return Value::Uint(args[0].as_uint() > 0);
}

Value IsInf(Call&, std::span<const Value> args) {
  return Value::Bool(std::isinf(args[0].as_double()));
}
Value IsNan(Call&, std::span<const Value> args) {
  return Value::Bool(std::isnan(args[0].as_double()));
}
Value IsFinite(Call&, std::span<const Value> args) {
  return Value::Bool(std::isfinite(args[0].as_double()));
}

Value SquareRoot(Call&, std::span<const Value> args) {
  const Value& value = args[0];
  return Value::Double(std::sqrt(value.is_double() ? value.as_double()
                                 : value.is_int()  ? static_cast<double>(value.as_int())
                                                   : static_cast<double>(value.as_uint())));
}

// Bits of ints are those of their two's complement.
std::uint64_t Bits(const Value& value) {
  return value.is_int() ? static_cast<std::uint64_t>(value.as_int()) : value.as_uint();
}
Value OfBits(std::uint64_t bits, const Value& like) {
  return like.is_int() ? Value::Int(static_cast<std::int64_t>(bits)) : Value::Uint(bits);
}
Value And(Call&, std::span<const Value> args) {
  return OfBits(Bits(args[0]) & Bits(args[1]), args[0]);
}
Value Or(Call&, std::span<const Value> args) {
  return OfBits(Bits(args[0]) | Bits(args[1]), args[0]);
}
Value Xor(Call&, std::span<const Value> args) {
  return OfBits(Bits(args[0]) ^ Bits(args[1]), args[0]);
}
Value Not(Call&, std::span<const Value> args) {
  return OfBits(~Bits(args[0]), args[0]);
}

template <bool left>
Value Shift(Call& call, std::span<const Value> args) {
  const std::int64_t by = args[1].as_int();
  if (by < 0) return call.Fail(std::string(call.function) + "() negative offset: " + std::to_string(by));
  if (by >= 64) return OfBits(0, args[0]);
  return OfBits(left ? Bits(args[0]) << by : Bits(args[0]) >> by, args[0]);
}

std::uint64_t ListCost(std::span<const Value> args, const Value&) {
  return CostSize(args[0]) + 1;
}
CallEstimate EstimateList(std::span<const Foreseen> args) {
  return {args[0].size() + Range::Exactly(1), Range::Exactly(1)};
}
constexpr Cost kListCost{ListCost, "a + 1", EstimateList};

#define EPHOR_EXTREME(name, wanted)                                                                        \
  {name, "(double) -> double", Same}, {name, "(int) -> int", Same}, {name, "(uint) -> uint", Same},        \
      {name, "(double, double) -> double", Extreme<wanted>}, {name, "(int, int) -> int", Extreme<wanted>}, \
      {name, "(uint, uint) -> uint", Extreme<wanted>}, {name, "(int, uint) -> dyn", Extreme<wanted>},      \
      {name, "(int, double) -> dyn", Extreme<wanted>}, {name, "(double, int) -> dyn", Extreme<wanted>},    \
      {name, "(double, uint) -> dyn", Extreme<wanted>}, {name, "(uint, int) -> dyn", Extreme<wanted>},     \
      {name, "(uint, double) -> dyn", Extreme<wanted>},                                                    \
      {name, "(list(double)) -> double", ExtremeOfList<wanted>, "", kListCost},                            \
      {name, "(list(int)) -> int", ExtremeOfList<wanted>, "", kListCost}, {                                \
    name, "(list(uint)) -> uint", ExtremeOfList<wanted>, "", kListCost                                     \
  }
#define EPHOR_BITS(name, function, a, b, result)                           \
  {name, "(int, int) -> int", function, name "(" a ", " b ") == " result}, \
      {name, "(uint, uint) -> uint", function, name "(" a "u, " b "u) == " result "u"}

constexpr FunctionRow kFunctions[] = {
    EPHOR_EXTREME("math.@max", 1),
    EPHOR_EXTREME("math.@min", -1),
    {"math.ceil", "(double) -> double", Real<Ceil>, "math.ceil(1.2) == 2.0"},
    {"math.floor", "(double) -> double", Real<Floor>, "math.floor(1.2) == 1.0"},
    {"math.round", "(double) -> double", Real<Round>, "math.round(-1.5) == -2.0"},
    {"math.trunc", "(double) -> double", Real<Trunc>, "math.trunc(-1.3) == -1.0"},
    {"math.isInf", "(double) -> bool", IsInf, "math.isInf(1.0 / 0.0)"},
    {"math.isNaN", "(double) -> bool", IsNan, "math.isNaN(0.0 / 0.0)"},
    {"math.isFinite", "(double) -> bool", IsFinite, "math.isFinite(1.2)"},
    {"math.abs", "(double) -> double", Real<Abs>, "math.abs(-1.5) == 1.5"},
    {"math.abs", "(int) -> int", AbsInt, "math.abs(-1) == 1"},
    {"math.abs", "(uint) -> uint", Same, "math.abs(1u) == 1u"},
    {"math.sign", "(double) -> double", Real<Sign>, "math.sign(-0.3) == -1.0"},
    {"math.sign", "(int) -> int", SignInt, "math.sign(-3) == -1"},
    {"math.sign", "(uint) -> uint", SignUint, "math.sign(3u) == 1u"},
    {"math.sqrt", "(double) -> double", SquareRoot, "math.sqrt(81.0) == 9.0"},
    {"math.sqrt", "(int) -> double", SquareRoot, "math.sqrt(81) == 9.0"},
    {"math.sqrt", "(uint) -> double", SquareRoot, "math.sqrt(81u) == 9.0"},
    EPHOR_BITS("math.bitAnd", And, "3", "2", "2"),
    EPHOR_BITS("math.bitOr", Or, "1", "2", "3"),
    EPHOR_BITS("math.bitXor", Xor, "3", "1", "2"),
    {"math.bitNot", "(int) -> int", Not, "math.bitNot(1) == -2"},
    {"math.bitNot", "(uint) -> uint", Not, "math.bitNot(0u) == 18446744073709551615u"},
    {"math.bitShiftLeft", "(int, int) -> int", Shift<true>, "math.bitShiftLeft(1, 2) == 4"},
    {"math.bitShiftLeft", "(uint, int) -> uint", Shift<true>, "math.bitShiftLeft(1u, 2) == 4u"},
    {"math.bitShiftRight", "(int, int) -> int", Shift<false>, "math.bitShiftRight(1024, 2) == 256"},
    {"math.bitShiftRight", "(uint, int) -> uint", Shift<false>, "math.bitShiftRight(1024u, 2) == 256u"},
};

#undef EPHOR_EXTREME
#undef EPHOR_BITS

}  // namespace

const Library& Math() {
  static const Library library{"math", kFunctions, kMacros};
  return library;
}

}  // namespace ephor::cel::lib
