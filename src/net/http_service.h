// The HTTP services that policies call, over the network.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "net/egress_rules.h"
#include "ports/http_service.h"

namespace ephor::net {

struct HttpServiceOptions {
  EgressRules rules = EgressRules::Default();
  std::chrono::milliseconds timeout{30'000};    // for a call as a whole
  std::size_t max_response_bytes = 10'000'000;  // 0 for any
  // Sent as a bearer token with calls that ask for it and name no Authorization of their own, to services of
  // the cluster ("name.namespace.svc") alone. Read anew for each call, because it changes; "" for none.
  std::string token_file;
};

// Calls services by the rules of where requests may go. Up to five redirects are followed, by the same rules.
// Any thread may call; one waits until the response is there. Costs nothing before the first call.
std::unique_ptr<ports::HttpService> MakeHttpService(HttpServiceOptions options);

}  // namespace ephor::net
