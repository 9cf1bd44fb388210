// MutatingPolicy and NamespacedMutatingPolicy.
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
#include "engine/cel/mutations.h"
#include "engine/policy_identity.h"
#include "engine/request.h"
#include "engine/response.h"
#include "policy/cel_policy_types.h"
#include "ports/world.h"

namespace ephor::engine {

// Immutable, safe from any thread. The policies that were made of it for pod controllers are compiled with
// it; each is evaluated on its own and bears its name.
class CompiledMutatingPolicy : public PolicyIdentity {
 public:
  // Fails with kInvalidPolicy and the reference's list of what is wrong in the policy, its variants, or the
  // exceptions that name it.
  static Result<std::shared_ptr<const CompiledMutatingPolicy>> Compile(
      std::shared_ptr<const policy::MutatingPolicy> source, CelExceptionList exceptions,
      SpecErrors* errors = nullptr);

  const policy::MutatingPolicy& source() const { return *source_; }
  std::span<const std::shared_ptr<const CompiledMutatingPolicy>> variants() const { return variants_; }

  // Whether requests cause it to change other objects.
  bool mutates_existing() const { return source_->evaluation.mutate_existing.enabled.value_or(false); }
  // Whether the webhook changes the object of a request by it: not where it names targets.
  bool mutates_requests() const;
  // Whether an expression gives the targets.
  bool finds_targets() const { return target_expression_.has_value(); }

  std::string_view report_source() const override { return "KyvernoMutatingPolicy"; }
  bool in_background() const override { return source_->evaluation.background.enabled.value_or(true); }
  bool in_admission() const override { return source_->evaluation.admission.enabled.value_or(true); }
  bool Enforces(std::string_view, const json::Value&) const override { return source_->fails_closed(); }

 private:
  friend PolicyResponse Mutate(const CompiledMutatingPolicy&, const Request&, const ports::World&, Arena&);
  friend PolicyResponse MutateTarget(const CompiledMutatingPolicy&, const Request&, const json::Value&,
                                     const ports::World&, Arena&);
  friend Result<bool> MatchesTrigger(const CompiledMutatingPolicy&, const Request&, const ports::World&,
                                     Arena&);
  friend Result<bool> MatchesTarget(const CompiledMutatingPolicy&, const Request&);
  friend Result<json::Value> FindTargets(const CompiledMutatingPolicy&, const Request&, const ports::World&,
                                         Arena&);

  explicit CompiledMutatingPolicy(std::shared_ptr<const policy::MutatingPolicy> source);
  Result<void> CompileSpec(CelExceptionList exceptions, SpecErrors* errors);
  // The response's rule, and in `mutated` the object where it passes.
  RuleResponse Evaluate(const CelInput& input, std::span<const CelExpression> conditions,
                        const ports::World& world, Arena& arena, json::Value& mutated) const;
  Result<RuleResponse> Change(const CelInput& input, std::span<const CelExpression> conditions,
                              CelActivation& activation, json::Value& mutated) const;
  void Prepare(CelActivation& activation) const;

  std::shared_ptr<const policy::MutatingPolicy> source_;
  std::optional<MatchConstraints> constraints_;         // none: all requests match
  std::optional<MatchConstraints> target_constraints_;  // none: those of requests count for targets
  CelScope scope_;
  std::vector<CelExpression> conditions_, target_conditions_;
  std::optional<CelExpression> target_expression_;
  CelExceptions exceptions_;
  std::vector<AuditAnnotation> annotations_;
  CelMutations mutations_;
  std::vector<std::shared_ptr<const CompiledMutatingPolicy>> variants_;
  bool reads_namespace_ = false;
};

// What one policy, without its variants, says of a request, and the object as it would become: no rule where
// it is not about the request, else one. The object stays as it is where the rule does not pass. Allocates
// from the arena only, but for errors.
//
// Where several policies change a request, each is given the object that the one before has left; the
// variable `request` stays what it was.
PolicyResponse Mutate(const CompiledMutatingPolicy& policy, const Request& request, const ports::World& world,
                      Arena& arena);

// The same for an existing object, the target: its conditions are those for targets, and expressions see the
// trigger as `request`. Where the rule passes it bears the patched target. Whether the target is one must
// have been asked before.
PolicyResponse MutateTarget(const CompiledMutatingPolicy& policy, const Request& trigger,
                            const json::Value& target, const ports::World& world, Arena& arena);

// Whether a request causes the policy to change existing objects: its constraints match and its conditions
// hold.
Result<bool> MatchesTrigger(const CompiledMutatingPolicy& policy, const Request& request,
                            const ports::World& world, Arena& arena);

// Whether an object, described as a request, is a target of a policy that has no expression for them. The
// operation does not matter.
Result<bool> MatchesTarget(const CompiledMutatingPolicy& policy, const Request& target);

// What the policy's expression for targets gives: an object, or one with a list `items`.
Result<json::Value> FindTargets(const CompiledMutatingPolicy& policy, const Request& trigger,
                                const ports::World& world, Arena& arena);

}  // namespace ephor::engine
