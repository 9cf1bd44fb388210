// JSONPatch: a list of operations that an expression has made, applied to the object that it is about.
#pragma once

#include "base/arena.h"
#include "base/result.h"
#include "cel/eval/value.h"
#include "json/value.h"

namespace ephor::engine {

// The object with the operations, a list of JSONPatch{...}, done in order; the object as it was where a test
// among them fails. In the arena, sharing what did not change. Errors (kEvaluation) are in the words of the
// API server: JSON Patch: add operation does not apply: doc is missing path: "/metadata/labels/a": missing
// value
Result<json::Value> ApplyJsonPatches(const cel::Value& patches, const json::Value& object, Arena& arena);

}  // namespace ephor::engine
