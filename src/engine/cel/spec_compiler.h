// Compiles the expressions of a policies.kyverno.io spec and keeps what is wrong with them, in the words in
// which the reference refuses the policy.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cel/plan/program.h"
#include "engine/cel/expressions.h"
#include "policy/cel_policy_types.h"

namespace ephor::engine {

struct AuditAnnotation {
  std::string_view key;
  CelExpression value;
};

// What is wrong with a spec, each in the words of a field's error.
using SpecErrors = std::vector<std::string>;

// Used for one policy, section by section; a section that fails ends the policy. Methods that return false
// have kept at least one error.
class SpecCompiler {
 public:
  // `compiler` is what the errors begin with: "validating policy compiler 1.0"; "" for none.
  explicit SpecCompiler(std::string_view compiler);

  // Keeps an error of the policy that is none of an expression.
  void Refuse(std::string error) { errors_.push_back(std::move(error)); }

  // An error that another part has found, worded as a field's.
  void Complain(std::string error) { errors_.push_back(std::move(error)); }

  // One expression at a path: "spec.validations[0].expression". The text and the name must outlive it.
  std::optional<CelExpression> Compile(const std::string& path, std::string_view text,
                                       const std::shared_ptr<const cel::Env>& env, CelOutput output,
                                       std::string_view name = {});
  // A list of conditions at a path: "spec.matchConditions". All that is wrong is kept.
  bool Conditions(const std::string& path, std::span<const policy::MatchCondition> source,
                  const std::shared_ptr<const cel::Env>& env, std::vector<CelExpression>& programs);
  // spec.variables into the scope. All that is wrong is kept.
  bool Variables(std::span<const policy::CelVariable> source, CelScope& scope);
  // spec.auditAnnotations. All that is wrong is kept.
  bool AuditAnnotations(std::span<const policy::CelAuditAnnotation> source,
                        const std::shared_ptr<const cel::Env>& env,
                        std::vector<AuditAnnotation>& annotations);

  // "[<nil>: Internal error: validating policy compiler ..., spec.validations[0].expression: Invalid value:
  // ...]", of kind kInvalidPolicy. The same one by one is added to `errors`, where it is given.
  Error Failure(SpecErrors* errors = nullptr) const;

 private:
  SpecErrors errors_;
};

}  // namespace ephor::engine
