// The CustomResourceDefinitions of the kinds.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"

namespace ephor::policy {

struct DefinedKind {
  std::string_view group, kind;
  bool operator==(const DefinedKind&) const = default;
};

// All kinds of kyverno.io, then those of policies.kyverno.io.
std::span<const DefinedKind> DefinedKinds();

// The definition of one of them with all its served versions, whose schemas are those of the tables; null for
// other kinds. In the arena and in constants.
json::Value DefinitionOf(const DefinedKind& kind, Arena& arena);

}  // namespace ephor::policy
