#include "server/diagnostics.h"

#include <algorithm>
#include <charconv>
#include <thread>
#include <utility>

#include "server/cpu_profile.h"
#include "server/process_statistics.h"

namespace ephor::server {
namespace {

constexpr int kDefaultSeconds = 30;
constexpr int kMaxSeconds = 55;  // the server waits a minute for an answer

void Refuse(net::Response& response, int status, std::string_view text) {
  response.status = status;
  response.body.assign(text).push_back('\n');
}

// The length that was asked for, or 0 where it makes no sense.
int SecondsOf(std::string_view text) {
  if (text.empty()) return kDefaultSeconds;
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool valid = error == std::errc() && end == text.data() + text.size();
  return valid && seconds > 0 && seconds <= kMaxSeconds ? seconds : 0;
}

// The sampling takes its time on a thread of its own.
void Profile(const net::Request& request, net::Response& response) {
  const int seconds = SecondsOf(request.QueryParameter("seconds"));
  if (seconds == 0) return Refuse(response, 400, "seconds must be a number from 1 to 55");
  auto profile = CpuProfile::Start();
  if (!profile) return Refuse(response, 409, profile.error().message());
  std::thread([profile = *std::move(profile), seconds, deferred = response.Defer()]() mutable {
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    net::Response answer;
    answer.content_type = "application/octet-stream";
    answer.body = profile->Finish();
    std::move(deferred).Complete(std::move(answer));
  }).detach();
}

}  // namespace

Diagnostics::Diagnostics(const Metrics& metrics, Options options, std::function<bool()> ready)
    : metrics_(metrics), options_(options), ready_(std::move(ready)) {}

void Diagnostics::Handle(const net::Request& request, net::Response& response) {
  if (request.method != "GET" && request.method != "HEAD") {
    response.AddHeader("allow", "GET, HEAD");
    return Refuse(response, 405, "Method Not Allowed");
  }
  if (request.path == "/health/liveness") return;
  if (request.path == "/health/readiness") {
    if (!ready_()) Refuse(response, 500, "not ready");
    return;
  }
  if (options_.metrics && request.path == "/metrics") {
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return metrics_.Expose(response.body);
  }
  if (options_.profiling && request.path == "/debug/pprof/profile") return Profile(request, response);
  if (options_.profiling && request.path == "/debug/pprof/heap") {
    response.body = HeapStatistics();
    return;
  }
  Refuse(response, 404, "404 page not found");
}

}  // namespace ephor::server
