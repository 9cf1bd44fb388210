// The existing objects that a mutate rule changes as the target of a MutatingPolicy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "convert/known_kinds.h"
#include "convert/match_cel.h"
#include "convert/query_cel.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::convert {

struct CelTargets {
  kube::GroupVersionKind kind;
  ResourceRule resource_rule;
  std::string expression;                  // gives one object, or a list of them
  std::vector<NamedCondition> conditions;  // of a target, which is `object` in them
};

// What a rule's targets may be: one entry, of a kind that is known. `own_namespace` is that of a policy in
// one. Fails (kInvalidPolicy) with the reason; `culprit` is then the part at fault.
Result<kube::GroupVersionKind> KindOfTargets(std::span<const policy::MutateTarget> targets,
                                             const KnownKinds& kinds, const json::Value** culprit);

// In the roots the trigger is `request.object` and the target `object`.
Result<CelTargets> ConvertTarget(const policy::MutateTarget& target, const kube::GroupVersionKind& kind,
                                 const KnownKinds& kinds, std::string_view own_namespace,
                                 const QueryRoots& roots, Variables& variables, LoopNames& loops,
                                 Arena& arena, const json::Value** culprit);

}  // namespace ephor::convert
