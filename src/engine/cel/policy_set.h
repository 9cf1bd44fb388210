// All policies written in CEL that are in force for admission: an immutable snapshot.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/cel/image_policy.h"
#include "engine/cel/mutating_policy.h"
#include "engine/cel/native_admission.h"
#include "engine/cel/resource_index.h"
#include "engine/cel/validating_policy.h"
#include "engine/request.h"

namespace ephor::engine {

// The policies of one kind, in the order of evaluation: cluster-wide before namespaced ones, then by name;
// after each the ones that were made of it for pod controllers. Immutable, safe from any thread.
template <class Policy>
class CelPolicyList {
 public:
  using Policies = std::vector<std::shared_ptr<const Policy>>;

  CelPolicyList() = default;
  // No two have the same key.
  explicit CelPolicyList(Policies policies);

  std::span<const std::shared_ptr<const Policy>> policies() const { return policies_; }
  // With those for pod controllers.
  std::span<const Policy* const> units() const { return units_; }
  // Whether a policy of that name is in force: a cluster-wide one, or one of any namespace.
  bool Has(std::string_view name, bool namespaced) const { return names_[namespaced].contains(name); }

  // visit(policy) for each that may match the request, in order; see ResourceIndex.
  template <class Visit>
  void ForEach(const Request& request, Visit visit) const {
    index_.ForEach(request.operation, request.resource, [&](std::uint32_t unit) { visit(*units_[unit]); });
  }

 private:
  void AddUnit(const Policy& policy);

  Policies policies_;
  std::vector<const Policy*> units_;
  std::array<std::unordered_set<std::string_view>, 2> names_;  // of cluster-wide ones, of namespaced ones
  ResourceIndex index_;
};

struct CelPolicySet {
  CelPolicyList<CompiledValidatingPolicy> validating;
  CelPolicyList<CompiledMutatingPolicy> mutating;
  CelPolicyList<CompiledImagePolicy> images;
  CelPolicyList<NativePolicy> native;
  CelPolicyList<NativeMutation> native_mutating;
};

}  // namespace ephor::engine
