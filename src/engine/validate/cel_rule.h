// `validate.cel` with the rule's celPreconditions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/cel/expressions.h"
#include "engine/message.h"
#include "engine/run.h"
#include "policy/types.h"

namespace ephor::engine {

// CEL conditions that must all hold. Immutable.
class MatchConditions {
 public:
  explicit MatchConditions(std::span<const policy::MatchCondition> conditions);

  bool empty() const { return conditions_.empty(); }
  // False where one is false, also where others fail; else the errors of those that fail.
  Result<bool> Hold(const CelInput& input, const ports::World& world, Arena& arena) const;

 private:
  CelScope scope_;
  std::vector<CelExpression> conditions_;
};

// Immutable, safe from any thread; the policy must outlive it. An expression that cannot be evaluated refuses
// the object, as in a ValidatingAdmissionPolicy that fails closed.
class CelRule {
 public:
  // The message is that of expressions that have none.
  CelRule(const policy::Cel& source, std::span<const policy::MatchCondition> preconditions,
          std::string_view rule_name, std::string_view message);

  Outcome Evaluate(const Run& run) const;

 private:
  struct Validation {
    CelExpression expression;
    std::optional<CelExpression> message_expression;
    std::string_view message;
  };

  std::string_view FailureText(const Validation& validation, CelActivation& activation, Arena& arena) const;

  MatchConditions preconditions_;
  CelScope scope_;
  std::vector<Validation> validations_;
  std::string passed_;
  std::string unavailable_;  // why it cannot be evaluated
};

}  // namespace ephor::engine
