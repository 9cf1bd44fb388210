// matchConditions, validations and auditAnnotations as Kubernetes evaluates them: in its own policies and in
// validate.cel.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/cel/expressions.h"
#include "engine/response.h"
#include "policy/types.h"

namespace ephor::engine {

// Conditions that must all hold. Immutable, safe from any thread; the policy must outlive it.
class NativeConditions {
 public:
  NativeConditions(std::span<const policy::MatchCondition> conditions, CelScope scope);

  bool empty() const { return conditions_.empty(); }
  // False where one is false, also where others fail; else the errors of those that fail: one as it is,
  // several in brackets.
  Result<bool> Hold(const CelInput& input, const ports::World& world, Arena& arena) const;

 private:
  CelScope scope_;
  std::vector<CelExpression> conditions_;
};

// Expressions that must all give true. Immutable, safe from any thread; the policy must outlive it.
class NativeValidations {
 public:
  struct Verdict {
    RuleStatus status;         // pass, fail or error
    std::string_view message;  // of one that does not pass; in the arena or the policy
    std::string_view reason;   // of a failure: "Forbidden", ...; "" is Invalid
    std::size_t index = 0;     // of the validation
  };

  NativeValidations() = default;
  // `message` is that of expressions that have none.
  NativeValidations(std::span<const policy::CelExpression> source, const std::shared_ptr<const cel::Env>& env,
                    std::string_view message);

  // The first that does not pass.
  Verdict Evaluate(CelActivation& activation) const;
  // All that do not pass, in order; in the arena.
  std::span<const Verdict> Failures(CelActivation& activation) const;

 private:
  struct Validation {
    CelExpression expression;
    std::optional<CelExpression> message_expression;
    std::string_view message;
    std::string_view reason;
  };

  Verdict VerdictOf(std::size_t index, CelActivation& activation) const;
  static std::string_view FailureText(const Validation& validation, CelActivation& activation);

  std::vector<Validation> validations_;
};

// What is to be written into the audit log. Immutable, safe from any thread; the policy must outlive it.
class NativeAnnotations {
 public:
  struct Annotation {
    std::string_view key, value;
    std::string_view error;  // why there is no value; "" where there is one
  };

  NativeAnnotations() = default;
  NativeAnnotations(std::span<const policy::CelAuditAnnotation> source,
                    const std::shared_ptr<const cel::Env>& env);

  // Those that give a text that is not blank, and those that fail, in order; in the arena.
  std::span<const Annotation> Evaluate(CelActivation& activation) const;

 private:
  struct Entry {
    std::string_view key;
    CelExpression expression;
  };

  std::vector<Entry> entries_;
};

}  // namespace ephor::engine
