// The repairs of `ephor fix policy`.
#pragma once

#include "base/arena.h"
#include "cli/fix/fixed.h"
#include "json/value.h"

namespace ephor::cli {

// A Policy or ClusterPolicy of kyverno.io in today's words: what match and exclude say at their top moves
// into `any`, preconditions that are a list become `all`, and old operators and failure actions get the names
// they have now. Nothing else changes. The result is in the arena and shares what it can with the policy.
Fixed FixPolicy(const json::Value& policy, Arena& arena);

}  // namespace ephor::cli
