#include "server/admission_server.h"

#include <algorithm>
#include <utility>

#include "server/process_statistics.h"

namespace ephor::server {
namespace {

// For reviews whose policies call services or registries. They wait rather than compute.
constexpr unsigned kCallThreads = 16;

net::Endpoint Plain(const std::string& address, net::Handler& handler) {
  return {.address = address, .handler = &handler};
}

}  // namespace

Result<std::unique_ptr<AdmissionServer>> AdmissionServer::Start(AdmissionServerOptions options,
                                                                ports::World world, Log& log) {
  std::unique_ptr<AdmissionServer> made(new AdmissionServer(std::move(options), world, log));
  EPHOR_ASSIGN(made->certificate_, ServingCertificate::Load(made->options_.certificate));
  const ReloadReport first = made->ReloadPolicies();
  if (first.policies == 0 && !first.problems.empty() && first.problems.front().line == 0) {
    // Nothing could be read at all: more likely a mistyped path than a wish to allow everything.
    return InvalidInput(first.problems.front().Description());
  }
  EPHOR_TRY(made->Listen());
  return made;
}

AdmissionServer::AdmissionServer(AdmissionServerOptions options, ports::World world, Log& log)
    : options_(std::move(options)),
      clock_(world.clock),
      log_(log),
      metrics_(options_.threads + kCallThreads),
      store_(options_.paths, world, metrics_, snapshot_),
      global_context_(world, log),
      webhook_(snapshot_, global_context_.view(), metrics_, options_.threads, kCallThreads),
      diagnostics_(metrics_, {.metrics = true}, [this] { return webhook_.ready(); }),
      profiling_(metrics_, {.metrics = false, .profiling = true}, [this] { return webhook_.ready(); }),
      expiry_([this] { ReloadPolicies(); }) {
  metrics_.AddSource([this](std::vector<Gauge>& gauges) { AddStatistics(gauges); });
}

// The threads that may call back end first.
AdmissionServer::~AdmissionServer() {
  watch_.reset();
  server_.reset();
}

Result<void> AdmissionServer::Listen() {
  std::vector<net::Endpoint> endpoints{
      {.address = options_.listen, .handler = &webhook_, .tls = &certificate_->tls()}};
  if (!options_.metrics_listen.empty()) endpoints.push_back(Plain(options_.metrics_listen, diagnostics_));
  if (!options_.profile_listen.empty()) endpoints.push_back(Plain(options_.profile_listen, profiling_));
  EPHOR_ASSIGN(server_, net::Server::Start(endpoints, options_.limits, options_.threads));
  counted_ = server_.get();

  std::vector<std::string> watched = options_.paths.All();
  for (const std::string& file : certificate_->files()) watched.push_back(file);
  EPHOR_ASSIGN(watch_, source::FileWatch::Start(std::move(watched), {}, [this] { Reload(); }));
  log_.Info("serving", {{"address", options_.listen},
                        {"port", std::to_string(port())},
                        {"metrics_port", std::to_string(metrics_port())}});
  return {};
}

void AdmissionServer::Reload() {
  ReloadPolicies();
  RefreshCertificate();
}

ReloadReport AdmissionServer::ReloadPolicies() {
  const std::lock_guard lock(reloading_);
  ReloadReport report = store_.Reload();
  global_context_.Update(store_.cluster());
  ReturnFreeMemory();  // reading takes more than is kept
  for (const source::PolicyProblem& problem : report.problems) {
    log_.Error("a document cannot be used",
               {{"file", problem.file}, {"line", std::to_string(problem.line)}, {"reason", problem.message}});
  }
  for (const std::string& policy : report.kept) {
    log_.Warning("the last good version of a policy stays in force", {{"policy", policy}});
  }
  for (const std::string& policy : report.unevaluated) {
    log_.Warning(
        "this server does not evaluate a policy, or not all of its rules: it only validates and mutates",
        {{"policy", policy}});
  }
  for (const ReloadReport::Change& change : report.changes) {
    log_.Debug("a policy has changed", {{"policy", change.policy}, {"change", change.kind}});
  }
  if (!report.changes.empty() || !report.problems.empty()) {
    log_.Info("policies loaded", {{"policies", std::to_string(report.policies)},
                                  {"rules", std::to_string(report.rules)},
                                  {"exceptions", std::to_string(report.exceptions)},
                                  {"changed", std::to_string(report.changes.size())},
                                  {"problems", std::to_string(report.problems.size())}});
  }
  WaitFor(report.next_expiry);
  return report;
}

void AdmissionServer::WaitFor(const std::optional<Time>& expiry) {
  if (!expiry || clock_ == nullptr) return expiry_.Set(std::nullopt);
  // Looking again once a day follows a clock that was set, and keeps far dates from overflowing.
  constexpr Duration kLongest{86'400'000'000'000};
  const Duration left = expiry->Since(clock_->Now());
  expiry_.Set(std::chrono::steady_clock::now() +
              std::chrono::nanoseconds(std::min(left, kLongest).nanoseconds));
}

void AdmissionServer::RefreshCertificate() {
  const std::lock_guard lock(reloading_);
  const auto changed = certificate_->Refresh();
  if (!changed) {
    log_.Error("the certificate cannot be used, the last one stays", {{"reason", changed.error().message()}});
  } else if (*changed) {
    log_.Info("a new certificate is in use");
  }
}

void AdmissionServer::AddStatistics(std::vector<Gauge>& gauges) {
  AddProcessStatistics(gauges);
  global_context_.AddStatistics(gauges);
  const auto snapshot = snapshot_.Get();
  if (snapshot != nullptr) {
    gauges.push_back(
        {"ephor_policies", "policies in force", static_cast<double>(snapshot->policies().policies().size())});
    gauges.push_back({"ephor_policy_exceptions", "exceptions in force",
                      static_cast<double>(snapshot->policies().exceptions().size())});
  }
  // Its threads answer from before Start has returned until the destructor has joined them.
  const net::Server* const server = counted_;
  if (server == nullptr) return;
  const net::ServerStatistics seen = server->statistics();
  const auto add = [&gauges](const char* name, const char* help, std::uint64_t value,
                             bool is_counter = true) {
    gauges.push_back({name, help, static_cast<double>(value), is_counter});
  };
  add("ephor_connections", "connections that are open", seen.connections, false);
  add("ephor_buffered_bytes", "bytes held for unfinished requests and unsent answers", seen.buffered_bytes,
      false);
  add("ephor_connections_accepted_total", "connections that were accepted", seen.accepted);
  add("ephor_connections_evicted_total", "idle connections closed to make room", seen.evicted);
  add("ephor_connection_timeouts_total", "waits for a client that ran out of time", seen.timeouts);
  add("ephor_tls_handshake_failures_total", "TLS handshakes that failed", seen.handshake_failures);
  add("ephor_requests_refused_total", "requests that were malformed or too large", seen.refused);
  add("ephor_connections_abusive_total", "HTTP/2 connections ended for floods", seen.abusive);
}

bool AdmissionServer::Drain(std::chrono::milliseconds deadline) {
  webhook_.StartDraining();
  log_.Info("draining");
  watch_.reset();
  const bool all = server_->Drain(deadline);
  log_.Info("stopped", {{"all_answered", all ? "true" : "false"}});
  return all;
}

}  // namespace ephor::server
