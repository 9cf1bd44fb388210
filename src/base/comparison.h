// The comparisons that patterns, conditions, version ranges and thresholds know.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ephor {

enum class Comparison : std::uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// Of what has no order (NaN), only kNotEqual holds.
constexpr bool Holds(std::partial_ordering order, Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return order == 0;
    case Comparison::kNotEqual:
      return order != 0;
    case Comparison::kLess:
      return order < 0;
    case Comparison::kLessOrEqual:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kGreaterOrEqual:
      return order >= 0;
  }
  return false;
}

// Takes one of == != <= >= < > from the front of a text.
constexpr std::optional<Comparison> TakeComparison(std::string_view& text) {
  constexpr struct {
    std::string_view sign;
    Comparison comparison;
  } kSigns[] = {{"==", Comparison::kEqual},       {"!=", Comparison::kNotEqual},
                {"<=", Comparison::kLessOrEqual}, {">=", Comparison::kGreaterOrEqual},
                {"<", Comparison::kLess},         {">", Comparison::kGreater}};
  for (const auto& each : kSigns) {
    if (!text.starts_with(each.sign)) continue;
    text.remove_prefix(each.sign.size());
    return each.comparison;
  }
  return std::nullopt;
}

}  // namespace ephor
