// What Kubernetes makes of a request by its own admission policies.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "engine/cel/admission_policy.h"
#include "engine/cel/mutating_admission_policy.h"
#include "engine/cel/params.h"
#include "engine/request.h"
#include "engine/response.h"
#include "ports/world.h"

namespace ephor::engine {

// The parameters of a policy's bindings, in their order; none of those that take none.
using BindingParams = std::vector<std::optional<ParamQuery>>;

// A ValidatingAdmissionPolicy with its bindings, ready for admission. Immutable, safe from any thread.
class NativePolicy : public PolicyIdentity {
 public:
  NativePolicy(std::shared_ptr<const policy::ValidatingAdmissionPolicy> source, CompiledBindings bindings);

  const policy::ValidatingAdmissionPolicy& source() const { return policy_.source(); }

  // A decision against a request.
  struct Decision {
    const policy::AdmissionPolicyBinding* binding;  // null: of the policy as a whole
    std::string_view message, reason;               // "": Invalid
    std::size_t index = 0;                          // of the validation
    bool denies = false;                            // whatever the actions of the binding
  };
  struct Outcome {
    RuleStatus status = RuleStatus::kSkip;        // for metrics: the worst
    std::span<const Decision> decisions;          // in order of bindings, parameters, validations
    std::span<const Property> audit_annotations;  // each key once
  };
  // Without bindings a policy is not in force. Each binding that matches is evaluated with each of its
  // parameters; each validation that fails is a decision. An error decides like a failure where the policy
  // fails closed, else not at all; where it is none of a validation, it denies. In the arena.
  Outcome Decide(const Request& request, const ports::World& world, Arena& arena) const;

  std::string_view report_source() const override { return policy_.report_source(); }
  bool in_background() const override { return true; }
  bool in_admission() const override { return true; }
  bool Enforces(std::string_view, const json::Value&) const override;

 private:
  class Collector;
  void DecideBinding(std::size_t binding, const Request& request, const ports::World& world,
                     Collector& collector) const;

  CompiledAdmissionPolicy policy_;
  BindingParams params_;
};

// The same of a MutatingAdmissionPolicy.
class NativeMutation : public PolicyIdentity {
 public:
  NativeMutation(std::shared_ptr<const policy::MutatingAdmissionPolicy> source, CompiledBindings bindings);

  const policy::MutatingAdmissionPolicy& source() const { return policy_.source(); }

  struct Outcome {
    RuleStatus status = RuleStatus::kSkip;
    std::string_view denied;  // why a policy that fails closed refuses the request; "" where it does not
  };
  // Changes the request's object by each binding that matches, with each of its parameters, one after the
  // other. A mutation that cannot be evaluated changes nothing, and keeps no other from doing so: what
  // they make of the object counts where the policy fails open. In the arena.
  Outcome Apply(Request& request, const ports::World& world, Arena& arena) const;

  std::string_view report_source() const override { return policy_.report_source(); }
  bool in_background() const override { return true; }
  bool in_admission() const override { return true; }
  bool Enforces(std::string_view, const json::Value&) const override { return source().fails_closed(); }

 private:
  void ApplyBinding(std::size_t binding, Request& request, const ports::World& world, Arena& arena,
                    Outcome& outcome) const;

  CompiledMutatingAdmissionPolicy policy_;
  BindingParams params_;
};

}  // namespace ephor::engine
