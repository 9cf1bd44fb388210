// Names of hosts to addresses, within a time.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace ephor::net {

struct ResolvedAddress {
  sockaddr_storage storage{};

  const sockaddr& address() const { return reinterpret_cast<const sockaddr&>(storage); }
  std::string text() const;  // "10.0.0.1", "fe80::1"
};

// All addresses of a name, in the system's order of preference; of an address, itself, in whichever form the
// system reads. kUnavailable where there are none, or not before the deadline: the system's resolver cannot
// be interrupted, so a thread of its own asks it and is left behind to end by itself. From any thread.
Result<std::vector<ResolvedAddress>> Resolve(const std::string& host,
                                             std::chrono::steady_clock::time_point deadline);

}  // namespace ephor::net
