// Names of hosts as evaluation sees them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"

namespace ephor::ports {

class Resolver {
 public:
  virtual ~Resolver() = default;
  // The addresses of a host name, as text. kUnavailable where it cannot be resolved, or not before the
  // deadline. May block until then.
  virtual Result<std::vector<std::string>> Resolve(std::string_view host, Deadline deadline) = 0;
};

}  // namespace ephor::ports
