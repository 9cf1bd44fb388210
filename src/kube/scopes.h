// Which built-in kinds live outside namespaces.
#pragma once

#include <string_view>

namespace ephor::kube {

// Whether a kind of a built-in API group is known to be cluster-scoped, whatever its version. Unknown kinds, custom
// resources among them, count as namespaced, as in the reference. Constant time, no allocation.
bool IsClusterScoped(std::string_view group, std::string_view kind);

}  // namespace ephor::kube
