// Kubernetes' resource.Quantity: exact decimal amounts with suffixes ("1500m", "1Gi", "12e6").
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/wide_integer.h"

namespace ephor {

// An exact decimal number with the notation it was written in. Resolution is 1e-9; smaller amounts round away
// from zero. Comparison is by value, whatever the notation. (k8s.io/apimachinery, pkg/api/resource)
//
// Trivially copyable; nothing but the texts allocates. Unlike the reference, which computes with integers of
// any length, a quantity has at most 57 significant digits and is less than 1e1000001: a text beyond that is
// none.
class Quantity {
 public:
  enum class Format : std::uint8_t { kDecimalSI, kBinarySI, kDecimalExponent };

  Quantity() = default;  // zero
  static Result<Quantity> Parse(std::string_view text);
  // Without the error's text: what asks "is this a quantity?" on a hot path. Leaves the quantity untouched
  // where it fails.
  static bool TryParse(std::string_view text, Quantity& quantity);
  static Quantity FromInt(std::int64_t value, Format format = Format::kDecimalSI);

  Format format() const { return format_; }
  int sign() const { return mantissa_.is_zero() ? 0 : negative_ ? -1 : 1; }
  // Quantity.AsApproximateFloat64: mantissa times power of ten in double arithmetic, which may miss the
  // nearest double by a bit or two.
  double ToDouble() const;
  bool IsInteger() const;
  // The integer value, rounded away from zero, as Quantity.Value() does; saturates at int64's ends.
  std::int64_t ToIntRoundedUp() const;

  std::strong_ordering operator<=>(const Quantity& other) const;
  bool operator==(const Quantity& other) const { return (*this <=> other) == 0; }

  // Sums and products are exact while they have no more than 76 digits, and lose their lowest digits beyond.
  // They take this quantity's format; a sum with a zero on the left takes the other's.
  Quantity Add(const Quantity& other) const;
  Quantity Subtract(const Quantity& other) const;
  Quantity Multiply(const Quantity& factor) const;
  // The quotient, truncated at the larger of both scales. Fails on a zero divisor and on a quotient of more
  // than 76 digits.
  Result<Quantity> Divide(const Quantity& divisor) const;
  // The remainder of two integers, with the sign of this one. Fails on a zero divisor and on fractions.
  Result<Quantity> Modulo(const Quantity& divisor) const;

  // The text it was parsed from where that was canonical enough for the reference to keep ("1.", "1500m"),
  // else the canonical one: the largest suffix that leaves an integer mantissa, an exponent where no suffix
  // fits.
  std::string ToString() const;

 private:
  friend struct QuantityReader;
  static constexpr std::size_t kMaxKeptText = 25;

  Quantity Negated() const;

  WideInteger mantissa_;  // the value is mantissa_ / 10^scale_
  std::int32_t scale_ = 0;
  bool negative_ = false;
  Format format_ = Format::kDecimalSI;
  std::uint8_t text_size_ = 0;  // 0: nothing kept
  char text_[kMaxKeptText] = {};
};

}  // namespace ephor
