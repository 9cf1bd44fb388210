// Kubernetes' own admission policies, made of Kyverno's, so that the API server evaluates them itself.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"
#include "policy/cel_policy_types.h"
#include "policy/types.h"

namespace ephor::policy {

// A policy and its binding as documents; or why none is made, and then both are null.
struct NativeObjects {
  json::Value policy, binding;
  std::string skipped;  // in the words in which the reference puts it into the policy's status
};

struct NativeOptions {
  bool only_enabled = true;             // only policies that ask for it
  std::string_view map_version = "v1";  // of MutatingAdmissionPolicies: v1, v1beta1 or v1alpha1
};

template <class T>
using SharedObjects = std::span<const std::shared_ptr<const T>>;

// A ValidatingAdmissionPolicy. Of the exceptions those that name the policy count; the caller leaves out
// those that have expired. Values are in the arena and in the documents given.
//
// It is no equal of the policy, as in the reference: the conditions of an exception each become a negated
// condition, so that an exception with several excepts less; failurePolicy is left out; and nobody looks
// whether the expressions use functions that Kubernetes does not have.
NativeObjects MakeNative(const ValidatingPolicy& policy, SharedObjects<CelPolicyException> exceptions,
                         const NativeOptions& options, Arena& arena);
// Of a ClusterPolicy with one rule in CEL. The kinds it names must be Kubernetes' own.
NativeObjects MakeNative(const Policy& policy, SharedObjects<PolicyException> exceptions,
                         const NativeOptions& options, Arena& arena);
// A MutatingAdmissionPolicy. Of what the policy matches only the resource rules are taken.
NativeObjects MakeNative(const MutatingPolicy& policy, SharedObjects<CelPolicyException> exceptions,
                         const NativeOptions& options, Arena& arena);

}  // namespace ephor::policy
