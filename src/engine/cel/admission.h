// The webhooks of the policies written in CEL, from the bytes of an AdmissionReview to those of its answer.
#pragma once

#include <string>
#include <string_view>

#include "engine/admission.h"
#include "engine/cel/path_names.h"
#include "engine/cel/policy_set.h"
#include "engine/configuration.h"
#include "ports/world.h"

namespace ephor::engine {

// Which policies a webhook path means.
struct CelTarget {
  std::string_view names;               // "name/name/...", in any order
  bool namespaced = false;              // policies of the request's namespace, else cluster-wide ones
  const PathNames* prepared = nullptr;  // the same names, where they are many

  bool Names(std::string_view name) const {
    return prepared == nullptr ? HoldsName(names, name) : prepared->Has(name);
  }
};

// Judges reviews by one set of policies. Cheap to make, immutable; what it refers to must outlive it.
class CelAdmission {
 public:
  CelAdmission(const CelPolicySet& policies, const Configuration& configuration, const ports::World& world,
               AdmissionObserver* observer = nullptr)
      : policies_(policies), configuration_(configuration), world_(world), observer_(observer) {}

  // The answer of ValidatingPolicies. A policy that denies refuses the request where its rule fails or ends
  // in an error, whatever its failurePolicy, as in the reference; one that warns answers with the same text.
  // The answer is appended to `answer`.
  AdmissionOutcome Validate(std::string_view body, const CelTarget& target, AdmissionWorkspace& workspace,
                            std::string& answer) const;

  // The answer of ImageValidatingPolicies, in the same way.
  AdmissionOutcome ValidateImages(std::string_view body, const CelTarget& target,
                                  AdmissionWorkspace& workspace, std::string& answer) const;
  // The digests that they give to images. What cannot be resolved is an error of its policy, whose actions
  // decide about it as about any other.
  AdmissionOutcome PinImages(std::string_view body, const CelTarget& target, AdmissionWorkspace& workspace,
                             std::string& answer) const;

  // The answer of Kubernetes' own ValidatingAdmissionPolicies, as the API server judges by them. Of several
  // denials the first is told, with its reason and code; every failure of a binding that warns is a warning.
  // What is audited becomes audit annotations: "POLICY.KEY", because the API server drops keys with a slash,
  // and "validation_failure", a list.
  AdmissionOutcome ValidateNative(std::string_view body, const CelTarget& target,
                                  AdmissionWorkspace& workspace, std::string& answer) const;

  // The answer of MutatingAdmissionPolicies, likewise: one that fails closed and cannot be evaluated refuses
  // the request. Where its reinvocationPolicy is IfNeeded, one is applied once more after those behind it
  // have changed the object.
  AdmissionOutcome MutateNative(std::string_view body, const CelTarget& target, AdmissionWorkspace& workspace,
                                std::string& answer) const;

  // The answer of MutatingPolicies: each sees the object as the one before has left it, the patch leads to
  // the last. Where one ends in an error it changes nothing, and refuses the request if it fails closed.
  AdmissionOutcome Mutate(std::string_view body, const CelTarget& target, AdmissionWorkspace& workspace,
                          std::string& answer) const;

 private:
  template <class Policy>
  AdmissionOutcome ValidateBy(const CelPolicyList<Policy>& policies, std::string_view body,
                              const CelTarget& target, AdmissionWorkspace& workspace,
                              std::string& answer) const;
  // Tells the observer of names that no policy in force has; not of many names, which would take too long.
  template <class Policy>
  void ObserveNames(const CelTarget& target, const CelPolicyList<Policy>& policies) const;

  const CelPolicySet& policies_;
  const Configuration& configuration_;
  const ports::World& world_;
  AdmissionObserver* observer_;
};

}  // namespace ephor::engine
