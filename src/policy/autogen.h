// Rules for pod controllers, made from rules for Pods.
//
// A rule about Pods is also wanted for the Deployments, Jobs and so on that make Pods, where the same fields
// stand below `spec.template`, or below `spec.jobTemplate.spec.template` in CronJobs. For each such rule "x"
// two rules are made, "autogen-x" and "autogen-cronjob-x": kinds are replaced, patterns are moved below the
// template, and `request.object.spec` and `.metadata` in texts get the template's path.
//
// It is decided for a policy as a whole: the annotation `pod-policies.kyverno.io/autogen-controllers` chooses
// the kinds, and rules that select by name, labels or annotations, that patch by JSON patch or that generate
// turn it off, because what they say may not hold of controllers.
#pragma once

#include <string_view>

#include "policy/types.h"

namespace ephor::policy {

inline constexpr std::string_view kAutogenAnnotation = "pod-policies.kyverno.io/autogen-controllers";

// Sets effective_rules and autogen_controllers. In effective_rules the written rules come first, in their
// order, then for each of them the rule for controllers and that for CronJobs. Where any rule was made,
// written rules whose name begins with "autogen-" are left out: they are such rules from an older expansion.
void AddPodControllerRules(Policy& policy);

// Whether validation applies the rule to resources of the kind. The reference makes the rules anew for the
// kind at hand: written ones are for all kinds, a generated one only for its own, also where another of its
// filters would match. The other engines go by effective_rules alone.
bool ValidatesKind(const Policy& policy, const Rule& rule, std::string_view kind);

}  // namespace ephor::policy
