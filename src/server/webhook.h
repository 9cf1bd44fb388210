// The webhook's side of the API server: paths, methods, bodies and their errors.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "engine/admission.h"
#include "net/http.h"
#include "server/call_threads.h"
#include "server/global_context.h"
#include "server/metrics.h"
#include "server/policy_snapshot.h"
#include "server/published.h"
#include "server/routes.h"

namespace ephor::server {

// Judges reviews by the snapshot in force; before there is one it answers 503, never "allowed". A thread
// keeps its workspace, so that reviews after the first few do not allocate.
class Webhook : public net::Handler {
 public:
  // All must outlive it. `workers` is the number of I/O threads. Where policies may call services or
  // registries, reviews are judged on `call_threads` threads of its own, whose shards of the metrics follow
  // those of the workers; without any, on the I/O threads all the same.
  Webhook(const Published<PolicySnapshot>& snapshot, const Published<GlobalContextView>& global_context,
          Metrics& metrics, unsigned workers, unsigned call_threads = 0);
  ~Webhook() override;

  void Handle(const net::Request& request, net::Response& response) override;
  void ReturnMemory(unsigned worker) override;

  // From then on it says that it is not ready; requests are still answered.
  void StartDraining() { draining_.store(true, std::memory_order_relaxed); }

  // As the readiness path says. From any thread.
  bool ready() const { return !draining_.load(std::memory_order_relaxed) && snapshot_.Get() != nullptr; }

 private:
  struct Worker;

  void Review(const Route& route, const net::Request& request, Worker& worker, MetricsShard& shard,
              net::Response& response);
  // Judges a review, or says why it cannot.
  void Answer(const net::Request& request, std::chrono::steady_clock::time_point start, unsigned worker,
              net::Response& response);
  bool MayWait(const Route& route, Worker& worker) const;
  // Has a review answered by another thread.
  void Delegate(const net::Request& request, std::chrono::steady_clock::time_point start,
                net::Response& response);
  void Readiness(Worker& worker, net::Response& response);

  const Published<PolicySnapshot>& snapshot_;
  const Published<GlobalContextView>& global_context_;
  Metrics& metrics_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<bool> draining_{false};
  const unsigned io_workers_;
  std::unique_ptr<CallThreads> call_threads_;  // null without any; last, because its threads use the rest
};

}  // namespace ephor::server
