// The parameters of Kubernetes' own policies and of validate.cel, as a cluster has them.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "kube/selector.h"
#include "policy/body_types.h"
#include "ports/world.h"

namespace ephor::engine {

// paramKind and paramRef, compiled. Immutable, safe from any thread; the policy must outlive it.
class ParamQuery {
 public:
  // `needs_namespace`, static, is the error of a reference into the namespace of a request that has none: the
  // API server and the reference have different words.
  ParamQuery(const policy::CelParamKind& kind, const policy::CelParamRef& reference,
             std::string_view needs_namespace);

  // The objects for a request in a namespace, "" for a cluster-wide one: the one named, or all that the
  // selector selects; none where there are none. Fails where the cluster does not answer, and where kind and
  // reference cannot go together. In the arena. May block.
  Result<std::span<const json::Value>> Find(std::string_view namespace_, const ports::World& world,
                                            Arena& arena) const;
  // Without any the policy denies; else it does not apply.
  bool denies_without() const { return reference_.parameter_not_found_action == "Deny"; }

 private:
  const policy::CelParamRef& reference_;
  std::string_view needs_namespace_;
  std::string kind_;                // "v1/ConfigMap"
  std::optional<bool> namespaced_;  // not known of custom resources
  std::optional<kube::LabelSelector> selector_;
};

}  // namespace ephor::engine
