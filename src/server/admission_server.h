// The admission server as a whole: what `ephor serve` runs.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "net/limits.h"
#include "net/server.h"
#include "ports/world.h"
#include "server/alarm.h"
#include "server/diagnostics.h"
#include "server/global_context.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/policy_store.h"
#include "server/published.h"
#include "server/serving_certificate.h"
#include "server/webhook.h"
#include "source/file_watch.h"

namespace ephor::server {

struct AdmissionServerOptions {
  PolicyPaths paths;
  CertificateOptions certificate;
  net::ServerLimits limits;
  std::string listen = ":9443";
  std::string metrics_listen;  // "": no metrics
  std::string profile_listen;  // "": no profiling; a loopback address
  unsigned threads = 1;
};

// Reads the policies, listens, and follows changes of files until it is drained. Methods may be called from
// any thread.
class AdmissionServer {
 public:
  // The log and the world must outlive it. Fails where an address, the certificate or a path cannot be used;
  // a policy that cannot is logged, and the others are served.
  static Result<std::unique_ptr<AdmissionServer>> Start(AdmissionServerOptions options, ports::World world,
                                                        Log& log);
  ~AdmissionServer();

  // Looks at all files again, as it does by itself when one changes.
  void Reload();

  std::uint16_t port() const { return server_->port(0); }
  // Of the metrics' listener, 0 where there is none.
  std::uint16_t metrics_port() const { return options_.metrics_listen.empty() ? 0 : server_->port(1); }

  // Says that it is not ready, then ends in order. Whether all requests were answered by the deadline.
  bool Drain(std::chrono::milliseconds deadline);

 private:
  AdmissionServer(AdmissionServerOptions options, ports::World world, Log& log);
  Result<void> Listen();
  ReloadReport ReloadPolicies();
  // Has the policies read again when the first exception has expired.
  void WaitFor(const std::optional<Time>& expiry);
  void RefreshCertificate();
  void AddStatistics(std::vector<Gauge>& gauges);

  AdmissionServerOptions options_;
  const ports::Clock* const clock_;
  Log& log_;
  Metrics metrics_;
  Published<PolicySnapshot> snapshot_;
  std::mutex reloading_;
  PolicyStore store_;  // used by one reloading thread at a time
  GlobalContextStore global_context_;
  std::unique_ptr<ServingCertificate> certificate_;
  Webhook webhook_;
  Diagnostics diagnostics_;
  Diagnostics profiling_;
  std::unique_ptr<net::Server> server_;
  std::atomic<const net::Server*> counted_ = nullptr;  // the server, for its own threads
  std::unique_ptr<source::FileWatch> watch_;
  Alarm expiry_;  // last: its thread uses the rest
};

}  // namespace ephor::server
