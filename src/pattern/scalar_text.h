// How the text of a scalar pattern is taken apart: alternatives, terms, operators, ranges.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/comparison.h"

namespace ephor::pattern {

// The operator that a term begins with, and its length: 0 where there is none, which means "equal".
struct LeadingOperator {
  Comparison comparison;
  std::size_t length;
};
LeadingOperator OperatorOf(std::string_view term);

// "a-b" or "a!-b" as the texts of its ends. Views into the text.
struct RangeText {
  std::string_view low, high;
  bool outside = false;
};
// Nothing where the text is not a range.
std::optional<RangeText> SplitRange(std::string_view text);

// Takes the part before the separator off the front of the text, without the spaces (only spaces) around it.
std::string_view TakePart(std::string_view& text, char separator);
std::size_t CountParts(std::string_view text, char separator);

}  // namespace ephor::pattern
