// What operators look at: metrics, health, and profiles where these are switched on.
#pragma once

#include <functional>
#include <string>

#include "net/http.h"
#include "server/metrics.h"

namespace ephor::server {

// Answers on the plain listener: GET /metrics and the health paths, and with profiling /debug/pprof/profile
// (CPU time of the whole process, `seconds` long, 30 by default) and /debug/pprof/heap.
class Diagnostics : public net::Handler {
 public:
  struct Options {
    bool metrics = true;
    bool profiling = false;
  };

  // The metrics must outlive it. `ready` is called from I/O threads.
  Diagnostics(const Metrics& metrics, Options options, std::function<bool()> ready);

  void Handle(const net::Request& request, net::Response& response) override;

 private:
  const Metrics& metrics_;
  Options options_;
  std::function<bool()> ready_;
};

}  // namespace ephor::server
