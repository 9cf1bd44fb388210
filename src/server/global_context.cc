#include "server/global_context.h"

#include <algorithm>
#include <condition_variable>
#include <thread>
#include <utility>

#include "base/deadline.h"
#include "base/duration.h"
#include "policy/decode.h"
#include "policy/validate.h"

namespace ephor::server {
namespace {

using State = GlobalContextView::State;

// Before another attempt of a call, and how much longer before each further one, as the reference waits.
constexpr std::chrono::milliseconds kFirstPause(10);
constexpr int kPauseGrowth = 5;
constexpr std::chrono::seconds kLongestPause(10);
// Each has a thread.
constexpr std::size_t kMaxPolled = 256;
// For one attempt.
constexpr std::chrono::seconds kPatience(30);

// How an entry's call is repeated, or what is wrong with the entry.
struct Schedule {
  std::chrono::nanoseconds interval{};  // 0 where there is no call
  std::int64_t attempts = 1;
};

Result<Schedule> ScheduleOf(const json::Value& entry) {
  const auto decoded = policy::Decode<policy::GlobalContextEntry>(
      {&entry, 1, std::make_shared<policy::SourceText>()}, {.strict = false});
  if (!decoded) return std::unexpected(decoded.error());
  const policy::ValidationReport report = policy::ValidateGlobalContextEntry(**decoded);
  if (report.error) return std::unexpected(*report.error);
  if ((*decoded)->api_call == nullptr) return Schedule();
  EPHOR_ASSIGN(const Duration interval, Duration::Parse((*decoded)->api_call->refresh_interval));
  if (interval.nanoseconds <= 0) return InvalidInput("spec.apiCall.refreshInterval: must be more than 0");
  return Schedule{std::chrono::nanoseconds(interval.nanoseconds),
                  std::max<std::int64_t>((*decoded)->api_call->retry_limit, 1)};
}

}  // namespace

Result<std::optional<json::Value>> GlobalContextView::Entry(std::string_view name,
                                                            std::string_view projection, Arena&) const {
  const auto found = states_.find(name);
  if (found == states_.end()) return std::optional<json::Value>();
  if (!found->second->contents) return std::unexpected(found->second->contents.error());
  EPHOR_ASSIGN(const json::Value value, found->second->contents->Find(projection));
  if (value.is_null()) return Fail(ErrorCode::kUnavailable, "no data available");
  return std::optional(value);
}

// The thread of one entry.
class GlobalContextStore::Poller {
 public:
  // The document is in the cluster.
  Poller(GlobalContextStore& store, std::string name, const json::Value& document, const Schedule& schedule,
         std::shared_ptr<const source::LocalCluster> cluster)
      : store_(store),
        name_(std::move(name)),
        document_(document),
        schedule_(schedule),
        cluster_(std::move(cluster)),
        thread_([this](const std::stop_token& stop) { Run(stop); }) {}

  void Stop() { thread_.request_stop(); }
  bool ended() const { return ended_; }

 private:
  void Run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      store_.Set(name_, Ask(stop), stop);
      store_.Publish();
      Wait(stop, schedule_.interval);
    }
    ended_ = true;
  }

  std::shared_ptr<State> Ask(const std::stop_token& stop) {
    std::shared_ptr<State> state;
    std::chrono::nanoseconds pause = kFirstPause;
    for (std::int64_t attempt = 1;; ++attempt) {
      state = std::make_shared<State>();
      state->cluster = cluster_;
      ports::World world = store_.world_;
      world.cluster = cluster_.get();
      world.deadline = Deadline::In(kPatience);
      state->contents = engine::CallGlobalContext(document_, world, state->arena);
      if (state->contents || attempt >= schedule_.attempts || stop.stop_requested()) return state;
      Wait(stop, pause);
      pause = std::min<std::chrono::nanoseconds>(pause * kPauseGrowth, kLongestPause);
    }
  }

  void Wait(const std::stop_token& stop, std::chrono::nanoseconds time) {
    std::unique_lock lock(mutex_);
    stopped_.wait_until(lock, stop, Deadline::In(time).when(), [] { return false; });
  }

  GlobalContextStore& store_;
  const std::string name_;
  const json::Value document_;
  const Schedule schedule_;
  const std::shared_ptr<const source::LocalCluster> cluster_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::atomic<bool> ended_ = false;
  std::jthread thread_;  // last: it uses all the others
};

GlobalContextStore::GlobalContextStore(ports::World world, Log& log) : world_(world), log_(log) {}

GlobalContextStore::~GlobalContextStore() {
  for (const auto& poller : pollers_) poller->Stop();
}

void GlobalContextStore::Update(std::shared_ptr<const source::LocalCluster> cluster) {
  if (cluster == cluster_) return;
  for (const auto& poller : pollers_) poller->Stop();
  std::erase_if(pollers_, [](const auto& poller) { return poller->ended(); });

  Arena arena;
  std::map<std::string, json::Value, std::less<>> documents;
  if (cluster != nullptr) {
    const auto found = cluster->Find({.kind = "kyverno.io/*/GlobalContextEntry"}, arena);
    for (const json::Value& entry : found ? *found : std::span<const json::Value>()) {
      documents.emplace(entry.StringAt("metadata", "name"), entry);
    }
  }
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(states_, [&](const auto& known) {
      const auto now = documents.find(known.first), before = documents_.find(known.first);
      return now == documents.end() || before == documents_.end() ||
             !json::Equal(now->second, before->second);
    });
    for (const auto& [name, document] : documents) states_.try_emplace(name, std::make_shared<State>());
  }
  documents_ = std::move(documents);
  cluster_ = std::move(cluster);

  std::size_t polled = 0;
  for (const auto& [name, document] : documents_) {
    auto state = std::make_shared<State>();
    state->cluster = cluster_;
    const auto schedule = ScheduleOf(document);
    if (!schedule) {
      state->contents = std::unexpected(schedule.error());
    } else if (schedule->interval.count() > 0 && ++polled > kMaxPolled) {
      state->contents =
          InvalidInput("there are more than " + std::to_string(kMaxPolled) + " entries that call");
    } else if (schedule->interval.count() > 0) {
      pollers_.push_back(std::make_unique<Poller>(*this, name, document, *schedule, cluster_));
      continue;
    } else {
      ports::World world = world_;
      world.cluster = cluster_.get();
      state->contents = engine::ListGlobalContext(document, world, state->arena);
    }
    Set(name, std::move(state));
  }
  Publish();
}

void GlobalContextStore::Set(const std::string& name, std::shared_ptr<const State> state,
                             const std::stop_token& stop) {
  const bool fails = !state->contents;
  const std::string reason = fails ? state->contents.error().message() : std::string();
  bool failed = false;
  {
    const std::lock_guard lock(mutex_);
    const auto known = states_.find(name);
    if (stop.stop_requested() || known == states_.end()) return;
    failed = !known->second->contents;
    known->second = std::move(state);
  }
  if (fails) {
    ++failures_;
    log_.Error("a global context entry has no data", {{"entry", name}, {"reason", reason}});
  } else if (failed) {
    log_.Info("a global context entry has its data", {{"entry", name}});
  }
}

void GlobalContextStore::Publish() {
  const std::lock_guard lock(mutex_);
  view_.Publish(std::make_shared<const GlobalContextView>(states_));
}

void GlobalContextStore::AddStatistics(std::vector<Gauge>& gauges) const {
  std::size_t entries = 0, failing = 0;
  {
    const std::lock_guard lock(mutex_);
    entries = states_.size();
    failing = static_cast<std::size_t>(std::count_if(
        states_.begin(), states_.end(), [](const auto& known) { return !known.second->contents; }));
  }
  gauges.push_back({"ephor_global_context_entries", "global context entries", static_cast<double>(entries)});
  gauges.push_back({"ephor_global_context_entries_without_data",
                    "global context entries that are errors to who reads them",
                    static_cast<double>(failing)});
  gauges.push_back({"ephor_global_context_failures_total", "refreshes of global context entries that failed",
                    static_cast<double>(failures_.load()), true});
}

}  // namespace ephor::server
