#include "load/run.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "load/user.h"

namespace ephor::load {
namespace {

constexpr Nanoseconds kMillisecond = 1'000'000;
constexpr Nanoseconds kSecond = 1'000'000'000;
constexpr Nanoseconds kScanEvery = 10 * kMillisecond;  // for requests that take too long

Nanoseconds ThreadCpu() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return Nanoseconds{time.tv_sec} * kSecond + time.tv_nsec;
}

void AllowOpenFiles(std::size_t users) {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= users + 64) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, users + 64);
  setrlimit(RLIMIT_NOFILE, &limit);
}

class Runner {
 public:
  explicit Runner(const RunInputs& inputs)
      : plan_(inputs.plan),
        inputs_(inputs),
        ramp_(plan_.ramp()),
        tick_(plan_.duration <= 60 * kSecond || plan_.executor == Executor::kSharedIterations ? kSecond / 10
                                                                                              : kSecond),
        metrics_(std::make_unique<Metrics>()) {
    for (const Check& check : inputs.checks) metrics_->checks.push_back({check.name});
    if (plan_.open()) arrivals_.emplace(ramp_);
  }
  ~Runner() {
    users_.clear();
    if (epoll_ >= 0) close(epoll_);
  }

  Result<std::unique_ptr<Metrics>> Run();

 private:
  void AddUsers(std::size_t count);
  void StartWork(Nanoseconds elapsed);
  void StartDue(Nanoseconds elapsed);
  void StartIdle(Nanoseconds elapsed);
  void Start(std::uint32_t index, Nanoseconds due);
  void Finish(std::uint32_t index);
  void Tick(Nanoseconds elapsed);
  void GiveUp(Nanoseconds now, Nanoseconds elapsed);
  void Wait(Nanoseconds elapsed);
  bool Over(Nanoseconds elapsed) const;
  unsigned Active(Nanoseconds elapsed) const;

  const Plan& plan_;
  const RunInputs& inputs_;
  const Ramp ramp_;
  const Nanoseconds tick_;
  std::unique_ptr<Metrics> metrics_;
  std::optional<Arrivals> arrivals_;

  int epoll_ = -1;
  std::vector<std::unique_ptr<User>> users_;
  std::deque<Request> made_;  // by user; they must not move
  std::vector<std::uint32_t> idle_;
  std::vector<std::uint32_t> starting_;  // idle_ of the turn before
  std::size_t busy_ = 0;
  std::uint64_t started_ = 0;
  bool stopping_ = false;
  Nanoseconds start_ = 0;
  Nanoseconds next_tick_ = 0;
  Nanoseconds next_scan_ = 0;
  std::optional<Nanoseconds> stopped_;  // when the last request began, at the latest
  std::array<epoll_event, 256> events_;
};

Result<std::unique_ptr<Metrics>> Runner::Run() {
  signal(SIGPIPE, SIG_IGN);
  const std::size_t most = plan_.open() ? plan_.max_users : static_cast<std::size_t>(ramp_.highest() + 0.5);
  AllowOpenFiles(most);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) return Fail(ErrorCode::kUnavailable, std::string("epoll: ") + std::strerror(errno));
  metrics_->users_limit = static_cast<unsigned>(most);
  AddUsers(plan_.open() ? plan_.users : most);

  const Nanoseconds cpu = ThreadCpu();
  start_ = Now();
  next_tick_ = tick_;
  Nanoseconds elapsed = 0;
  for (;; elapsed = Now() - start_) {
    if (elapsed >= next_tick_) Tick(elapsed);
    if (inputs_.stop != nullptr && inputs_.stop->load(std::memory_order_relaxed)) stopping_ = true;
    if (elapsed >= next_scan_) GiveUp(elapsed + start_, elapsed);
    if (!stopping_ && !Over(elapsed)) {
      StartWork(elapsed);
    } else if (!stopped_) {
      stopped_ = elapsed;
    }
    if (stopped_ && busy_ == 0) break;
    Wait(elapsed);
  }
  if (arrivals_) {
    for (; !stopping_ && arrivals_->has_next(); arrivals_->Advance()) ++metrics_->dropped_iterations;
  }
  metrics_->elapsed = elapsed;
  metrics_->EndInterval(elapsed, plan_.open() ? Active(elapsed) : Active(*stopped_));
  metrics_->client_cpu = ThreadCpu() - cpu;
  return std::move(metrics_);
}

bool Runner::Over(Nanoseconds elapsed) const {
  if (elapsed >= plan_.duration) return true;
  if (plan_.executor == Executor::kSharedIterations) return started_ >= plan_.iterations;
  return arrivals_ && !arrivals_->has_next();
}

unsigned Runner::Active(Nanoseconds elapsed) const {
  if (plan_.open()) return static_cast<unsigned>(users_.size());
  return static_cast<unsigned>(ramp_.At(std::min(elapsed, plan_.duration)) + 0.5);
}

void Runner::AddUsers(std::size_t count) {
  for (; count > 0; --count) {
    const auto index = static_cast<std::uint32_t>(users_.size());
    users_.push_back(std::make_unique<User>(inputs_.target, epoll_, index, plan_.reuse));
    idle_.push_back(index);
  }
}

void Runner::StartWork(Nanoseconds elapsed) {
  if (plan_.open()) {
    StartDue(elapsed);
  } else {
    StartIdle(elapsed);
  }
}

// Users whose request fails at once are idle again, and have their turn after everybody else's sockets.
void Runner::StartIdle(Nanoseconds elapsed) {
  const unsigned active = Active(elapsed);
  starting_.swap(idle_);
  idle_.clear();
  for (const std::uint32_t index : starting_) {
    const bool exhausted = plan_.executor == Executor::kSharedIterations && started_ >= plan_.iterations;
    if (index >= active || exhausted) {
      idle_.push_back(index);
    } else {
      Start(index, Now());
    }
  }
}

// A request that no user is free for stays due, and its wait counts. After the timeout of a request it is
// dropped, as its sender would have given up.
void Runner::StartDue(Nanoseconds elapsed) {
  std::size_t begun = 0;
  for (; arrivals_->has_next() && arrivals_->next() <= elapsed; arrivals_->Advance()) {
    if (elapsed - arrivals_->next() > plan_.timeout) {
      ++metrics_->dropped_iterations;
      continue;
    }
    if (idle_.empty() && users_.size() < plan_.max_users) AddUsers(1);
    if (idle_.empty() || ++begun > plan_.max_users) break;
    const std::uint32_t index = idle_.back();
    idle_.pop_back();
    Start(index, start_ + arrivals_->next());
  }
}

void Runner::Start(std::uint32_t index, Nanoseconds due) {
  User& user = *users_[index];
  const std::uint64_t number = started_++;
  user.request_index = number % inputs_.requests.size();
  const Request* request = &inputs_.requests[user.request_index];
  if (inputs_.make) {
    while (made_.size() < users_.size()) made_.emplace_back();
    made_[index] = *request;
    inputs_.make(number, made_[index]);
    request = &made_[index];
  }
  ++busy_;
  if (user.Begin(*request, due, Now())) Finish(index);
}

void Runner::Finish(std::uint32_t index) {
  User& user = *users_[index];
  --busy_;
  idle_.push_back(index);
  const Exchange& exchange = user.exchange();
  metrics_->Record(exchange);
  metrics_->RecordIteration(exchange.duration() + exchange.connecting + exchange.handshaking);
  for (const std::size_t check : inputs_.requests[user.request_index].checks) {
    CheckCount& count = metrics_->checks[check];
    const bool holds =
        exchange.failure == Failure::kNone && inputs_.checks[check].Holds(exchange.status, user.body());
    ++(holds ? count.passes : count.failures);
  }
}

void Runner::Tick(Nanoseconds elapsed) {
  metrics_->elapsed = elapsed;
  metrics_->EndInterval(elapsed, Active(elapsed));
  next_tick_ = elapsed - elapsed % tick_ + tick_;
  if (inputs_.on_tick && !inputs_.on_tick(*metrics_)) stopping_ = true;
}

void Runner::GiveUp(Nanoseconds now, Nanoseconds elapsed) {
  next_scan_ = elapsed + kScanEvery;
  const bool end = stopped_ && elapsed - *stopped_ >= plan_.graceful_stop;
  if (busy_ == 0) return;
  for (std::uint32_t index = 0; index < users_.size(); ++index) {
    User& user = *users_[index];
    if (!user.busy()) continue;
    if (now - user.begun() >= plan_.timeout) {
      user.Abandon(Failure::kTimeout);
      Finish(index);
    } else if (end) {
      user.Abandon(Failure::kTimeout);
      ++metrics_->interrupted_iterations;
      --busy_;
    }
  }
}

void Runner::Wait(Nanoseconds elapsed) {
  Nanoseconds until = std::min(next_tick_, next_scan_);
  if (!stopping_ && !stopped_) {
    const bool free = !idle_.empty() || users_.size() < plan_.max_users;
    if (arrivals_ && arrivals_->has_next() && free) until = std::min(until, arrivals_->next());
    // In a closed plan an idle user is one that is to begin, or one that waits for its time to come.
    if (!arrivals_ && !idle_.empty() && idle_.front() < Active(elapsed)) until = elapsed;
    until = std::min(until, plan_.duration);
  }
  const Nanoseconds wait = std::max<Nanoseconds>(0, until - (Now() - start_));
  const timespec time{.tv_sec = wait / kSecond, .tv_nsec = wait % kSecond};
  const int ready = epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &time, nullptr);
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (users_[event.data.u32]->OnReady(event.events)) Finish(event.data.u32);
  }
}

}  // namespace

Result<std::unique_ptr<Metrics>> Run(const RunInputs& inputs) {
  if (inputs.requests.empty()) return InvalidInput("there is no request to send");
  return Runner(inputs).Run();
}

}  // namespace ephor::load
