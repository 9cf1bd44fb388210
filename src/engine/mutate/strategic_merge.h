// Merging a strategic merge patch into an object.
#pragma once

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::engine {

// The object with the patch, whose anchors have been resolved (strategic_overlay.h), merged into it as
// Kubernetes' kinds want it: objects member by member, lists that have a merge key element by element with
// the patch's elements first, all other lists replaced. A null deletes; `$patch: delete`, `replace` and
// `merge` say what becomes of the object or list they stand in.
//
// Elements of the object whose merge key is null are lost, wherever they stand, as in the reference.
//
// The result shares what did not change with both, which must outlive it; where nothing changed it is the
// object itself, and so is every part: `SameValue` tells. Fails where the two have values of different kinds
// at one place, or on an unknown directive. Time is proportional to the patch and the lists and objects it
// touches.
Result<json::Value> StrategicMerge(const json::Value& object, const json::Value& patch, Arena& arena);

// Whether both are the same value at the same place in memory, or equal scalars.
bool SameValue(const json::Value& a, const json::Value& b);

}  // namespace ephor::engine
