// A pattern's match, node by node, told to an observer.
#pragma once

#include "base/arena.h"
#include "engine/observe/observer.h"
#include "pattern/overlay.h"

namespace ephor::engine {

// Matches as the overlay does. `source` is where the pattern stands in the policy, nullptr where that is not
// known: the variables in it may have been replaced in what the overlay was made of.
pattern::MatchResult MatchObserved(const pattern::Overlay& overlay, const json::Value* source,
                                   const json::Value& subject, Arena& arena, Observer& observer);

}  // namespace ephor::engine
