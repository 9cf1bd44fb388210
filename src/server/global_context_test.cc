#include "server/global_context.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "json/write.h"
#include "ports/http_service.h"
#include "yaml/load.h"

namespace ephor::server {
namespace {

// Answers the numbers from 1 on, or not at all.
class Counter final : public ports::HttpService {
 public:
  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override {
    EXPECT_TRUE(request.deadline.is_set());
    const int number = ++calls;
    if (request.url.ends_with("/garbage")) return ports::HttpResponse{200, "<html>"};
    if (broken) return Fail(ErrorCode::kUnavailable, "Get \"http://s/\": no answer");
    return ports::HttpResponse{200, "{\"number\": " + std::to_string(number) + "}"};
  }

  std::atomic<int> calls = 0;
  std::atomic<bool> broken = false;
};

std::shared_ptr<const source::LocalCluster> ClusterOf(std::initializer_list<const char*> objects) {
  std::vector<std::string> texts(objects.begin(), objects.end());
  return std::make_shared<source::LocalCluster>([texts](Arena& arena) {
    std::vector<json::Value> values;
    for (const std::string& text : texts) values.push_back(*yaml::Load(arena.Copy(text), arena));
    return values;
  });
}

class GlobalContextTest : public ::testing::Test {
 protected:
  std::string Get(std::string_view name, std::string_view projection = "") {
    Published<GlobalContextView>::Copy copy;
    const GlobalContextView* const view = store_.view().Read(copy);
    if (view == nullptr) return "no view";
    Arena arena;
    const auto entry = view->Entry(name, projection, arena);
    if (!entry) return entry.error().message();
    return *entry ? json::ToString(**entry) : "no such entry";
  }
  // Waits until an entry is what it should be.
  std::string Await(std::string_view name, const std::string& wanted) {
    const Deadline deadline = Deadline::In(std::chrono::seconds(10));
    while (Get(name) != wanted && deadline.Left().count() > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return Get(name);
  }
  double Gauge(std::string_view name) {
    std::vector<server::Gauge> gauges;
    store_.AddStatistics(gauges);
    for (const server::Gauge& gauge : gauges) {
      if (gauge.name == name) return gauge.value;
    }
    return -1;
  }

  Counter http_;
  Log log_{LogLevel::kError, LogFormat::kText};
  GlobalContextStore store_{ports::World{.http = &http_}, log_};
};

constexpr const char* kDeployments =
    "{apiVersion: kyverno.io/v2beta1, kind: GlobalContextEntry, metadata: {name: deployments}, spec: "
    "{kubernetesResource: {group: apps, version: v1, resource: deployments, namespace: shop}, "
    "projections: [{name: names, jmesPath: '[].metadata.name'}, {name: constant, jmesPath: \"['a "
    "text']\"}]}}";
constexpr const char* kDeployment =
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}";
constexpr const char* kPolled =
    "{apiVersion: kyverno.io/v2beta1, kind: GlobalContextEntry, metadata: {name: polled}, spec: {apiCall: "
    "{service: {url: 'http://s/'}, refreshInterval: 5ms, retryLimit: 1}, projections: [{name: count, "
    "jmesPath: "
    "number}]}}";

TEST_F(GlobalContextTest, ListsGivenObjects) {
  EXPECT_EQ(Get("deployments"), "no view");
  store_.Update(ClusterOf({kDeployments, kDeployment}));
  EXPECT_EQ(Get("deployments", "names"), R"(["web"])");
  EXPECT_EQ(Get("deployments", "constant"), R"(["a text"])");
  EXPECT_EQ(Get("deployments", "other"), R"(projection "other" not found)");
  EXPECT_EQ(Get("other"), "no such entry");
  store_.Update(ClusterOf({kDeployments}));
  EXPECT_EQ(Get("deployments"), "[]");
  store_.Update(ClusterOf({}));
  EXPECT_EQ(Get("deployments"), "no such entry");
}

TEST_F(GlobalContextTest, PollsServices) {
  store_.Update(ClusterOf({kPolled}));
  const Deadline deadline = Deadline::In(std::chrono::seconds(10));
  while (std::atoi(Get("polled", "count").c_str()) < 3 && deadline.Left().count() > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_GE(std::atoi(Get("polled", "count").c_str()), 3) << "each refresh replaces the one before";
}

TEST_F(GlobalContextTest, AFailureIsAnErrorUntilTheNextSuccess) {
  http_.broken = true;
  store_.Update(ClusterOf({kPolled}));
  const std::string failure =
      "failed to fetch data for APICall: failed to execute HTTP request for APICall polled: Get "
      "\"http://s/\": no "
      "answer";
  EXPECT_EQ(Await("polled", failure), failure);
  EXPECT_EQ(Gauge("ephor_global_context_entries_without_data"), 1);
  EXPECT_GE(Gauge("ephor_global_context_failures_total"), 1);
  http_.broken = false;
  const Deadline deadline = Deadline::In(std::chrono::seconds(10));
  while (!Get("polled").starts_with("{\"number\":") && deadline.Left().count() > 0) {
  }
  EXPECT_EQ(Gauge("ephor_global_context_entries_without_data"), 0);
  EXPECT_EQ(Gauge("ephor_global_context_entries"), 1);
}

TEST_F(GlobalContextTest, RetriesBeforeItGivesUp) {
  http_.broken = true;
  store_.Update(
      ClusterOf({"{apiVersion: kyverno.io/v2, kind: GlobalContextEntry, metadata: {name: a}, spec: "
                 "{apiCall: {service: {url: 'http://s/'}}}}"}));
  EXPECT_EQ(Get("a"), "no data available") << "before the first call has come to an end";
  while (Get("a") == "no data available") std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_EQ(http_.calls, 3) << "the default of retryLimit";
}

TEST_F(GlobalContextTest, BadEntriesAreErrorsOfTheirOwn) {
  const auto entry = [](const std::string& name, const std::string& spec) {
    return "{apiVersion: kyverno.io/v2, kind: GlobalContextEntry, metadata: {name: " + name +
           "}, spec: " + spec + "}";
  };
  const std::string garbage =
      entry("garbage", "{apiCall: {service: {url: 'http://s/garbage'}, retryLimit: 1}}");
  const std::string both =
      entry("both", "{apiCall: {urlPath: /api/v1/pods}, kubernetesResource: {version: v1, resource: pods}}");
  const std::string never = entry("never", "{apiCall: {urlPath: /api/v1/pods, refreshInterval: -1s}}");
  const std::string query = entry("query",
                                  "{kubernetesResource: {version: v1, resource: pods}, projections: [{name: "
                                  "a, jmesPath: 'to_number(@, @)'}]}");
  store_.Update(ClusterOf({garbage.c_str(), both.c_str(), never.c_str(), query.c_str(), kDeployments}));
  EXPECT_EQ(Get("deployments"), "[]");
  EXPECT_EQ(
      Await("garbage",
            "failed to fetch data for APICall: failed to unmarshal JSON: invalid character '<' looking for "
            "beginning of value"),
      "failed to fetch data for APICall: failed to unmarshal JSON: invalid character '<' looking for "
      "beginning of value");
  EXPECT_EQ(
      Get("both"),
      "spec.kubernetesResource: Forbidden: A global context entry should either have KubernetesResource or "
      "APICall");
  EXPECT_EQ(Get("never"), "spec.apiCall.refreshInterval: must be more than 0");
  EXPECT_EQ(Get("query"),
            "failed to apply projection \"a\" for GlobalContextEntry query: incorrect number of args");
}

}  // namespace
}  // namespace ephor::server
