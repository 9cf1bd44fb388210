#include "load/metrics.h"

#include <algorithm>

namespace ephor::load {

std::string_view NameOf(Failure failure) {
  static constexpr std::array<std::string_view, kFailures> kNames{
      "none",    "unreachable", "refused", "TLS failed",       "reset",
      "timeout", "garbage",     "closed",  "closed mid-answer"};
  return kNames[static_cast<std::size_t>(failure)];
}

std::string_view NameOf(Trend trend) {
  static constexpr std::array<std::string_view, kTrends> kNames{
      "http_req_blocked",         "http_req_connecting",
      "http_req_duration",        "http_req_duration{expected_response:true}",
      "http_req_receiving",       "http_req_sending",
      "http_req_tls_handshaking", "http_req_waiting",
      "iteration_duration"};
  return kNames[static_cast<std::size_t>(trend)];
}

Metrics::Metrics() : interval_(std::make_unique<Histogram>()) {
  for (auto& trend : trends_) trend = std::make_unique<Histogram>();
}

void Metrics::Record(const Exchange& exchange) {
  ++requests;
  ++interval_requests_;
  ++failures[static_cast<std::size_t>(exchange.failure)];
  ++statuses[exchange.status >= 0 && exchange.status < 600 ? static_cast<std::size_t>(exchange.status) : 0];
  bytes_sent += exchange.bytes_sent;
  bytes_received += exchange.bytes_received;
  if (!exchange.expected()) {
    ++failed;
    ++interval_failures_;
  }
  if (!exchange.sent) return;
  const auto record = [this](Trend trend, Nanoseconds time) {
    at(trend).Record(static_cast<std::uint64_t>(std::max<Nanoseconds>(0, time)));
  };
  record(Trend::kBlocked, exchange.connecting + exchange.handshaking);
  record(Trend::kConnecting, exchange.connecting);
  record(Trend::kHandshaking, exchange.handshaking);
  record(Trend::kSending, exchange.sending);
  record(Trend::kWaiting, exchange.waiting);
  record(Trend::kReceiving, exchange.receiving);
  record(Trend::kDuration, exchange.duration());
  if (exchange.expected()) record(Trend::kExpectedDuration, exchange.duration());
  interval_->Record(static_cast<std::uint64_t>(std::max<Nanoseconds>(0, exchange.duration())));
}

void Metrics::RecordIteration(Nanoseconds duration) {
  ++iterations;
  at(Trend::kIteration).Record(static_cast<std::uint64_t>(std::max<Nanoseconds>(0, duration)));
}

void Metrics::EndInterval(Nanoseconds now, unsigned active) {
  least_users = timeline.empty() ? active : std::min(least_users, active);
  most_users = std::max(most_users, active);
  users = active;
  const auto milliseconds = [](std::uint64_t time) { return static_cast<double>(time) / 1e6; };
  timeline.push_back({.begin = static_cast<double>(interval_begin_) / 1e9,
                      .length = static_cast<double>(now - interval_begin_) / 1e9,
                      .requests = interval_requests_,
                      .failures = interval_failures_,
                      .median = milliseconds(interval_->Percentile(50)),
                      .p95 = milliseconds(interval_->Percentile(95)),
                      .p99 = milliseconds(interval_->Percentile(99)),
                      .max = milliseconds(interval_->max()),
                      .users = active});
  interval_->Clear();
  interval_requests_ = interval_failures_ = 0;
  interval_begin_ = now;
}

std::uint64_t Metrics::check_passes() const {
  std::uint64_t sum = 0;
  for (const CheckCount& check : checks) sum += check.passes;
  return sum;
}

std::uint64_t Metrics::check_failures() const {
  std::uint64_t sum = 0;
  for (const CheckCount& check : checks) sum += check.failures;
  return sum;
}

}  // namespace ephor::load
