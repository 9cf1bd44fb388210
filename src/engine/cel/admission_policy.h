// Kubernetes' ValidatingAdmissionPolicy with its bindings.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "engine/cel/match_constraints.h"
#include "engine/cel/native_validations.h"
#include "engine/policy_identity.h"
#include "engine/request.h"
#include "engine/response.h"
#include "policy/cel_policy_types.h"
#include "ports/world.h"

namespace ephor::engine {

// A binding: for which requests a policy is in force, and with which parameters. Immutable, safe from any
// thread.
class CompiledBinding {
 public:
  explicit CompiledBinding(std::shared_ptr<const policy::AdmissionPolicyBinding> source);

  const policy::AdmissionPolicyBinding& source() const { return *source_; }
  Result<bool> Matches(const Request& request) const;
  // Of the objects given, what the policy's `params` are: those that the selector selects, as the items of
  // one list; without one the first of the name; null where there are none. The kind is not looked at: as in
  // the reference, which also compares the namespace only where no name is given.
  json::Value ParamsOf(std::span<const json::Value> objects, Arena& arena) const;

 private:
  std::shared_ptr<const policy::AdmissionPolicyBinding> source_;
  std::optional<MatchConstraints> constraints_;  // none: all
  std::optional<kube::LabelSelector> selector_;
};

using CompiledBindings = std::vector<CompiledBinding>;

// Those of the bindings that are of the policy's kind and name, in order.
CompiledBindings BindingsOf(const policy::Object& policy,
                            std::span<const std::shared_ptr<const policy::AdmissionPolicyBinding>> bindings);

// Immutable, safe from any thread. An expression that does not compile is an error of the results.
class CompiledAdmissionPolicy : public PolicyIdentity {
 public:
  CompiledAdmissionPolicy(std::shared_ptr<const policy::ValidatingAdmissionPolicy> source,
                          CompiledBindings bindings);

  const policy::ValidatingAdmissionPolicy& source() const { return *source_; }
  std::span<const CompiledBinding> bindings() const { return bindings_; }
  // Whether the policy's own constraints match. Without any, all does.
  Result<bool> Matches(const Request& request) const;
  // The policy, which matches, with the parameters of a binding, or with neither: null.
  RuleResponse Evaluate(const Request& request, const CompiledBinding* binding, const json::Value& params,
                        const ports::World& world, Arena& arena) const;

  // The same as Kubernetes takes it at admission: all that does not hold, with what is to be audited. Nothing
  // where the conditions do not hold; where they cannot be evaluated, that alone. In the arena.
  struct Judgement {
    bool applies = false;
    std::span<const NativeValidations::Verdict> failures;
    std::span<const NativeAnnotations::Annotation> annotations;
  };
  Judgement Judge(const Request& request, const json::Value& params, const ports::World& world,
                  Arena& arena) const;

  std::string_view report_source() const override { return "ValidatingAdmissionPolicy"; }
  bool in_background() const override { return true; }
  bool in_admission() const override { return true; }
  bool Enforces(std::string_view, const json::Value&) const override { return true; }

 private:
  std::shared_ptr<const policy::ValidatingAdmissionPolicy> source_;
  CompiledBindings bindings_;
  std::optional<MatchConstraints> constraints_;
  CelScope scope_;
  NativeConditions conditions_;
  NativeValidations validations_;
  NativeAnnotations annotations_;
};

// Without a cluster: a policy without bindings is in force everywhere; of several bindings the last that
// matches gives the response, as in the reference. What cannot be matched does not match.
PolicyResponse Validate(const CompiledAdmissionPolicy& policy, const Request& request,
                        std::span<const json::Value> params, const ports::World& world, Arena& arena);

}  // namespace ephor::engine
