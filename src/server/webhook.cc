#include "server/webhook.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/deadline.h"
#include "base/duration.h"
#include "server/object_review.h"
#include "server/process_statistics.h"
#include "server/review_observer.h"

namespace ephor::server {
namespace {

using std::chrono::steady_clock;

// More than these could not be answered in time anyhow.
constexpr std::size_t kMaxWaitingReviews = 1000;

constexpr std::size_t kLargeReview = 256 << 10;

// What the API server waits where its request does not say so.
constexpr std::chrono::nanoseconds kDefaultTimeout = std::chrono::seconds(10);
// It never waits longer.
constexpr std::chrono::nanoseconds kLongestTimeout = std::chrono::seconds(30);

std::uint64_t Nanoseconds(steady_clock::duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

void Fail(net::Response& response, int status, std::string_view text) {
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body.assign(text).push_back('\n');
}

bool IsProbe(Service service) {
  return service == Service::kLiveness || service == Service::kReadiness;
}

// When evaluation has to end: before the API server stops waiting, by the query parameter that it adds, so
// that an answer which says what took so long still reaches it.
Deadline DeadlineOf(const net::Request& request) {
  Duration timeout;
  const std::string_view text = request.QueryParameter("timeout");
  const bool given = !text.empty() && Duration::TryParse(text, timeout) && timeout.nanoseconds > 0;
  const auto wait = given ? std::chrono::nanoseconds(timeout.nanoseconds) : kDefaultTimeout;
  return Deadline::At(request.received + std::min<std::chrono::nanoseconds>(wait, kLongestTimeout) * 19 / 20);
}

const engine::PolicySet& NoPolicies() {
  static const engine::PolicySet none({}, {});
  return none;
}

}  // namespace

struct Webhook::Worker {
  Published<PolicySnapshot>::Copy snapshot;
  std::optional<engine::AdmissionWorkspace> workspace{std::in_place};  // never empty
  Published<GlobalContextView>::Copy global_context;
  engine::PathNamesCache paths;
};

Webhook::Webhook(const Published<PolicySnapshot>& snapshot,
                 const Published<GlobalContextView>& global_context, Metrics& metrics, unsigned workers,
                 unsigned call_threads)
    : snapshot_(snapshot), global_context_(global_context), metrics_(metrics), io_workers_(workers) {
  for (unsigned i = 0; i < workers + call_threads; ++i) workers_.push_back(std::make_unique<Worker>());
  if (call_threads > 0) call_threads_ = std::make_unique<CallThreads>(call_threads, kMaxWaitingReviews);
}

Webhook::~Webhook() = default;

void Webhook::ReturnMemory(unsigned worker) {
  workers_[worker]->workspace.emplace();
  ReturnFreeMemory();
}

void Webhook::Handle(const net::Request& request, net::Response& response) {
  const Route route = FindRoute(request.path);
  if (route.service == Service::kNone) return Fail(response, 404, "404 page not found");
  Worker& worker = *workers_[request.worker];
  if (IsProbe(route.service)) {
    if (request.method != "GET" && request.method != "HEAD") {
      response.AddHeader("allow", "GET, HEAD");
      return Fail(response, 405, "Method Not Allowed");
    }
    if (route.service == Service::kReadiness) Readiness(worker, response);
    return;
  }
  if (request.method != "POST") {
    response.AddHeader("allow", "POST");
    return Fail(response, 405, "Method Not Allowed");
  }
  const auto start = steady_clock::now();
  if (MayWait(route, worker)) return Delegate(request, start, response);
  Answer(request, start, request.worker, response);
}

bool Webhook::MayWait(const Route& route, Worker& worker) const {
  if (call_threads_ == nullptr) return false;
  switch (route.service) {
    case Service::kMutate:
    case Service::kValidate:
    case Service::kValidatingPolicies:
    case Service::kMutatingPolicies:
    case Service::kImageValidatingPolicies:
    case Service::kImageMutation: {
      const PolicySnapshot* const snapshot = snapshot_.Read(worker.snapshot);
      return snapshot != nullptr && snapshot->may_call_outside();
    }
    default:
      return false;
  }
}

void Webhook::Delegate(const net::Request& request, steady_clock::time_point start, net::Response& response) {
  // What the request's views show ends with this call.
  struct Copy {
    std::string method, path, query, content_type, body;
    net::Instant received;
  };
  Copy copy{std::string(request.method), std::string(request.path),
            std::string(request.query),  std::string(request.Find("Content-Type")),
            std::string(request.body),   request.received};
  // A task that is not taken is dropped with its right to answer, which answers 500.
  call_threads_->Post(
      [this, start, copy = std::move(copy), deferred = response.Defer()](unsigned thread) mutable {
        const std::size_t size = copy.body.size();
        copy.body.append(net::Request::kBodyPadding, '\0');
        const net::Header type{"Content-Type", copy.content_type};
        const unsigned worker = io_workers_ + thread;
        const net::Request again{.method = copy.method,
                                 .path = copy.path,
                                 .query = copy.query,
                                 .headers = std::span(&type, 1),
                                 .body = std::string_view(copy.body).substr(0, size),
                                 .received = copy.received,
                                 .worker = worker};
        net::Response answer;
        Answer(again, start, worker, answer);
        // These threads are many, and nobody tells them when large reviews have ceased.
        if (size > kLargeReview) workers_[worker]->workspace.emplace();
        std::move(deferred).Complete(std::move(answer));
      });
}

void Webhook::Answer(const net::Request& request, steady_clock::time_point start, unsigned worker,
                     net::Response& response) {
  MetricsShard& shard = metrics_.shard(worker);
  if (request.body.empty()) {
    Fail(response, 400, "empty body");
  } else if (request.Find("Content-Type") != "application/json") {
    Fail(response, 415, "invalid Content-Type");
  } else if (DeadlineOf(request).Left() == std::chrono::nanoseconds(0)) {
    // Nobody waits for the answer any more; the time is better spent on those who do.
    Fail(response, 504, "the request's time was over before its turn came");
  } else {
    Review(FindRoute(request.path), request, *workers_[worker], shard, response);
  }
  shard.CountHttp(request.method, request.path, request.query, Nanoseconds(steady_clock::now() - start));
}

void Webhook::Review(const Route& route, const net::Request& request, Worker& worker, MetricsShard& shard,
                     net::Response& response) {
  const PolicySnapshot* const snapshot = snapshot_.Read(worker.snapshot);
  if (snapshot == nullptr) return Fail(response, 503, "the policies are not loaded yet");
  const auto start = steady_clock::now();
  ReviewObserver observer(*snapshot, shard);
  ports::World world = snapshot->world();
  world.deadline = DeadlineOf(request);
  world.global_context = global_context_.Read(worker.global_context);
  const engine::Admission admission(snapshot->policies(), snapshot->configuration(), world, &observer);
  const engine::CelAdmission cel(snapshot->cel_policies(), snapshot->configuration(), world, &observer);
  engine::CelTarget cel_target = route.cel_target;
  cel_target.prepared = worker.paths.Of(cel_target.names);
  engine::AdmissionWorkspace& workspace = *worker.workspace;
  engine::AdmissionOutcome outcome;
  switch (route.service) {
    case Service::kMutate:
      outcome = admission.Mutate(request.body, route.target, workspace, response.body);
      break;
    case Service::kValidate:
      outcome = admission.Validate(request.body, route.target, workspace, response.body);
      break;
    case Service::kPolicy:
    case Service::kException:
    case Service::kCelException:
    case Service::kGlobalContext:
      outcome = ReviewObject(route.service, request.body, workspace, response.body);
      break;
    case Service::kValidatingPolicies:
      outcome = cel.Validate(request.body, cel_target, workspace, response.body);
      break;
    case Service::kImageValidatingPolicies:
      outcome = cel.ValidateImages(request.body, cel_target, workspace, response.body);
      break;
    case Service::kImageMutation:
      outcome = cel.PinImages(request.body, cel_target, workspace, response.body);
      break;
    case Service::kNativePolicies:
      outcome = cel.ValidateNative(request.body, cel_target, workspace, response.body);
      break;
    case Service::kNativeMutation:
      outcome = cel.MutateNative(request.body, cel_target, workspace, response.body);
      break;
    case Service::kMutatingPolicies:
      outcome = cel.Mutate(request.body, cel_target, workspace, response.body);
      break;
    default: {
      // Nothing is decided on these paths: reviews are read, and answered that they are allowed.
      const engine::Admission without(NoPolicies(), snapshot->configuration(), world);
      outcome = without.Validate(request.body, {}, workspace, response.body);
      break;
    }
  }
  if (outcome.http_status != 200) return Fail(response, outcome.http_status, outcome.error);
  response.content_type = "application/json; charset=utf-8";
  shard.CountReview(
      shard.NumbersOf(
          {.kind = outcome.kind, .namespace_ = outcome.namespace_, .operation = outcome.operation}),
      outcome.allowed, IsMutating(route.service), Nanoseconds(steady_clock::now() - start));
}

void Webhook::Readiness(Worker& worker, net::Response& response) {
  if (draining_.load(std::memory_order_relaxed)) return Fail(response, 503, "shutting down");
  if (snapshot_.Read(worker.snapshot) == nullptr) Fail(response, 500, "the policies are not loaded yet");
}

}  // namespace ephor::server
