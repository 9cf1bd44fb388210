// Sorting members on their way into an arena.
#pragma once

#include "base/arena.h"
#include "json/value.h"

namespace ephor::json {

// As SortMembers (builder.h), into the arena; the members given stay as they are.
std::span<const Member> SortedMembers(std::span<const Member> members, Arena& arena);

}  // namespace ephor::json
