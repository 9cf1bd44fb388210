// matchConditions of policies.kyverno.io.
#pragma once

#include <span>

#include "base/result.h"
#include "engine/cel/expressions.h"

namespace ephor::engine {

// True where all hold. False at the first that is false, also where others fail; else, where some fail, their
// errors, joined with "; ".
Result<bool> HoldAll(std::span<const CelExpression> conditions, CelActivation& activation);
// The same for a policy's failurePolicy: one that fails open does not match where conditions fail.
Result<bool> HoldAll(std::span<const CelExpression> conditions, bool fails_closed, CelActivation& activation);

}  // namespace ephor::engine
