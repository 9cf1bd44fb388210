// The names of resources by their kinds.
#pragma once

#include <string>
#include <string_view>

#include "kube/gvk.h"

namespace ephor::kube {

// As Kubernetes' tools guess the plural of a kind that they do not know: "Gateway" gives "gatewaies".
std::string GuessedPlural(std::string_view kind);
// Kubernetes' own name for the kind, or a guess.
std::string PluralOf(const GroupVersionKind& gvk);

}  // namespace ephor::kube
