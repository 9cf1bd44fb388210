// Kubernetes' MutatingAdmissionPolicy with its bindings.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "engine/cel/admission_policy.h"
#include "engine/cel/match_constraints.h"
#include "engine/cel/mutations.h"
#include "engine/cel/native_validations.h"
#include "engine/policy_identity.h"
#include "engine/request.h"
#include "engine/response.h"
#include "policy/cel_policy_types.h"
#include "ports/world.h"

namespace ephor::engine {

// Immutable, safe from any thread. An expression that does not compile fails when it is evaluated.
class CompiledMutatingAdmissionPolicy : public PolicyIdentity {
 public:
  CompiledMutatingAdmissionPolicy(std::shared_ptr<const policy::MutatingAdmissionPolicy> source,
                                  CompiledBindings bindings);

  const policy::MutatingAdmissionPolicy& source() const { return *source_; }
  std::span<const CompiledBinding> bindings() const { return bindings_; }
  // Whether the policy's own constraints match. Without any, all does.
  Result<bool> Matches(const Request& request) const;
  // Changes the request's object by each mutation in turn. Those that fail change nothing; the response is
  // then an error with what the first of them says.
  RuleResponse Apply(Request& request, const CompiledBinding* binding, const json::Value& params,
                     const ports::World& world, Arena& arena) const;

  std::string_view report_source() const override { return "MutatingAdmissionPolicy"; }
  bool in_background() const override { return true; }
  bool in_admission() const override { return true; }
  bool Enforces(std::string_view, const json::Value&) const override { return source_->fails_closed(); }

 private:
  std::shared_ptr<const policy::MutatingAdmissionPolicy> source_;
  CompiledBindings bindings_;
  std::optional<MatchConstraints> constraints_;  // none: all requests match
  CelScope scope_;
  NativeConditions conditions_;
  CelMutations mutations_;
};

// The policy's result and the object as it would become. A policy without bindings is in force everywhere;
// several bindings change the object one after the other, and the last gives the result. What cannot be
// matched or evaluated gives none, as in the reference.
PolicyResponse Mutate(const CompiledMutatingAdmissionPolicy& policy, const Request& request,
                      std::span<const json::Value> params, const ports::World& world, Arena& arena);

}  // namespace ephor::engine
