// `validate.cel` with the rule's celPreconditions.
#pragma once

#include <optional>
#include <string>

#include "engine/cel/expressions.h"
#include "engine/cel/native_validations.h"
#include "engine/cel/params.h"
#include "engine/message.h"
#include "engine/run.h"
#include "policy/types.h"

namespace ephor::engine {

// Immutable, safe from any thread; the policy must outlive it. An expression that cannot be evaluated refuses
// the object, as in a ValidatingAdmissionPolicy that fails closed.
class CelRule {
 public:
  // The message is that of expressions that have none.
  CelRule(const policy::Cel& source, std::span<const policy::MatchCondition> preconditions,
          std::string_view rule_name, std::string_view message);

  Outcome Evaluate(const Run& run) const;

 private:
  // With one object as parameters, or with null.
  Outcome Evaluate(const json::Value& params, const Run& run) const;

  NativeConditions preconditions_;
  CelScope scope_;
  NativeValidations validations_;
  std::string passed_;
  std::optional<ParamQuery> params_;
};

}  // namespace ephor::engine
