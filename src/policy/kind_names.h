// Kinds as policies write them, taken apart by text alone: "Pod", "v1/Pod", "apps/v1/Deployment", "Pod/exec",
// "Deployment.scale".
#pragma once

#include <string>
#include <string_view>

#include "policy/types.h"

namespace ephor::policy {

struct KindName {
  std::string api_version;  // "" where none is written
  std::string kind;         // with the subresource, as "Deployment/scale"
};

// Both parts are empty for a text of more than four parts.
KindName SplitKindName(std::string_view text);

// Whether some name in the list is of the kind, in whatever version and with whatever subresource.
bool ContainsKind(StringList names, std::string_view kind);

}  // namespace ephor::policy
