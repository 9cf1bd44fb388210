// What lies between two numbers: the size of a value or the cost of an evaluation that is not yet known.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace ephor::cel {

// Both ends are included. Sums and products end at kUnbounded, which stays what it is.
struct Range {
  static constexpr std::uint64_t kUnbounded = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t min = 0;
  std::uint64_t max = kUnbounded;

  static constexpr Range Exactly(std::uint64_t value) { return {value, value}; }

  bool operator==(const Range&) const = default;
};

constexpr std::uint64_t BoundedSum(std::uint64_t a, std::uint64_t b) {
  return a > Range::kUnbounded - b ? Range::kUnbounded : a + b;
}
constexpr std::uint64_t BoundedProduct(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > Range::kUnbounded / b ? Range::kUnbounded : a * b;
}
// Rounded up, computed as the reference does: in floating point.
inline std::uint64_t BoundedScale(std::uint64_t value, double factor) {
  const double scaled = std::ceil(static_cast<double>(value) * factor);
  if (value == Range::kUnbounded || scaled >= 0x1p64) return factor == 0 ? 0 : Range::kUnbounded;
  return static_cast<std::uint64_t>(scaled);
}

constexpr Range operator+(Range a, Range b) {
  return {BoundedSum(a.min, b.min), BoundedSum(a.max, b.max)};
}
constexpr Range operator*(Range a, Range b) {
  return {BoundedProduct(a.min, b.min), BoundedProduct(a.max, b.max)};
}
inline Range operator*(Range a, double factor) {
  return {BoundedScale(a.min, factor), BoundedScale(a.max, factor)};
}
// The smallest range that holds both.
constexpr Range Hull(Range a, Range b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max)};
}

}  // namespace ephor::cel
