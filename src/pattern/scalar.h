// Scalar patterns: what a leaf of a pattern says of a value (">= 10", "1Gi-4Gi", "!*:latest", "a|b", true,
// null).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/comparison.h"
#include "base/duration.h"
#include "base/quantity.h"
#include "json/value.h"
#include "pattern/scalar_text.h"
#include "pattern/wildcard.h"

namespace ephor::pattern {

// The text behind an operator, with all it can be compared as. A view: the text must outlive it.
//
// A value is compared as a duration where both are durations, else as a quantity where both are quantities,
// else as text, where only "equal" (the operand is a wildcard) and "not equal" exist. A missing value and
// null count as 0 in the first two and are neither equal nor unequal to a text: so "<5" accepts an absent
// field and "!foo" refuses it.
class Operand {
 public:
  Operand() = default;
  explicit Operand(std::string_view text);

  // Does not allocate.
  bool Compare(const json::Value& value, Comparison comparison) const;

 private:
  bool CompareAsText(const json::Value& value, bool want_match) const;

  Wildcard wildcard_;
  Quantity quantity_;
  Duration duration_;
  bool is_quantity_ = false;
  bool is_duration_ = false;
};

// "a-b" or, with the middle written "!-", all outside of it. The ends are numbers with an optional unit.
struct Range {
  Operand low, high;
  bool outside = false;

  // Nothing where the text is not a range ("2020-01-01" is not). A view into the text.
  static std::optional<Range> Parse(std::string_view text);

  bool Contains(const json::Value& value) const {
    return low.Compare(value, Comparison::kGreaterOrEqual) && high.Compare(value, Comparison::kLessOrEqual);
  }
  // Not the negation: a value that cannot be compared with the ends is neither in the range nor outside.
  bool Excludes(const json::Value& value) const {
    return low.Compare(value, Comparison::kLess) || high.Compare(value, Comparison::kGreater);
  }
};

// A compiled leaf. Trivially destructible and freely copied; it views the pattern's text and the arena it was
// compiled in, which must outlive it. Matches may be called from any thread and does not allocate.
class ScalarPattern {
 public:
  ScalarPattern() = default;  // the pattern null

  // Every value compiles: an object asks only for an object, an array matches nothing.
  static ScalarPattern Compile(const json::Value& pattern, Arena& arena);

  bool Matches(const json::Value& value) const;

 private:
  // One comparison of a text pattern. "a & b | c" is kept flat, as a list of terms: each alternative is a run
  // of terms that must all hold, of which the last is marked.
  struct Term {
    enum class Kind : std::uint8_t { kCompare, kInside, kOutside };
    Operand operand;       // or the lower end of the range
    const Operand* upper;  // the upper end of a range, else null
    Comparison comparison;
    Kind kind;
    bool ends_alternative;
  };

  static Term CompileTerm(std::string_view text, Arena& arena);
  bool MatchesText(const json::Value& value) const;

  json::Value pattern_;
  std::span<const Term> terms_;  // of a string
};

}  // namespace ephor::pattern
