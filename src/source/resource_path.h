// The paths under which an API server serves objects.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor::source {

// "/api/v1/namespaces/x/pods/y" taken apart. Views into the path.
struct ResourcePath {
  std::string_view group, version, namespace_, resource, name;

  // Fails for a path that names no resource, that goes on below an object, or that has a query.
  static Result<ResourcePath> Parse(std::string_view path);

  // "v1", "apps/v1".
  std::string ApiVersion() const;
};

}  // namespace ephor::source
