// Two values made one.
#pragma once

#include "base/arena.h"
#include "json/value.h"

namespace ephor::json {

// Objects are merged member by member, deeply; anything else of the patch replaces what is there, null too.
// Both values must outlive the result, which shares what did not change.
Value DeepMerge(const Value& target, const Value& patch, Arena& arena);

// The JSON merge patch of RFC 7386: as DeepMerge, but a null removes the member, and a patch that is not an
// object replaces the whole.
Value MergePatch(const Value& target, const Value& patch, Arena& arena);

}  // namespace ephor::json
