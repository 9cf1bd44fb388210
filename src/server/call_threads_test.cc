// Reviews that wait for a service, and those that do not, on a server with one I/O thread.
#include "server/call_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "json/parse.h"
#include "net/http_client.h"
#include "net/testing_site.h"
#include "policy/decode_for_test.h"
#include "ports/http_service.h"
#include "server/outside_calls.h"
#include "server/webhook.h"

namespace ephor::server {
namespace {

using std::chrono::milliseconds;

TEST(CallThreadsTest, RunsWhatFits) {
  std::atomic<int> ran = 0;
  std::atomic<bool> go = false;
  {
    CallThreads threads(1, 2);
    const auto task = [&](unsigned thread) {
      EXPECT_EQ(thread, 0u);
      while (!go) std::this_thread::sleep_for(milliseconds(1));
      ++ran;
    };
    EXPECT_TRUE(threads.Post(task));
    std::this_thread::sleep_for(milliseconds(50));  // until the first is under way
    EXPECT_TRUE(threads.Post(task));
    EXPECT_TRUE(threads.Post(task));
    EXPECT_FALSE(threads.Post(task));
    go = true;
    while (ran < 3) std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_EQ(ran, 3);
}

TEST(OutsideCallsTest, ByWords) {
  const struct {
    const char* document;
    bool outside;
  } rows[] = {
      {R"j({"rules":[{"context":[{"name":"a","apiCall":{"service":{"url":"http://x"}}}]}]})j", true},
      {R"j({"rules":[{"context":[{"name":"a","apiCall":{"urlPath":"/api"}}]}]})j", false},
      {R"j({"rules":[{"context":[{"name":"a","imageRegistry":{"reference":"x"}}]}]})j", true},
      {R"j({"validations":[{"expression":"http.Get('x').ok"}]})j", true},
      {R"j({"validations":[{"expression":"http\n  .Get('x').ok"}]})j", true},
      {R"j({"variables":[{"expression":"image.getMetadata('x')"}]})j", true},
      {R"j({"variables":[{"expression":"image\n  .GetMetadata('x')"}]})j", true},
      {R"j({"conditions":{"all":[{"key":"{{ is_external_url('http://x') }}"}]}})j", true},
      {R"j({"rules":[{"validate":{"message":"see http://x"}}]})j", false},
      {"[]", false},
  };
  for (const auto& row : rows) {
    Arena arena;
    EXPECT_EQ(MayCallOutside(*json::Parse(row.document, arena)), row.outside) << row.document;
  }
}

// By how much a deadline may be seen late.
constexpr milliseconds kTick(10);

// Takes 1.5 s, or as long as there is.
class SlowService final : public ports::HttpService {
 public:
  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override {
    const std::chrono::nanoseconds wanted = milliseconds(1500), left = request.deadline.Left();
    std::this_thread::sleep_for(std::min(wanted, left + kTick));
    if (left < wanted) return Fail(ErrorCode::kUnavailable, "Get \"http://service/\": too slow");
    return ports::HttpResponse{200, R"({"ok":false})"};
  }
};

constexpr std::string_view kPodReview =
    R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":)"
    R"({"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1",)"
    R"("resource":"pods"},"namespace":"n","name":"p","operation":"CREATE","userInfo":{},)"
    R"("object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n"}}}})";

// A server of one I/O thread whose policy asks a slow service.
class AskingServer {
 public:
  AskingServer() : metrics_(1 + 2), webhook_(published_, global_context_, metrics_, 1, 2) {
    constexpr std::string_view kAsks = R"(
  rules:
  - name: ask
    match: {any: [{resources: {kinds: [Pod]}}]}
    context: [{name: answer, apiCall: {jmesPath: ok, service: {url: "http://service/"}}}]
    validate:
      failureAction: Enforce
      message: refused by the service
      deny: {conditions: {all: [{key: "{{answer}}", operator: Equals, value: false}]}}
  - name: later
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {failureAction: Enforce, message: never, pattern: {metadata: {name: "?*"}}}
)";
    ports::World world;
    world.http = &service_;
    std::vector<std::shared_ptr<const engine::CompiledPolicy>> policies{
        std::make_shared<engine::CompiledPolicy>(policy::DecodeForTest(policy::ClusterPolicyYaml(kAsks)))};
    const auto cluster =
        std::make_shared<source::LocalCluster>([](Arena&) { return std::vector<json::Value>(); });
    published_.Publish(std::make_shared<const PolicySnapshot>(engine::PolicySet(std::move(policies), {}),
                                                              engine::CelPolicySet(), engine::Configuration(),
                                                              cluster, world, metrics_.rules()));
    const net::Endpoint endpoint{"127.0.0.1:0", &webhook_};
    auto server = net::Server::Start(std::span(&endpoint, 1), net::ServerLimits(), 1);
    EXPECT_TRUE(server) << server.error().message();
    server_ = *std::move(server);
  }

  std::string base() const { return "http://127.0.0.1:" + std::to_string(server_->port(0)); }
  std::string Review(net::HttpClient& client, const std::string& query) const {
    const std::string url = base() + "/validate?" + query;
    const net::HeaderView type{"Content-Type", "application/json"};
    const auto answer =
        client.Send({.method = "POST", .url = url, .headers = std::span(&type, 1), .body = kPodReview});
    return answer ? answer->body : answer.error().message();
  }

 private:
  SlowService service_;
  Metrics metrics_;
  Published<PolicySnapshot> published_;
  Published<GlobalContextView> global_context_;
  Webhook webhook_;
  std::unique_ptr<net::Server> server_;
};

TEST(CallThreadsTest, AReviewIsAnsweredBeforeItsTimeIsOver) {
  const AskingServer server;
  net::HttpClient client;
  const auto started = std::chrono::steady_clock::now();
  const std::string answer = server.Review(client, "timeout=1s");
  EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(1000));
  EXPECT_NE(answer.find(R"(  ask: 'failed to)"), std::string::npos) << answer;
  EXPECT_NE(answer.find("APICall answer: Get \\\"http://service/\\\": too slow"), std::string::npos)
      << answer;
  EXPECT_NE(answer.find("  later: the time for this request was over before the rule's turn"),
            std::string::npos)
      << answer;
}

TEST(CallThreadsTest, AServiceHoldsUpOnlyWhoAskIt) {
  const AskingServer server;
  net::HttpClient client;
  std::vector<std::thread> clients;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back([&] {
      const std::string answer = server.Review(client, "timeout=10s");
      EXPECT_NE(answer.find("refused by the service"), std::string::npos) << answer;
      ++refused;
    });
  }
  std::this_thread::sleep_for(milliseconds(100));
  const auto started = std::chrono::steady_clock::now();
  const std::string liveness = server.base() + "/health/liveness";
  const auto alive = client.Send({.url = liveness});
  EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(1000));
  EXPECT_EQ(alive ? alive->status : 0, 200);
  for (std::thread& thread : clients) thread.join();
  EXPECT_EQ(refused, 2);
}

}  // namespace
}  // namespace ephor::server
