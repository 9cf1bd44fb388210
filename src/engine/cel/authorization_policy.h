// ValidatingPolicies that judge requests of external authorizers (evaluation mode HTTP or Envoy).
#pragma once

#include <memory>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "engine/cel/expressions.h"
#include "engine/policy_identity.h"
#include "engine/response.h"
#include "policy/cel_policy_types.h"
#include "ports/world.h"

namespace ephor::engine {

// Immutable, safe from any thread.
class CompiledAuthorizationPolicy : public PolicyIdentity {
 public:
  // Whether a policy is one of these.
  static bool IsOne(const policy::ValidatingPolicy& policy);

  // Fails with kInvalidPolicy and the reference's text of what is wrong.
  static Result<std::shared_ptr<const CompiledAuthorizationPolicy>> Compile(
      std::shared_ptr<const policy::ValidatingPolicy> source);

  const policy::ValidatingPolicy& source() const { return *source_; }
  bool is_for_envoy() const { return source_->evaluation.mode == "Envoy"; }

  std::string_view report_source() const override { return "KyvernoValidatingPolicy"; }
  bool in_background() const override { return true; }
  bool in_admission() const override { return true; }
  bool Enforces(std::string_view, const json::Value&) const override { return true; }

  // One result: the first answer that a validation gives, or a skip where none does. `payload` is the JSON of
  // a request as the mode has it; fails where it is none.
  Result<PolicyResponse> Judge(const json::Value& payload, const ports::World& world, Arena& arena,
                               Observer* observer = nullptr) const;

 private:
  explicit CompiledAuthorizationPolicy(std::shared_ptr<const policy::ValidatingPolicy> source);
  Result<void> CompileSpec();
  RuleResponse Decide(CelActivation& activation) const;

  std::shared_ptr<const policy::ValidatingPolicy> source_;
  CelScope scope_;
  std::vector<CelExpression> conditions_;
  std::vector<CelExpression> validations_;
};

}  // namespace ephor::engine
