// Kubernetes' resource.Quantity: exact decimal amounts with suffixes ("1500m", "1Gi", "12e6").
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor {

// An exact decimal number with the notation it was written in. Resolution is 1e-9; smaller amounts round away
// from zero. Comparison is by value, whatever the notation. (spec: k8s.io/apimachinery, pkg/api/resource)
class Quantity {
 public:
  enum class Format : std::uint8_t { kDecimalSI, kBinarySI, kDecimalExponent };

  Quantity() = default;  // zero
  static Result<Quantity> Parse(std::string_view text);
  // Without the error's text: what asks "is this a quantity?" on a hot path. Does not allocate.
  static bool TryParse(std::string_view text, Quantity& quantity);
  static Quantity FromInt(std::int64_t value, Format format = Format::kDecimalSI);

  Format format() const { return format_; }
  int sign() const;         // -1, 0, 1
  double ToDouble() const;  // the nearest double
  bool IsInteger() const;
  // The integer value, rounded up, as Quantity.Value() does; saturates at int64's ends.
  std::int64_t ToIntRoundedUp() const;

  std::strong_ordering operator<=>(const Quantity& other) const;
  bool operator==(const Quantity& other) const;

  Quantity Add(const Quantity& other) const;        // in this quantity's format
  Quantity Subtract(const Quantity& other) const;   // in this quantity's format
  Quantity Multiply(const Quantity& factor) const;  // exact product, in this quantity's format
  // The quotient truncated at the larger of both scales. Fails on a zero divisor.
  Result<Quantity> Divide(const Quantity& divisor) const;
  // The remainder of two integers, with the sign of this one. Fails on zero and on fractions.
  Result<Quantity> Modulo(const Quantity& divisor) const;

  // The canonical text: the largest suffix that leaves an integer mantissa.
  std::string ToString() const;

 private:
  // The fields are the implementer's; they must keep the class trivially copyable.
  Format format_ = Format::kDecimalSI;
};

}  // namespace ephor
