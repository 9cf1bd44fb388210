// The controls of a podSecurity rule, told to an observer.
#pragma once

#include "base/arena.h"
#include "engine/observe/observer.h"
#include "pss/standard.h"

namespace ephor::engine {

// Each control that the standard holds, with what is wrong after the rule's own exclusions.
void TellControls(const pss::Standard& standard, const pss::Evaluation& evaluation, Arena& arena,
                  Observer& observer);

}  // namespace ephor::engine
