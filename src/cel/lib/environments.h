// Environments as the reference puts them together. Each is built once and shared; all are safe from any
// thread.
#pragma once

#include <memory>

#include "cel/check/env.h"

namespace ephor::cel::lib {

// Plain CEL with all extensions in their newest versions, without variables: that of the conformance suite,
// and what `ephor cel eval` starts from.
std::shared_ptr<const Env> ConformanceEnv();

// Kubernetes' environment of version 1.36 without variables: that of a ValidatingAdmissionPolicy.
std::shared_ptr<const Env> KubernetesEnv();

// What distinguishes the environments of Kyverno's policies, all without variables but for the receivers of
// its libraries (resource, http, json, ...).
struct KyvernoDialect {
  bool two_variable_loops = true;    // not in GeneratingPolicy and DeletingPolicy
  bool homogeneous_literals = true;  // not in GeneratingPolicy
  bool fold_and_validate = true;     // constants are checked when a policy is compiled; not in those two
  bool authorizers = true;           // not in those two
  bool lenient_or_value = true;      // not in ImageValidatingPolicy
  bool certificates = true;          // not in ImageValidatingPolicy
  bool users = true;                 // not in GeneratingPolicy and DeletingPolicy
  bool mutation_types = false;       // Object{} and JSONPatch{}: only in MutatingPolicy and DeletingPolicy
  bool json_patches = false;         // jsonpatch.escapeKey: only in MutatingPolicy
  bool generators = false;           // only in GeneratingPolicy
  bool exceptions = true;            // the variable; not in ImageValidatingPolicy
  bool namespaced = false;           // of a policy in a namespace: resource.* reach that one only
};
std::shared_ptr<const Env> KyvernoEnv(const KyvernoDialect& dialect = {});

// KyvernoEnv with the variables of its policies but their own: object, oldObject, request, namespaceObject,
// exceptions, variables.
std::shared_ptr<const Env> PolicyEnv(const KyvernoDialect& dialect = {});
// Those of each kind of policy, in a namespace or not.
std::shared_ptr<const Env> ValidatingPolicyEnv(bool namespaced = false);
std::shared_ptr<const Env> MutatingPolicyEnv(bool namespaced);
std::shared_ptr<const Env> GeneratingPolicyEnv(bool namespaced);
std::shared_ptr<const Env> DeletingPolicyEnv(bool namespaced);
// That of an ImageValidatingPolicy, with images, attestors and attestations.
std::shared_ptr<const Env> ImagePolicyEnv(bool namespaced);
// KubernetesEnv with the variables of a ValidatingAdmissionPolicy as dyn: object, oldObject, request, params,
// namespaceObject.
std::shared_ptr<const Env> AdmissionPolicyEnv();
// That in which the command line and validate.cel evaluate such policies: request and namespaceObject are
// typed, params are only there for policies with a paramKind, and orValue takes any value, as Kyverno's does.
// Policies that mutate have Object{} and JSONPatch{} besides.
std::shared_ptr<const Env> NativePolicyEnv(bool has_params, bool mutates = false);
// KubernetesEnv with the variables of a webhook's matchConditions: object, oldObject, request, authorizer;
// namespaceObject is declared too, but null.
std::shared_ptr<const Env> WebhookConditionEnv(bool with_namespace = true);

// That of policies for external authorizers, with the variables object and variables: plain CEL with its
// extensions in their newest versions, and what reaches out.
std::shared_ptr<const Env> AuthorizationEnv(bool envoy);

}  // namespace ephor::cel::lib
