#include <cmath>
#include <limits>
#include <string>

#include "base/duration.h"
#include "base/number.h"
#include "base/quantity.h"
#include "jmespath/functions/families.h"

namespace ephor::jmespath::functions {
namespace {

// Strings are quantities first: "30m" is 0.03, not half an hour.
struct Operand {
  enum class Kind { kScalar, kQuantity, kDuration } kind = Kind::kScalar;
  double scalar = 0;
  Quantity quantity;
  Duration duration;
};

bool ReadOperand(const Value& value, Operand& operand) {
  if (value.is_number()) {
    operand.scalar = value.as_double();
    return true;
  }
  if (!value.is_string()) return false;
  if (Quantity::TryParse(value.as_string(), operand.quantity)) {
    operand.kind = Operand::Kind::kQuantity;
    return true;
  }
  operand.kind = Operand::Kind::kDuration;
  return Duration::TryParse(value.as_string(), operand.duration);
}

// Both kinds as one number, for switches.
constexpr int Pair(Operand::Kind a, Operand::Kind b) {
  return static_cast<int>(a) * 3 + static_cast<int>(b);
}
constexpr auto kS = Operand::Kind::kScalar;
constexpr auto kQ = Operand::Kind::kQuantity;
constexpr auto kD = Operand::Kind::kDuration;

struct Operands {
  Operand left, right;
  int kinds() const { return Pair(left.kind, right.kind); }
};

Result<Operands> ReadOperands(Invocation& in) {
  Operands operands;
  if (!ReadOperand(in[0], operands.left) || !ReadOperand(in[1], operands.right)) {
    return in.Fail("invalid operand");
  }
  return operands;
}

std::unexpected<Error> TypesMismatch(Invocation& in) {
  return in.Fail("Types mismatch");
}
std::unexpected<Error> ZeroDivisor(Invocation& in) {
  return in.Fail("Zero divisor passed");
}
std::unexpected<Error> NonInteger(Invocation& in) {
  return in.Fail("Non-integer argument(s) passed for modulo");
}

Result<Value> Scalar(double number) {
  return Value::Number(number);
}
Result<Value> Text(Invocation& in, const Quantity& quantity) {
  return in.Text(quantity.ToString());
}
Result<Value> Text(Invocation& in, Duration duration) {
  return in.Text(duration.ToString());
}

// Seconds to whole nanoseconds, saturated at the ends of the type.
Duration FromSeconds(double seconds) {
  const double nanoseconds = seconds * 1e9;
  if (std::isnan(nanoseconds)) return {};
  if (nanoseconds >= 0x1p63) return {std::numeric_limits<std::int64_t>::max()};
  if (nanoseconds < -0x1p63) return {std::numeric_limits<std::int64_t>::min()};
  return {static_cast<std::int64_t>(nanoseconds)};
}

// Durations wrap around in Go.
Duration Wrapped(std::uint64_t nanoseconds) {
  return {static_cast<std::int64_t>(nanoseconds)};
}

// The scalar as the text that Go prints, read as a quantity.
Result<Quantity> ScalarQuantity(double scalar) {
  auto quantity = Quantity::Parse(GoFloat(scalar));
  if (!quantity) return EvaluationError(quantity.error().message());
  return *std::move(quantity);
}

Result<Value> MultiplyQuantity(Invocation& in, const Quantity& quantity, double factor) {
  EPHOR_ASSIGN(const Quantity scalar, ScalarQuantity(factor));
  return Text(in, quantity.Multiply(scalar));
}

Result<Value> AddOperands(Invocation& in, const Operands& operands) {
  const auto& [left, right] = operands;
  switch (operands.kinds()) {
    case Pair(kQ, kQ):
      return Text(in, left.quantity.Add(right.quantity));
    case Pair(kD, kD):
      return Text(in, Wrapped(static_cast<std::uint64_t>(left.duration.nanoseconds) +
                              static_cast<std::uint64_t>(right.duration.nanoseconds)));
    case Pair(kS, kS):
      return Scalar(left.scalar + right.scalar);
    default:
      return TypesMismatch(in);
  }
}

bool IsInt64(double number) {
  return number >= -0x1p63 && number < 0x1p63 && std::trunc(number) == number;
}

}  // namespace

Result<Value> Add(Invocation& in) {
  EPHOR_ASSIGN(const Operands operands, ReadOperands(in));
  return AddOperands(in, operands);
}

Result<Value> Subtract(Invocation& in) {
  EPHOR_ASSIGN(const Operands operands, ReadOperands(in));
  const auto& [left, right] = operands;
  switch (operands.kinds()) {
    case Pair(kQ, kQ):
      return Text(in, left.quantity.Subtract(right.quantity));
    case Pair(kD, kD):
      return Text(in, Wrapped(static_cast<std::uint64_t>(left.duration.nanoseconds) -
                              static_cast<std::uint64_t>(right.duration.nanoseconds)));
    case Pair(kS, kS):
      return Scalar(left.scalar - right.scalar);
    default:
      return TypesMismatch(in);
  }
}

Result<Value> Multiply(Invocation& in) {
  EPHOR_ASSIGN(const Operands operands, ReadOperands(in));
  const auto& [left, right] = operands;
  switch (operands.kinds()) {
    case Pair(kQ, kS):
      return MultiplyQuantity(in, left.quantity, right.scalar);
    case Pair(kS, kQ):
      return MultiplyQuantity(in, right.quantity, left.scalar);
    case Pair(kD, kS):
      return Text(in, FromSeconds(left.duration.seconds() * right.scalar));
    case Pair(kS, kD):
      return Text(in, FromSeconds(right.duration.seconds() * left.scalar));
    case Pair(kS, kS):
      return Scalar(left.scalar * right.scalar);
    default:
      return TypesMismatch(in);
  }
}

Result<Value> Divide(Invocation& in) {
  EPHOR_ASSIGN(const Operands operands, ReadOperands(in));
  const auto& [left, right] = operands;
  switch (operands.kinds()) {
    case Pair(kQ, kQ):
      if (right.quantity.sign() == 0) return ZeroDivisor(in);
      return Scalar(left.quantity.ToDouble() / right.quantity.ToDouble());
    case Pair(kQ, kS): {
      if (right.scalar == 0) return ZeroDivisor(in);
      EPHOR_ASSIGN(const Quantity divisor, ScalarQuantity(right.scalar));
      const Result<Quantity> quotient = left.quantity.Divide(divisor);
      if (!quotient) return ZeroDivisor(in);
      return Text(in, *quotient);
    }
    case Pair(kD, kD):
      if (right.duration.nanoseconds == 0) return ZeroDivisor(in);
      return Scalar(left.duration.seconds() / right.duration.seconds());
    case Pair(kD, kS):
      if (right.scalar == 0) return ZeroDivisor(in);
      return Text(in, FromSeconds(left.duration.seconds() / right.scalar));
    case Pair(kS, kS):
      if (right.scalar == 0) return ZeroDivisor(in);
      return Scalar(left.scalar / right.scalar);
    default:
      return TypesMismatch(in);
  }
}

Result<Value> Modulo(Invocation& in) {
  EPHOR_ASSIGN(const Operands operands, ReadOperands(in));
  const auto& [left, right] = operands;
  switch (operands.kinds()) {
    case Pair(kQ, kQ): {
      if (!left.quantity.IsInteger() || !right.quantity.IsInteger()) return NonInteger(in);
      if (right.quantity.sign() == 0) return ZeroDivisor(in);
      const Result<Quantity> remainder = left.quantity.Modulo(right.quantity);
      if (!remainder) return NonInteger(in);
      return Text(in, *remainder);
    }
    case Pair(kD, kD):
      if (right.duration.nanoseconds == 0) return ZeroDivisor(in);
      if (right.duration.nanoseconds == -1) return Text(in, Duration{});  // the least value has no quotient
      return Text(in, Duration{left.duration.nanoseconds % right.duration.nanoseconds});
    case Pair(kS, kS): {
      if (!IsInt64(left.scalar) || !IsInt64(right.scalar)) return NonInteger(in);
      if (right.scalar == 0) return ZeroDivisor(in);
      return Scalar(std::fmod(left.scalar, right.scalar) + 0.0);
    }
    default:
      return TypesMismatch(in);
  }
}

// From the first element on; a list of one is that one, whatever it is.
Result<Value> Sum(Invocation& in) {
  const std::span<const Value> items = in[0].items();
  if (items.empty()) return in.Fail("at least one element in the array is required");
  Value sum = items[0];
  for (const Value& item : items.subspan(1)) {
    if (!in.Charge(1 + item.size())) return in.OutOfBudget();
    Operands operands;
    if (!ReadOperand(sum, operands.left) || !ReadOperand(item, operands.right)) {
      return in.Fail("invalid operand");
    }
    EPHOR_ASSIGN(sum, AddOperands(in, operands));
  }
  return sum;
}

}  // namespace ephor::jmespath::functions
