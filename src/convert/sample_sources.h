// The objects that generate rules copy, for samples.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "convert/choices.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::convert {

// The name that a rule gives an object: one of others where a variable stands in it, or nothing; an example
// of a wildcard.
std::string_view NameFor(std::string_view written, std::span<const std::string_view> others, Choices& choices,
                         Arena& arena);

// Objects that are there or not: those that the rule's clone names, and of a cloneList some that its selector
// selects and some that it does not. Where a variable names one, it may have any of the names or namespaces.
// All that is given must outlive what is made, which is in the arena.
std::span<const json::Value> MakeSources(const policy::GeneratePattern& pattern,
                                         std::span<const std::string_view> names,
                                         std::span<const std::string_view> namespaces, Choices& choices,
                                         Arena& arena);

}  // namespace ephor::convert
