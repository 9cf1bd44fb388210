// Unsigned integers of 256 bits (77 decimal digits): what exact decimal arithmetic needs beyond 64 bits.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>

namespace ephor {

// A plain value. Operations that can overflow say so; none allocates.
class WideInteger {
 public:
  constexpr WideInteger() = default;
  constexpr WideInteger(std::uint64_t value) : limbs_{value, 0, 0, 0} {}

  constexpr bool is_zero() const { return (limbs_[0] | limbs_[1] | limbs_[2] | limbs_[3]) == 0; }
  constexpr std::uint64_t low() const { return limbs_[0]; }

  // this = this * factor + addend. On overflow returns false and leaves the value as it was.
  constexpr bool MultiplyAdd(std::uint64_t factor, std::uint64_t addend = 0) {
    WideInteger result;
    Uint128 carry = addend;
    for (int i = 0; i < kLimbs; ++i) {
      carry += Uint128{limbs_[i]} * factor;
      result.limbs_[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    if (carry != 0) return false;
    *this = result;
    return true;
  }

  // The remainder of the division by a small number, which replaces this value by its quotient. Requires
  // divisor != 0.
  constexpr std::uint64_t DivideBy(std::uint64_t divisor) {
    Uint128 rest = 0;
    for (int i = kLimbs; i-- > 0;) {
      rest = rest << 64 | limbs_[i];
      limbs_[i] = static_cast<std::uint64_t>(rest / divisor);
      rest %= divisor;
    }
    return static_cast<std::uint64_t>(rest);
  }

  // False on overflow.
  static constexpr bool Add(const WideInteger& a, const WideInteger& b, WideInteger& sum) {
    Uint128 carry = 0;
    for (int i = 0; i < kLimbs; ++i) {
      carry += Uint128{a.limbs_[i]} + b.limbs_[i];
      sum.limbs_[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    return carry == 0;
  }

  // Requires a >= b.
  static constexpr WideInteger Subtract(const WideInteger& a, const WideInteger& b) {
    WideInteger difference;
    std::uint64_t borrow = 0;
    for (int i = 0; i < kLimbs; ++i) {
      const Uint128 part = Uint128{a.limbs_[i]} - b.limbs_[i] - borrow;
      difference.limbs_[i] = static_cast<std::uint64_t>(part);
      borrow = (part >> 64) != 0 ? 1 : 0;
    }
    return difference;
  }

  // False on overflow.
  static constexpr bool Multiply(const WideInteger& a, const WideInteger& b, WideInteger& product) {
    WideInteger result;
    for (int i = 0; i < kLimbs; ++i) {
      Uint128 carry = 0;
      for (int j = 0; j < kLimbs; ++j) {
        if (i + j >= kLimbs) {
          if (carry != 0 || (a.limbs_[i] != 0 && b.limbs_[j] != 0)) return false;
          continue;
        }
        carry += Uint128{a.limbs_[i]} * b.limbs_[j] + result.limbs_[i + j];
        result.limbs_[i + j] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
      }
      if (carry != 0) return false;
    }
    product = result;
    return true;
  }

  // Long division, bit by bit. Requires divisor != 0.
  static constexpr WideInteger Divide(const WideInteger& dividend, const WideInteger& divisor,
                                      WideInteger& remainder) {
    WideInteger quotient;
    remainder = WideInteger();
    for (int bit = kLimbs * 64; bit-- > 0;) {
      const bool lost = (remainder.limbs_[kLimbs - 1] >> 63) != 0;
      remainder.ShiftLeftByOne((dividend.limbs_[bit / 64] >> (bit % 64)) & 1);
      if (lost || remainder >= divisor) {
        remainder = Subtract(remainder, divisor);
        quotient.limbs_[bit / 64] |= std::uint64_t{1} << (bit % 64);
      }
    }
    return quotient;
  }

  // The nearest double.
  double ToDouble() const;

  constexpr bool operator==(const WideInteger&) const = default;
  constexpr std::strong_ordering operator<=>(const WideInteger& other) const {
    for (int i = kLimbs; i-- > 0;) {
      if (limbs_[i] != other.limbs_[i]) return limbs_[i] <=> other.limbs_[i];
    }
    return std::strong_ordering::equal;
  }

 private:
  static constexpr int kLimbs = 4;
  __extension__ using Uint128 = unsigned __int128;

  constexpr void ShiftLeftByOne(std::uint64_t low_bit) {
    for (int i = kLimbs; i-- > 1;) limbs_[i] = limbs_[i] << 1 | limbs_[i - 1] >> 63;
    limbs_[0] = limbs_[0] << 1 | low_bit;
  }

  std::uint64_t limbs_[kLimbs] = {0, 0, 0, 0};  // the lowest first
};

inline double WideInteger::ToDouble() const {
  int top = kLimbs - 1;
  while (top > 0 && limbs_[top] == 0) --top;
  if (top == 0) return static_cast<double>(limbs_[0]);
  // The highest 64 bits, the last of which also stands for all bits below: then rounding them rounds the
  // whole.
  const int shift = std::countl_zero(limbs_[top]);
  std::uint64_t high = limbs_[top] << shift;
  std::uint64_t below = limbs_[top - 1];
  if (shift > 0) {
    high |= limbs_[top - 1] >> (64 - shift);
    below <<= shift;
  }
  bool sticky = below != 0;
  for (int i = 0; i < top - 1; ++i) sticky = sticky || limbs_[i] != 0;
  double value = static_cast<double>(high | (sticky ? 1 : 0));
  for (int i = 0; i < top * 64 - shift; ++i) value *= 2;
  return value;
}

}  // namespace ephor
