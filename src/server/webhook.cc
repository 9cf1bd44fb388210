#include "server/webhook.h"

#include <chrono>

#include "base/duration.h"
#include "server/object_review.h"
#include "server/review_observer.h"

namespace ephor::server {
namespace {

using std::chrono::steady_clock;

// What the API server waits where its request does not say so.
constexpr std::chrono::nanoseconds kDefaultTimeout = std::chrono::seconds(10);

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

// When the API server stops waiting, by the query parameter that it adds.
steady_clock::time_point DeadlineOf(const net::Request& request) {
  Duration timeout;
  const std::string_view text = request.QueryParameter("timeout");
  const bool given = !text.empty() && Duration::TryParse(text, timeout) && timeout.nanoseconds > 0;
  return request.received + (given ? std::chrono::nanoseconds(timeout.nanoseconds) : kDefaultTimeout);
}

const engine::PolicySet& NoPolicies() {
  static const engine::PolicySet none({}, {});
  return none;
}

}  // namespace

struct Webhook::Worker {
  Published<PolicySnapshot>::Copy snapshot;
  engine::AdmissionWorkspace workspace;
  engine::PathNamesCache paths;
};

Webhook::Webhook(const Published<PolicySnapshot>& snapshot, Metrics& metrics, unsigned workers)
    : snapshot_(snapshot), metrics_(metrics) {
  for (unsigned i = 0; i < workers; ++i) workers_.push_back(std::make_unique<Worker>());
}

Webhook::~Webhook() = default;

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
  MetricsShard& shard = metrics_.shard(request.worker);
  const auto start = steady_clock::now();
  if (request.body.empty()) {
    Fail(response, 400, "empty body");
  } else if (request.Find("Content-Type") != "application/json") {
    Fail(response, 415, "invalid Content-Type");
  } else if (start >= DeadlineOf(request)) {
    // Nobody waits for the answer any more; the time is better spent on those who do.
    Fail(response, 504, "the request's time was over before its turn came");
  } else {
    Review(route, request, worker, shard, response);
  }
  shard.CountHttp(request.method, request.path, request.query, Nanoseconds(steady_clock::now() - start));
}

void Webhook::Review(const Route& route, const net::Request& request, Worker& worker, MetricsShard& shard,
                     net::Response& response) {
  const PolicySnapshot* const snapshot = snapshot_.Read(worker.snapshot);
  if (snapshot == nullptr) return Fail(response, 503, "the policies are not loaded yet");
  const auto start = steady_clock::now();
  ReviewObserver observer(*snapshot, shard);
  const engine::Admission admission(snapshot->policies(), snapshot->configuration(), snapshot->world(),
                                    &observer);
  const engine::CelAdmission cel(snapshot->cel_policies(), snapshot->configuration(), snapshot->world(),
                                 &observer);
  engine::CelTarget cel_target = route.cel_target;
  cel_target.prepared = worker.paths.Of(cel_target.names);
  engine::AdmissionOutcome outcome;
  switch (route.service) {
    case Service::kMutate:
      outcome = admission.Mutate(request.body, route.target, worker.workspace, response.body);
      break;
    case Service::kValidate:
      outcome = admission.Validate(request.body, route.target, worker.workspace, response.body);
      break;
    case Service::kPolicy:
    case Service::kException:
    case Service::kCelException:
    case Service::kGlobalContext:
      outcome = ReviewObject(route.service, request.body, worker.workspace, response.body);
      break;
    case Service::kValidatingPolicies:
      outcome = cel.Validate(request.body, cel_target, worker.workspace, response.body);
      break;
    case Service::kNativePolicies:
      outcome = cel.ValidateNative(request.body, cel_target, worker.workspace, response.body);
      break;
    case Service::kNativeMutation:
      outcome = cel.MutateNative(request.body, cel_target, worker.workspace, response.body);
      break;
    case Service::kMutatingPolicies:
      outcome = cel.Mutate(request.body, cel_target, worker.workspace, response.body);
      break;
    default: {
      // Nothing is decided on these paths: reviews are read, and answered that they are allowed.
      const engine::Admission without(NoPolicies(), snapshot->configuration(), snapshot->world());
      outcome = without.Validate(request.body, {}, worker.workspace, response.body);
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
