// Server-side apply's merge of two objects of one type, as Kubernetes' structured-merge-diff does it.
#pragma once

#include "base/arena.h"
#include "json/value.h"
#include "kube/schema.h"

namespace ephor::engine {

// The live object with what the patch says: objects and maps are merged member by member, lists with keys
// element by element and in the patch's order, sets are united, and all that is atomic is replaced. A null or
// empty patch of a map or list with keys changes nothing.
//
// Both must be of the type (CheckType), and the patch without duplicates. They must outlive the result, which
// shares what did not change. Everything is in the arena; the time grows with the two values.
json::Value MergeTyped(const json::Value& live, const json::Value& patch, const kube::Schema& schema,
                       Arena& arena);

}  // namespace ephor::engine
