#include "engine/cel/policy_set.h"

#include <algorithm>
#include <tuple>

namespace ephor::engine {
namespace {

// Without matchConstraints a ValidatingPolicy is about nothing, the other kinds about everything.
template <class Policy>
constexpr bool kMatchesWithoutConstraints = !std::is_same_v<Policy, CompiledValidatingPolicy>;

}  // namespace

template <class Policy>
CelPolicyList<Policy>::CelPolicyList(Policies policies) : policies_(std::move(policies)) {
  std::ranges::sort(policies_, {}, [](const auto& policy) {
    return std::tuple(!policy->namespace_().empty(), policy->key());
  });
  for (const auto& policy : policies_) {
    names_[policy->source().is_namespaced()].insert(policy->name());
    AddUnit(*policy);
    if constexpr (requires { policy->variants(); }) {
      for (const auto& variant : policy->variants()) AddUnit(*variant);
    }
  }
}

template <class Policy>
void CelPolicyList<Policy>::AddUnit(const Policy& policy) {
  const auto number = static_cast<std::uint32_t>(units_.size());
  units_.push_back(&policy);
  const policy::MatchConstraints* match = policy.source().match_constraints;
  if (match != nullptr) {
    index_.Add(number, match->resource_rules);
  } else if (kMatchesWithoutConstraints<Policy>) {
    index_.Add(number, {});
  }
}

template class CelPolicyList<CompiledValidatingPolicy>;
template class CelPolicyList<CompiledMutatingPolicy>;
template class CelPolicyList<CompiledImagePolicy>;
template class CelPolicyList<NativePolicy>;
template class CelPolicyList<NativeMutation>;

}  // namespace ephor::engine
