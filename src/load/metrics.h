// What a run has measured, under the names that k6 gives.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/exchange.h"
#include "load/histogram.h"

namespace ephor::load {

enum class Trend : std::uint8_t {
  kBlocked,
  kConnecting,
  kDuration,
  kExpectedDuration,  // http_req_duration{expected_response:true}
  kReceiving,
  kSending,
  kHandshaking,
  kWaiting,
  kIteration,
};
inline constexpr std::size_t kTrends = 9;
std::string_view NameOf(Trend trend);

// A check's results.
struct CheckCount {
  std::string name;
  std::uint64_t passes = 0, failures = 0;
};

// An interval of the run, for plots.
struct Interval {
  double begin = 0, length = 0;  // seconds
  std::uint64_t requests = 0, failures = 0;
  double median = 0, p95 = 0, p99 = 0, max = 0;  // milliseconds
  unsigned users = 0;
};

// Not thread-safe; about 700 KiB. Recording does not allocate, but for an interval now and then.
class Metrics {
 public:
  Metrics();

  void Record(const Exchange& exchange);
  void RecordIteration(Nanoseconds duration);
  // Closes the current interval of the plots.
  void EndInterval(Nanoseconds now, unsigned users);

  const Histogram& trend(Trend trend) const { return *trends_[static_cast<std::size_t>(trend)]; }
  double seconds() const { return static_cast<double>(elapsed) / 1e9; }
  std::uint64_t check_passes() const;
  std::uint64_t check_failures() const;

  std::uint64_t requests = 0, failed = 0;  // failed: no answer, or one with a status of 400 or more
  std::uint64_t iterations = 0;
  std::uint64_t dropped_iterations = 0;  // due by the plan, never begun
  std::uint64_t interrupted_iterations = 0;
  std::uint64_t bytes_sent = 0, bytes_received = 0;
  std::array<std::uint64_t, kFailures> failures{};
  std::array<std::uint64_t, 600> statuses{};
  std::vector<CheckCount> checks;
  std::vector<Interval> timeline;
  unsigned users = 0, least_users = 0, most_users = 0, users_limit = 0;
  Nanoseconds elapsed = 0;
  Nanoseconds client_cpu = 0;  // of the thread that made the load

 private:
  Histogram& at(Trend trend) { return *trends_[static_cast<std::size_t>(trend)]; }

  std::array<std::unique_ptr<Histogram>, kTrends> trends_;
  std::unique_ptr<Histogram> interval_;
  std::uint64_t interval_requests_ = 0, interval_failures_ = 0;
  Nanoseconds interval_begin_ = 0;
};

}  // namespace ephor::load
