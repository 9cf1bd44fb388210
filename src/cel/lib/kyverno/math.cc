// Rounding to a number of decimals.
#include <cmath>

#include "cel/eval/context.h"
#include "cel/lib/kyverno/kyverno.h"

namespace ephor::cel::lib::kyverno {
namespace {

// Half away from zero.
Value Round(Call&, std::span<const Value> args) {
  const double ratio = std::pow(10, static_cast<double>(args[1].as_int()));
  return Value::Double(std::round(args[0].as_double() * ratio) / ratio);
}

constexpr FunctionRow kFunctions[] = {
    {"math.round", "(double, int) -> double", Round, "math.round(1.25, 1) == 1.3"},
};

}  // namespace

const Library& Math() {
  static const Library library{"kyverno math", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
