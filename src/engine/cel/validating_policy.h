// ValidatingPolicy and NamespacedValidatingPolicy.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "engine/cel/exceptions.h"
#include "engine/cel/match_constraints.h"
#include "engine/cel/validations.h"
#include "engine/policy_identity.h"
#include "engine/request.h"
#include "engine/response.h"
#include "policy/cel_policy_types.h"
#include "ports/world.h"

namespace ephor::engine {

// Immutable, safe from any thread. The policies that were made of it for pod controllers are compiled with
// it; each is evaluated on its own and bears its name.
class CompiledValidatingPolicy : public PolicyIdentity {
 public:
  // Fails with kInvalidPolicy and the reference's list of what is wrong in the policy, its variants, or the
  // exceptions that name it.
  static Result<std::shared_ptr<const CompiledValidatingPolicy>> Compile(
      std::shared_ptr<const policy::ValidatingPolicy> source, CelExceptionList exceptions,
      SpecErrors* errors = nullptr);

  const policy::ValidatingPolicy& source() const { return *source_; }
  std::span<const std::shared_ptr<const CompiledValidatingPolicy>> variants() const { return variants_; }
  // Whether it judges any JSON, not requests of Kubernetes.
  bool is_json() const { return source_->evaluation.mode == "JSON"; }

  std::string_view report_source() const override { return "KyvernoValidatingPolicy"; }
  bool in_background() const override { return source_->evaluation.background.enabled.value_or(true); }
  bool in_admission() const override { return source_->evaluation.admission.enabled.value_or(true); }
  bool Enforces(std::string_view, const json::Value&) const override;

 private:
  friend PolicyResponse Validate(const CompiledValidatingPolicy&, const Request&, const ports::World&,
                                 Arena&);
  friend PolicyResponse ValidateJson(const CompiledValidatingPolicy&, const json::Value&, const ports::World&,
                                     Arena&, Observer*);

  explicit CompiledValidatingPolicy(std::shared_ptr<const policy::ValidatingPolicy> source);
  Result<void> CompileSpec(CelExceptionList exceptions, SpecErrors* errors);
  PolicyResponse Evaluate(const CelInput& input, const json::Value& resource, const ports::World& world,
                          Arena& arena) const;
  RuleResponse Judge(CelActivation& activation) const;

  std::shared_ptr<const policy::ValidatingPolicy> source_;
  std::optional<MatchConstraints> constraints_;  // without any, nothing matches
  CelScope scope_;
  std::vector<CelExpression> conditions_;
  CelValidations validations_;
  CelExceptions exceptions_;
  std::vector<std::shared_ptr<const CompiledValidatingPolicy>> variants_;
  bool reads_namespace_ = false;
};

// What one policy, without its variants, says of a request: no rule where it is not about it, else one.
// Allocates from the arena only, but for errors. Everything is in the arena or the policy.
PolicyResponse Validate(const CompiledValidatingPolicy& policy, const Request& request,
                        const ports::World& world, Arena& arena);
// The same for any JSON, as policies in JSON mode see it: there is no request, and all match.
PolicyResponse ValidateJson(const CompiledValidatingPolicy& policy, const json::Value& payload,
                            const ports::World& world, Arena& arena, Observer* observer = nullptr);

}  // namespace ephor::engine
