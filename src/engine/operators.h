// The operators of conditions: preconditions, deny rules, exceptions and cleanup policies share them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"

namespace ephor::engine {

enum class Operator : std::uint8_t {
  kEquals,
  kNotEquals,
  kIn,     // deprecated
  kNotIn,  // deprecated
  kAnyIn,
  kAllIn,
  kAnyNotIn,
  kAllNotIn,
  kGreaterThan,
  kGreaterThanOrEquals,
  kLessThan,
  kLessThanOrEquals,
  kDurationGreaterThan,  // deprecated, as the next three
  kDurationGreaterThanOrEquals,
  kDurationLessThan,
  kDurationLessThanOrEquals,
  kNever,  // an ordering written in the wrong case: the reference finds the operator, and then it is never
           // true
};

// By name, in any case of the letters; "Equal" and "NotEqual" are deprecated synonyms. Nothing where there is
// no such operator.
std::optional<Operator> ParseOperator(std::string_view name);

// Whether a policy may write the operator so. Its letters' case counts.
bool IsOperatorName(std::string_view name);
// All names that a policy may write, sorted.
std::span<const std::string_view> OperatorNames();

// One side of a condition. A view of a value, with or without all that an operator can read in it prepared.
class ConditionOperand {
 public:
  struct Facts;

  // Read when it is asked for: for values that are known only in a request. The value must outlive the
  // operand.
  explicit ConditionOperand(const json::Value& value) : value_(value) {}
  // Parsed now: for what a policy spells out. The value and the arena must outlive the operand.
  static ConditionOperand Prepare(const json::Value& value, Arena& arena);

  const json::Value& value() const { return value_; }
  const Facts* facts() const { return facts_; }  // null where nothing is prepared

 private:
  json::Value value_;
  const Facts* facts_ = nullptr;
};

// Whether "key operator value" holds. There are no errors: what cannot be compared is false, for the negative
// operators mostly, too. What it allocates is in the arena; between prepared operands and plain texts or
// numbers it does not.
bool EvaluateOperator(Operator op, const ConditionOperand& key, const ConditionOperand& value, Arena& arena);

}  // namespace ephor::engine
