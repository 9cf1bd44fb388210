// What serving adds to a review.
//
//   BM_Webhook/NAME   a review from the request's body to the answer's, with paths, metrics and logs, by the
//   Pod
//                     Security policies of the examples. Compare bench_admission, which is the engine's part
//                     of it.
//   BM_Https/N        N requests in flight of one kept HTTPS connection to a server of one thread that does
//   nothing:
//                     the cost of TLS and HTTP alone. server_us is the server's CPU time a request, the
//                     client's not counted; a plain loopback TCP round trip is in the wall time.
//
// Counters: allocs is heap allocations a review in steady state, OpenSSL's own among them.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

#include "bench/allocations.h"
#include "bench/files.h"
#include "net/certificate.h"
#include "net/server.h"
#include "net/testing_client.h"
#include "server/policy_store.h"
#include "server/webhook.h"

namespace ephor {
namespace {

// The webhook with the example policies, one thread.
struct Loaded {
  server::Metrics metrics{1};
  server::Published<server::PolicySnapshot> published;
  server::PolicyStore store{server::PolicyPaths{.policies = {"examples/pod-security"}}, ports::World(),
                            metrics, published};
  server::Published<server::GlobalContextView> global_context;
  server::Webhook webhook{published, global_context, metrics, 1};
  Loaded() { store.Reload(); }
};

void BM_Webhook(benchmark::State& state, const std::string& review) {
  static Loaded loaded;
  const std::string padded = review + std::string(net::Request::kBodyPadding, '\0');
  const net::Header headers[] = {{"Host", "ephor.svc"}, {"Content-Type", "application/json"}};
  net::Request request;
  request.method = "POST";
  request.path = "/validate/fail";
  request.query = "timeout=10s";
  request.headers = headers;
  request.body = std::string_view(padded).substr(0, review.size());
  net::Response response;
  const auto handle = [&] {
    request.received = std::chrono::steady_clock::now();
    response.Clear();
    loaded.webhook.Handle(request, response);
  };
  for (int warm_up = 0; warm_up < 3; ++warm_up) handle();
  const AllocationCount allocations;
  for (auto _ : state) handle();
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations.Since()), benchmark::Counter::kAvgIterations);
  if (response.status != 200) state.SkipWithError("the review was not answered");
}

class EmptyHandler : public net::Handler {
 public:
  void Handle(const net::Request&, net::Response& response) override { response.body.assign(100, 'x'); }
};

double CpuSeconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// All of the process but this thread.
double OtherCpuSeconds() {
  return CpuSeconds(RUSAGE_SELF) - CpuSeconds(RUSAGE_THREAD);
}

void BM_Https(benchmark::State& state) {
  const auto authority = net::MakeAuthority("bench", std::chrono::hours(24));
  const std::string names[] = {"localhost"};
  const auto tls =
      net::TlsContext::Create(*net::MakeServerCertificate(*authority, names, std::chrono::hours(24)));
  EmptyHandler handler;
  const net::Endpoint endpoints[] = {{"127.0.0.1:0", &handler, tls->get()}};
  const auto server = net::Server::Start(endpoints, net::ServerLimits(), 1);
  net::TestClient client((*server)->port(0), net::TestClient::Protocol::kTls);
  std::string requests;
  for (int i = 0; i < state.range(0); ++i)
    requests += net::PostText("/validate?timeout=10s", std::string(3'000, 'x'));
  const double before = OtherCpuSeconds();
  for (auto _ : state) {
    client.Send(requests);
    for (int i = 0; i < state.range(0); ++i) benchmark::DoNotOptimize(client.Read());
  }
  const auto count = static_cast<double>(state.iterations() * state.range(0));
  state.SetItemsProcessed(static_cast<std::int64_t>(count));
  state.counters["server_us"] = (OtherCpuSeconds() - before) / count * 1e6;
}
BENCHMARK(BM_Https)->Arg(1)->Arg(16)->UseRealTime();

// One for each recorded review.
const int kRegistered = [] {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("bench/corpus/reviews"))
    files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& path : files) {
    benchmark::RegisterBenchmark(
        ("BM_Webhook/" + path.stem().string()).c_str(),
        [review = ReadFile(path)](benchmark::State& state) { BM_Webhook(state, review); });
  }
  return 0;
}();

}  // namespace
}  // namespace ephor
