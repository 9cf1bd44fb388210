// The policies written in CEL of one run of the command line.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/cel/admission_policy.h"
#include "engine/cel/validating_policy.h"
#include "source/policies.h"

namespace ephor::cli {

// Compiled, in load order. Where one of a kind does not compile, none of that kind is evaluated: the error
// ends the evaluation of the first object, as in the reference.
struct CelPolicies {
  std::vector<std::shared_ptr<const engine::CompiledValidatingPolicy>> validating;
  std::optional<Error> validating_error;
  std::vector<std::unique_ptr<const engine::CompiledAdmissionPolicy>> validating_admission;

  std::vector<json::Value> parameters;  // for bindings

  // The resources that policies name in their constraints.
  std::set<std::string, std::less<>> resources;
};

CelPolicies CompileCelPolicies(
    const source::LoadedPolicies& loaded,
    const std::vector<std::shared_ptr<const policy::CelPolicyException>>& exceptions);

// How many policies they are, without those made for pod controllers; bindings are none.
std::size_t CountCelPolicies(const source::LoadedPolicies& loaded);

}  // namespace ephor::cli
