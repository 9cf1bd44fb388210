// matchConstraints of a policy written in CEL, and matchResources of a binding, compiled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/request.h"
#include "kube/selector.h"
#include "policy/cel_policy_types.h"

namespace ephor::engine {

// A LabelSelector as Kubernetes reads it: no wildcards; what Kubernetes would refuse is not valid.
kube::LabelSelector StrictSelector(const policy::LabelSelector& source);

// How an object that is not there (the old one of a CREATE) answers an objectSelector.
enum class AbsentObject : std::uint8_t {
  kWithoutLabels,  // as one without labels, so that DoesNotExist selects it: policies.kyverno.io
  kNever,          // not at all: Kubernetes' own policies
};

// Immutable, safe from any thread; the policy must outlive it.
class MatchConstraints {
 public:
  // What of a rule a request fails first.
  enum class Criterion : std::uint8_t {
    kNone,
    kOperations,
    kScope,
    kApiGroups,
    kApiVersions,
    kResources,
    kResourceNames,
  };

  explicit MatchConstraints(const policy::MatchConstraints& source,
                            AbsentObject absent = AbsentObject::kWithoutLabels);

  // Whether the request is concerned, told to its observer. Does not allocate but for errors, which a
  // selector that Kubernetes refuses gives for requests that all else matches.
  Result<bool> Matches(const Request& request) const;
  // The same whatever the operation, as DeletingPolicies match.
  Result<bool> MatchesAnyOperation(const Request& request) const;

 private:
  friend class ConstraintsTeller;

  struct ResourceName {
    std::string_view resource, subresource;
  };
  struct Rule {
    const policy::NamedRuleWithOperations* source;
    std::vector<ResourceName> resources;
    std::uint8_t operations;  // bits of kCreate, ...

    Criterion FirstMismatch(const Request& request, std::uint8_t operation) const;
    bool MatchesName(const Request& request) const;
  };

  static std::vector<Rule> Compile(std::span<const policy::NamedRuleWithOperations> rules);
  Result<bool> Matches(const Request& request, std::uint8_t operation) const;
  Result<bool> Decide(const Request& request, std::uint8_t operation) const;
  bool LooksAtNamespace(const Request& request) const;
  bool MatchesNamespace(const Request& request) const;
  bool MatchesObject(const Request& request) const;

  const policy::MatchConstraints* source_;
  std::optional<kube::LabelSelector> namespace_selector_, object_selector_;  // none selects all
  std::vector<Rule> rules_, excludes_;
  AbsentObject absent_;
};

}  // namespace ephor::engine
