// The global context of a server: GlobalContextEntries among the given resources.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/global_context_entry.h"
#include "ports/global_context.h"
#include "ports/world.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/published.h"
#include "source/local_cluster.h"

namespace ephor::server {

// All entries as they were at one moment. Immutable.
class GlobalContextView final : public ports::GlobalContext {
 public:
  // What is known of one entry. Its values are in the arena or the cluster.
  struct State {
    std::shared_ptr<const source::LocalCluster> cluster;
    Arena arena{1 << 10};
    Result<engine::GlobalContents> contents = Fail(ErrorCode::kUnavailable, "no data available");
  };
  using States = std::map<std::string, std::shared_ptr<const State>, std::less<>>;

  explicit GlobalContextView(States states) : states_(std::move(states)) {}

  // Valid as long as the view.
  Result<std::optional<json::Value>> Entry(std::string_view name, std::string_view projection,
                                           Arena& arena) const override;

 private:
  States states_;
};

// Keeps the view up to date: entries of kubernetesResources are made of the cluster, those of API calls are
// polled, each by a thread of its own, so that a service that hangs holds up no other entry. An entry whose
// call fails, or whose document is no good, is an error to whoever reads it, until a call succeeds.
class GlobalContextStore {
 public:
  // The log and what the world shows must outlive it.
  GlobalContextStore(ports::World world, Log& log);
  // Waits for the calls that are under way.
  ~GlobalContextStore();
  GlobalContextStore(const GlobalContextStore&) = delete;
  GlobalContextStore& operator=(const GlobalContextStore&) = delete;

  // Takes the entries among the objects of the cluster in the place of those before. An entry whose document
  // is the same keeps what it has until it has something new. Does nothing for the cluster it already has.
  // From one thread at a time.
  void Update(std::shared_ptr<const source::LocalCluster> cluster);

  const Published<GlobalContextView>& view() const { return view_; }
  // How many entries there are, how many of them are errors, and how often calls have failed.
  void AddStatistics(std::vector<Gauge>& gauges) const;

 private:
  class Poller;

  // What a poller, or Update, has found, for the next Publish; passed over where the poller has been stopped.
  void Set(const std::string& name, std::shared_ptr<const GlobalContextView::State> state,
           const std::stop_token& stop = {});
  void Publish();

  const ports::World world_;
  Log& log_;
  Published<GlobalContextView> view_;
  std::shared_ptr<const source::LocalCluster> cluster_;
  std::map<std::string, json::Value, std::less<>> documents_;  // in the cluster
  mutable std::mutex mutex_;                                   // for the states
  GlobalContextView::States states_;
  std::atomic<std::uint64_t> failures_ = 0;
  std::vector<std::unique_ptr<Poller>> pollers_;  // last: their threads use the others until they have ended
};

}  // namespace ephor::server
