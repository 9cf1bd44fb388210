// Questions of access, as the API server's authorizer answers them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor::ports {

struct AccessQuestion {
  std::string_view service_account_namespace, service_account;  // who; "" is the request's own user
  std::string_view path;                                        // of a path that is no resource, else ""
  std::string_view group, resource, subresource, namespace_, name, field_selector, label_selector;
  std::string_view verb;
};

struct AccessDecision {
  bool allowed = false;
  std::string reason;
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // From any thread. May block.
  virtual Result<AccessDecision> Check(const AccessQuestion& question) const = 0;
};

}  // namespace ephor::ports
