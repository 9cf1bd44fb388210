#include "cli/cel_policies.h"

namespace ephor::cli {
namespace {

void AddResources(const policy::MatchConstraints* constraints,
                  std::set<std::string, std::less<>>& resources) {
  if (constraints == nullptr) return;
  for (const policy::NamedRuleWithOperations& rule : constraints->resource_rules) {
    for (const std::string_view resource : rule.resources)
      resources.emplace(resource.substr(0, resource.find('/')));
  }
}

// Compiles the policies that `wanted` takes, up to the first that does not compile.
template <class Compiled, class Policies, class Wanted>
std::optional<Error> CompileAll(
    const Policies& policies,
    const std::vector<std::shared_ptr<const policy::CelPolicyException>>& exceptions, Wanted wanted,
    std::vector<std::shared_ptr<const Compiled>>& compiled) {
  for (const auto& policy : policies) {
    if (!wanted(*policy)) continue;
    auto one = Compiled::Compile(policy, exceptions);
    if (!one) {
      return Error(one.error().code(), "failed to compile policy " + std::string(policy->metadata.name) +
                                           " (" + one.error().message() + ")");
    }
    compiled.push_back(*std::move(one));
  }
  return std::nullopt;
}

std::optional<Error> CompileAuthorization(
    const source::LoadedPolicies& loaded,
    std::vector<std::shared_ptr<const engine::CompiledAuthorizationPolicy>>& compiled) {
  for (const auto& policy : loaded.validating_policies) {
    if (!engine::CompiledAuthorizationPolicy::IsOne(*policy)) continue;
    auto one = engine::CompiledAuthorizationPolicy::Compile(policy);
    if (!one) {
      const std::string mode = policy->evaluation.mode == "HTTP" ? "HTTP" : "envoy";
      return Error(one.error().code(), "failed to compile " + mode + " policy " +
                                           std::string(policy->metadata.name) + ": " + one.error().message());
    }
    compiled.push_back(*std::move(one));
  }
  return std::nullopt;
}

}  // namespace

CelPolicies CompileCelPolicies(
    const source::LoadedPolicies& loaded,
    const std::vector<std::shared_ptr<const policy::CelPolicyException>>& exceptions) {
  CelPolicies compiled;
  compiled.exceptions = exceptions;
  const auto add_resources = [&](const auto& policies) {
    for (const auto& policy : policies) AddResources(policy->match_constraints, compiled.resources);
  };
  add_resources(loaded.validating_policies);
  add_resources(loaded.mutating_policies);
  add_resources(loaded.generating_policies);
  add_resources(loaded.deleting_policies);
  compiled.validating_error = CompileAll(
      loaded.validating_policies, exceptions,
      [](const policy::ValidatingPolicy& policy) {
        return !engine::CompiledAuthorizationPolicy::IsOne(policy);
      },
      compiled.validating);
  for (const auto& policy : loaded.validating_admission_policies) {
    compiled.validating_admission.push_back(std::make_unique<const engine::CompiledAdmissionPolicy>(
        policy, engine::BindingsOf(*policy, loaded.admission_policy_bindings)));
  }
  for (const auto& policy : loaded.mutating_admission_policies) {
    compiled.mutating_admission.push_back(std::make_unique<const engine::CompiledMutatingAdmissionPolicy>(
        policy, engine::BindingsOf(*policy, loaded.admission_policy_bindings)));
  }
  for (const auto& policy : loaded.image_validating_policies)
    compiled.images.push_back(std::make_unique<const engine::CompiledImagePolicy>(policy, exceptions));
  compiled.authorization_error = CompileAuthorization(loaded, compiled.authorization);
  const auto any = [](const auto&) { return true; };
  compiled.mutating_error = CompileAll(loaded.mutating_policies, exceptions, any, compiled.mutating);
  compiled.generating_error = CompileAll(loaded.generating_policies, exceptions, any, compiled.generating);
  compiled.deleting_error = CompileAll(loaded.deleting_policies, exceptions, any, compiled.deleting);
  return compiled;
}

std::size_t CountCelPolicies(const source::LoadedPolicies& loaded) {
  std::size_t count = loaded.mutating_policies.size() + loaded.generating_policies.size() +
                      loaded.deleting_policies.size() + loaded.image_validating_policies.size() +
                      loaded.validating_admission_policies.size() + loaded.mutating_admission_policies.size();
  for (const auto& policy : loaded.validating_policies)
    count += engine::CompiledAuthorizationPolicy::IsOne(*policy) ? 0 : 1;
  return count;
}

}  // namespace ephor::cli
