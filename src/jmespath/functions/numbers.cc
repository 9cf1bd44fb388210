#include <cmath>

#include "jmespath/functions/families.h"

namespace ephor::jmespath::functions {

Result<Value> Abs(Invocation& in) {
  return Value::Number(std::fabs(in[0].as_double()));
}

// The average of nothing is not a number, as in the reference.
Result<Value> Avg(Invocation& in) {
  double sum = 0;
  for (const Value& item : in[0].items()) sum += item.as_double();
  return Value::Number(sum / in[0].size());
}

Result<Value> Ceil(Invocation& in) {
  return in[0].is_int() ? in[0] : Value::Number(std::ceil(in[0].as_double()));
}

Result<Value> Floor(Invocation& in) {
  return in[0].is_int() ? in[0] : Value::Number(std::floor(in[0].as_double()));
}

Result<Value> Round(Invocation& in) {
  const double digits = in[1].as_double();
  if (std::trunc(digits) != digits || std::fabs(digits) >= 0x1p63) {
    return in.Fail("Non-integer argument(s) passed for round off");
  }
  // The reference forgets the arguments of its format.
  if (digits < 0) return in.Fail("%!d(MISSING) argument is out of bounds (%!d(MISSING))");
  const double shift = std::pow(10.0, digits);
  return Value::Number(std::round(in[0].as_double() * shift) / shift);
}

}  // namespace ephor::jmespath::functions
