// Kubernetes' quantity library.
#include <cmath>

#include "base/quantity.h"
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"

namespace ephor::cel::lib {
namespace {

// A quantity, and whether the reference keeps it as an integer without negative exponent: only those are
// integers to it, "1000m" and "1.0" are not.
struct QuantityValue {
  Quantity quantity;
  bool is_integer;
};

bool SameQuantity(const void* a, const void* b) {
  return static_cast<const QuantityValue*>(a)->quantity == static_cast<const QuantityValue*>(b)->quantity;
}
constexpr OpaqueType kQuantityType{"kubernetes.Quantity", SameQuantity};

Value Make(Call& call, const Quantity& quantity, bool is_integer) {
  return Value::Opaque(&kQuantityType, call.arena().New<QuantityValue>(QuantityValue{quantity, is_integer}),
                       call.arena());
}
const Quantity& QuantityOf(const Value& value) {
  return value.opaque<QuantityValue>().quantity;
}

bool FitsInt64(const Quantity& quantity) {
  static const Quantity most = Quantity::FromInt(INT64_MAX), least = Quantity::FromInt(INT64_MIN);
  return quantity.IsInteger() && quantity <= most && quantity >= least;
}

bool HasNegativeExponent(std::string_view text) {
  if (text.find('.') != std::string_view::npos) return true;
  const char last = text.empty() ? '0' : text.back();
  return last == 'm' || last == 'u' || last == 'n' || text.find("e-") != std::string_view::npos ||
         text.find("E-") != std::string_view::npos;
}

Value Parse(Call& call, std::span<const Value> args) {
  const Result<Quantity> quantity = Quantity::Parse(args[0].text());
  if (!quantity) return call.Fail(quantity.error());
  return Make(call, *quantity, !HasNegativeExponent(args[0].text()) && FitsInt64(*quantity));
}

Value IsQuantity(Call&, std::span<const Value> args) {
  Quantity quantity;
  return Value::Bool(Quantity::TryParse(args[0].text(), quantity));
}

Value Sign(Call&, std::span<const Value> args) {
  return Value::Int(QuantityOf(args[0]).sign());
}
Value IsInteger(Call&, std::span<const Value> args) {
  return Value::Bool(args[0].opaque<QuantityValue>().is_integer);
}
Value AsInteger(Call& call, std::span<const Value> args) {
  const auto& value = args[0].opaque<QuantityValue>();
  if (!value.is_integer) return call.Fail("cannot convert value to integer");
  return Value::Int(value.quantity.ToIntRoundedUp());
}

Value AsFloat(Call&, std::span<const Value> args) {
  const auto& value = args[0].opaque<QuantityValue>();
  if (value.is_integer) return Value::Double(static_cast<double>(value.quantity.ToIntRoundedUp()));
  if (!value.quantity.IsInteger()) return Value::Double(value.quantity.ToDouble());
  // Large integers: the reference multiplies the double of the amount in nano units, with the loss that has.
  return Value::Double(value.quantity.Multiply(Quantity::FromInt(1'000'000'000)).ToDouble() * 1e-9);
}

Value IsGreater(Call&, std::span<const Value> args) {
  return Value::Bool(QuantityOf(args[0]) > QuantityOf(args[1]));
}
Value IsLess(Call&, std::span<const Value> args) {
  return Value::Bool(QuantityOf(args[0]) < QuantityOf(args[1]));
}
Value CompareTo(Call&, std::span<const Value> args) {
  const auto order = QuantityOf(args[0]) <=> QuantityOf(args[1]);
  return Value::Int(order < 0 ? -1 : order > 0);
}

QuantityValue Operand(const Value& value) {
  if (value.is_int()) return {Quantity::FromInt(value.as_int(), Quantity::Format::kDecimalExponent), true};
  return value.opaque<QuantityValue>();
}

template <bool add>
Value Combine(Call& call, std::span<const Value> args) {
  const QuantityValue a = Operand(args[0]), b = Operand(args[1]);
  const Quantity result = add ? a.quantity.Add(b.quantity) : a.quantity.Subtract(b.quantity);
  const bool is_integer = a.quantity.sign() == 0   ? b.is_integer
                          : b.quantity.sign() == 0 ? a.is_integer
                                                   : a.is_integer && b.is_integer;
  return Make(call, result, is_integer && FitsInt64(result));
}

constexpr FunctionRow kFunctions[] = {
    {"quantity", "(string) -> kubernetes.Quantity", Parse, "quantity('1Gi').isGreaterThan(quantity('1G'))",
     kTraverse<0>},
    {"isQuantity", "(string) -> bool", IsQuantity, "isQuantity('500m')", kTraverse<0>},
    {"sign", "(kubernetes.Quantity) -> int", Sign, "sign(quantity('-1')) == -1"},
    {"isInteger", "kubernetes.Quantity.() -> bool", IsInteger, "quantity('1Ki').isInteger()"},
    {"asInteger", "kubernetes.Quantity.() -> int", AsInteger, "quantity('1Ki').asInteger() == 1024"},
    {"asApproximateFloat", "kubernetes.Quantity.() -> double", AsFloat,
     "quantity('500m').asApproximateFloat() == 0.5"},
    {"isGreaterThan", "kubernetes.Quantity.(kubernetes.Quantity) -> bool", IsGreater,
     "quantity('2').isGreaterThan(quantity('1'))"},
    {"isLessThan", "kubernetes.Quantity.(kubernetes.Quantity) -> bool", IsLess,
     "quantity('1').isLessThan(quantity('2'))"},
    {"compareTo", "kubernetes.Quantity.(kubernetes.Quantity) -> int", CompareTo,
     "quantity('1').compareTo(quantity('1000m')) == 0"},
    {"add", "kubernetes.Quantity.(kubernetes.Quantity) -> kubernetes.Quantity", Combine<true>,
     "quantity('1').add(quantity('1')) == quantity('2')"},
    {"add", "kubernetes.Quantity.(int) -> kubernetes.Quantity", Combine<true>,
     "quantity('1').add(1) == quantity('2')"},
    {"sub", "kubernetes.Quantity.(kubernetes.Quantity) -> kubernetes.Quantity", Combine<false>,
     "quantity('2').sub(quantity('1')) == quantity('1')"},
    {"sub", "kubernetes.Quantity.(int) -> kubernetes.Quantity", Combine<false>,
     "quantity('2').sub(1) == quantity('1')"},
};
constexpr TypeRow kTypes[] = {{"kubernetes.Quantity", &kQuantityType}};

}  // namespace

const Library& Quantities() {
  static const Library library{"kubernetes quantity", kFunctions, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib
