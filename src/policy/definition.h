// The CustomResourceDefinitions of the kinds.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"

namespace ephor::policy {

// ClusterPolicy, Policy, PolicyException, ClusterCleanupPolicy, CleanupPolicy, GlobalContextEntry.
std::span<const std::string_view> DefinedKinds();

// The definition of one of them with all its served versions, whose schemas are those of the tables; null for
// other kinds. In the arena and in constants.
json::Value DefinitionOf(std::string_view kind, Arena& arena);

}  // namespace ephor::policy
