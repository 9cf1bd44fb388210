// The policies written in CEL of one run of the command line.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/cel/admission_policy.h"
#include "engine/cel/authorization_policy.h"
#include "engine/cel/deleting_policy.h"
#include "engine/cel/generating_policy.h"
#include "engine/cel/image_policy.h"
#include "engine/cel/mutating_admission_policy.h"
#include "engine/cel/mutating_policy.h"
#include "engine/cel/validating_policy.h"
#include "source/policies.h"

namespace ephor::cli {

// Compiled, in load order. Where one of a kind does not compile, none of that kind is evaluated: the error
// ends the evaluation of the first object, as in the reference.
struct CelPolicies {
  std::vector<std::shared_ptr<const engine::CompiledValidatingPolicy>> validating;
  std::optional<Error> validating_error;
  std::vector<std::unique_ptr<const engine::CompiledAdmissionPolicy>> validating_admission;
  std::vector<std::shared_ptr<const engine::CompiledMutatingPolicy>> mutating;
  std::optional<Error> mutating_error;
  std::vector<std::shared_ptr<const engine::CompiledGeneratingPolicy>> generating;
  std::optional<Error> generating_error;
  std::vector<std::shared_ptr<const engine::CompiledDeletingPolicy>> deleting;
  std::optional<Error> deleting_error;
  std::vector<std::unique_ptr<const engine::CompiledMutatingAdmissionPolicy>> mutating_admission;

  std::vector<std::unique_ptr<const engine::CompiledImagePolicy>> images;

  // Those that judge requests of external authorizers.
  std::vector<std::shared_ptr<const engine::CompiledAuthorizationPolicy>> authorization;
  std::optional<Error> authorization_error;

  std::vector<json::Value> parameters;  // for bindings
  std::vector<std::shared_ptr<const policy::CelPolicyException>> exceptions;

  // The resources that policies name in their constraints.
  std::set<std::string, std::less<>> resources;
};

// Calls visit(compiled policy) for each policy of all kinds.
template <class Visit>
void ForEachCelPolicy(const CelPolicies& policies, Visit visit) {
  const auto each = [&](const auto& list) {
    for (const auto& policy : list) visit(*policy);
  };
  each(policies.validating);
  each(policies.mutating);
  each(policies.generating);
  each(policies.deleting);
  each(policies.images);
  each(policies.validating_admission);
  each(policies.mutating_admission);
  each(policies.authorization);
}

CelPolicies CompileCelPolicies(
    const source::LoadedPolicies& loaded,
    const std::vector<std::shared_ptr<const policy::CelPolicyException>>& exceptions);

// How many policies they are, without those made for pod controllers; bindings are none.
std::size_t CountCelPolicies(const source::LoadedPolicies& loaded);

}  // namespace ephor::cli
