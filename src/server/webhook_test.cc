// What the API server's side is answered, without sockets: paths, methods, bodies and their errors.
#include "server/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "engine/configuration.h"
#include "json/parse.h"
#include "json/write.h"
#include "policy/decode_for_test.h"

namespace ephor::server {
namespace {

constexpr std::string_view kNoLatest = R"(
  rules:
  - name: no-latest
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate:
      failureAction: Enforce
      message: no latest
      pattern: {spec: {containers: [{image: "!*:latest"}]}}
)";

std::string Review(std::string_view image, std::string_view kind = "Pod") {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":)"
         R"({"group":"","version":"v1","kind":")" +
         std::string(kind) +
         R"("},"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"team","name":"web",)"
         R"("operation":"CREATE","userInfo":{"username":"alice"},"object":{"apiVersion":"v1","kind":")" +
         std::string(kind) +
         R"(","metadata":{"name":"web","namespace":"team"},"spec":{"containers":[{"name":"c","image":")" +
         std::string(image) + R"("}]}}}})";
}

class WebhookTest : public ::testing::Test {
 protected:
  void Load() {
    std::vector<std::shared_ptr<const engine::CompiledPolicy>> policies{
        std::make_shared<engine::CompiledPolicy>(
            policy::DecodeForTest(policy::ClusterPolicyYaml(kNoLatest)))};
    snapshot_.Publish(std::make_shared<const PolicySnapshot>(engine::PolicySet(std::move(policies), {}),
                                                             engine::CelPolicySet(), engine::Configuration(),
                                                             nullptr, ports::World(), metrics_.rules()));
  }

  net::Response Send(std::string_view method, std::string_view path, const std::string& body,
                     std::string_view content_type = "application/json",
                     std::string_view query = "timeout=10s", std::chrono::milliseconds waited = {}) {
    // The padding that the server promises behind a body.
    const std::string padded = body + std::string(net::Request::kBodyPadding, '\0');
    const std::array<net::Header, 1> headers{{{"Content-Type", content_type}}};
    net::Request request;
    request.method = method;
    request.path = path;
    request.query = query;
    request.headers = headers;
    request.body = std::string_view(padded).substr(0, body.size());
    request.received = std::chrono::steady_clock::now() - waited;
    net::Response response;
    webhook_.Handle(request, response);
    return response;
  }

  bool Exposes(std::string_view line) {
    std::string text;
    metrics_.Expose(text);
    return text.find(line) != std::string::npos;
  }

  Metrics metrics_{1};
  Published<PolicySnapshot> snapshot_;
  Published<GlobalContextView> global_context_;
  Webhook webhook_{snapshot_, global_context_, metrics_, 1};
};

TEST_F(WebhookTest, DecidesByThePolicies) {
  Load();
  const net::Response good = Send("POST", "/validate/fail", Review("nginx:1"));
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.content_type, "application/json; charset=utf-8");
  EXPECT_EQ(
      good.body,
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u-1","allowed":true}})");
  const net::Response bad = Send("POST", "/validate/fail", Review("nginx:latest"));
  Arena arena;
  const auto answer = json::Parse(bad.body, arena);
  ASSERT_TRUE(answer);
  EXPECT_EQ(json::ToString(*answer->Find("response", "allowed")), "false");
  EXPECT_EQ(answer->StringAt("response", "status", "message"),
            std::string_view(
                "\n\nresource Pod/team/web was blocked due to the following policies \n\np:\n  no-latest: "
                "'validation "
                "error: no latest. rule no-latest failed at path /spec/containers/0/image/'\n"));
}

struct PathCase {
  std::string_view path;
  int status;
  bool allowed;
};

TEST_F(WebhookTest, PathsSelectPolicies) {
  Load();
  const PathCase cases[] = {
      {"/validate", 200, false},
      {"/validate/fail", 200, false},
      {"/validate/ignore", 200, true},
      {"/validate/fail/finegrained/p", 200, false},
      {"/validate/ignore/finegrained/p", 200, true},
      {"/validate/fail/finegrained/other", 200, true},
      {"/validate/fail/finegrained/team/p", 200, true},
      {"/mutate", 200, true},
      {"/mutate/fail", 200, true},
      {"/mutate/ignore/finegrained/p", 200, true},
      {"/vpol/a/b", 200, true},
      {"/nvpol/a", 200, true},
      {"/mpol/a", 200, true},
      {"/gpol/a", 200, true},
      {"/ivpol/validate/a", 200, true},
      {"/nivpol/mutate/a", 200, true},
      {"/policymutate", 200, true},
      {"/verifymutate", 200, true},
      {"/", 404, false},
      {"", 404, false},
      {"/validate/", 404, false},
      {"/validate/fail/", 404, false},
      {"/validate/failx", 404, false},
      {"/validate/fail/finegrained", 404, false},
      {"/validate/fail/finegrained/", 404, false},
      {"/validatex", 404, false},
      {"/mutate/other", 404, false},
      {"/ivpol/a", 404, false},
      {"/policyvalidate/x", 404, false},
      {"/metrics", 404, false},
  };
  for (const PathCase& c : cases) {
    SCOPED_TRACE(c.path);
    const net::Response response = Send("POST", c.path, Review("nginx:latest"));
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.body.find("\"allowed\":true") != std::string::npos, c.allowed);
  }
  // "other", "team/p" and the four names of ValidatingPolicies and MutatingPolicies.
  EXPECT_TRUE(Exposes("ephor_unknown_policies_total 8\n"));
}

struct RefusedCase {
  const char* name;
  std::string_view method, path;
  std::string body;
  std::string_view content_type;
  int status;
  std::string_view text;
};

TEST_F(WebhookTest, RefusesWithTheReferencesCodes) {
  Load();
  constexpr std::string_view kJson = "application/json";
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
  const RefusedCase cases[] = {
      {"unknown path", "POST", "/other", Review("a"), kJson, 404, "404 page not found\n"},
      {"GET of a webhook", "GET", "/validate", "", kJson, 405, "Method Not Allowed\n"},
      {"PUT of a webhook", "PUT", "/validate", Review("a"), kJson, 405, "Method Not Allowed\n"},
      {"POST of a probe", "POST", "/health/liveness", "", kJson, 405, "Method Not Allowed\n"},
      {"no body", "POST", "/validate", "", kJson, 400, "empty body\n"},
      {"no content type", "POST", "/validate", Review("a"), "", 415, "invalid Content-Type\n"},
      {"content type with parameters", "POST", "/validate", Review("a"), "application/json; charset=utf-8",
       415, "invalid Content-Type\n"},
      {"form", "POST", "/validate", "a=b", "application/x-www-form-urlencoded", 415,
       "invalid Content-Type\n"},
      {"no request", "POST", "/validate", R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"})",
       kJson, 400, "AdmissionReview request is nil\n"},
      {"null", "POST", "/validate", "null", kJson, 400, {}},
      {"no object", "POST", "/validate", "[1]", kJson, 400, {}},
      {"no JSON", "POST", "/validate", "{", kJson, 417, {}},
      {"rubbish behind it", "POST", "/validate", Review("a") + "}", kJson, 417, {}},
      {"10,000 levels", "POST", "/validate", deep, kJson, 417, {}},
      {"invalid UTF-8", "POST", "/validate", Review("\xff"), kJson, 417, {}},
      {"no JSON for a policy", "POST", "/policyvalidate", "{", kJson, 417, {}},
      {"no request for an exception", "POST", "/exceptionvalidate", "{}", kJson, 400, {}},
  };
  for (const RefusedCase& c : cases) {
    SCOPED_TRACE(c.name);
    const net::Response response = Send(c.method, c.path, c.body, c.content_type);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
    EXPECT_GT(response.body.size(), 1u);
    if (!c.text.empty()) {
      EXPECT_EQ(response.body, c.text);
    }
  }
}

TEST_F(WebhookTest, TruncatedAnywhereItIsNeverAllowed) {
  Load();
  const std::string whole = Review("nginx:1");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_NE(Send("POST", "/validate", whole.substr(0, size)).status, 200) << size;
  }
}

TEST_F(WebhookTest, BeforePoliciesAreLoadedNothingIsAllowed) {
  EXPECT_EQ(Send("POST", "/validate", Review("nginx:1")).status, 503);
  EXPECT_EQ(Send("GET", "/health/liveness", "").status, 200);
  EXPECT_EQ(Send("GET", "/health/readiness", "").status, 500);
  EXPECT_FALSE(webhook_.ready());
  Load();
  EXPECT_EQ(Send("GET", "/health/readiness", "").status, 200);
  EXPECT_TRUE(webhook_.ready());
  webhook_.StartDraining();
  EXPECT_EQ(Send("GET", "/health/readiness", "").status, 503);
  EXPECT_EQ(Send("GET", "/health/liveness", "").status, 200);
  EXPECT_EQ(Send("POST", "/validate", Review("nginx:1")).status, 200);
}

TEST_F(WebhookTest, WhoNoLongerWaitsIsNotServed) {
  Load();
  struct Case {
    std::string_view query;
    int waited_ms, status;
  };
  for (const Case& c : {Case{"timeout=1s", 1'001, 504}, Case{"timeout=1s", 100, 200}, Case{"", 10'001, 504},
                        Case{"timeout=rubbish", 5'000, 200}, Case{"timeout=-1s", 5'000, 200},
                        Case{"a=b&timeout=20s", 15'000, 200}}) {
    SCOPED_TRACE(c.query);
    EXPECT_EQ(Send("POST", "/validate", Review("nginx:1"), "application/json", c.query,
                   std::chrono::milliseconds(c.waited_ms))
                  .status,
              c.status);
  }
}

std::string PolicyReview(std::string_view group, std::string_view kind, std::string_view object) {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":{"group":")" +
         std::string(group) + R"(","version":"v1","kind":")" + std::string(kind) +
         R"("},"resource":{"group":"","version":"v1","resource":"x"},"operation":"CREATE","userInfo":{},"object":)" +
         std::string(object) + "}}";
}

TEST_F(WebhookTest, PoliciesAreReviewed) {
  Load();
  constexpr std::string_view kGood =
      R"({"apiVersion":"kyverno.io/v1","kind":"ClusterPolicy","metadata":{"name":"a"},"spec":{"rules":[{"name":"r",)"
      R"("match":{"any":[{"resources":{"kinds":["Pod"]}}]},"validate":{"failureAction":"Enforce","message":"m",)"
      R"("pattern":{"spec":{"x":"y"}}}}]}})";
  const net::Response good =
      Send("POST", "/policyvalidate", PolicyReview("kyverno.io", "ClusterPolicy", kGood));
  EXPECT_THAT(good.body, ::testing::HasSubstr(R"("allowed":true)"));
  EXPECT_THAT(good.body,
              ::testing::HasSubstr(
                  "ClusterPolicy (kyverno.io) is deprecated and will be removed in a future release"));
  struct Case {
    std::string_view path, group, kind, object, message;
  };
  const Case cases[] = {
      {"/policyvalidate", "", "Pod", R"({"apiVersion":"v1","kind":"Pod"})",
       "admission request does not contain a policy"},
      {"/policyvalidate", "policies.kyverno.io", "ValidatingPolicy",
       R"({"apiVersion":"policies.kyverno.io/v1","kind":"ValidatingPolicy","metadata":{"name":"a"},"spec":{}})",
       "a matchConstraints with at least one resource rule is required"},
      {"/celexception/validate", "policies.kyverno.io", "PolicyException",
       R"({"apiVersion":"policies.kyverno.io/v1","kind":"PolicyException","metadata":{"name":"a"},"spec":{}})",
       "must specify at least one policy ref"},
      {"/celexception/validate", "", "Pod", R"({"apiVersion":"v1","kind":"Pod"})",
       "admission request does not contain a policy exception"},
      {"/exceptionvalidate", "", "Pod", R"({"apiVersion":"v1","kind":"Pod"})",
       "admission request does not contain a policy exception"},
      {"/globalcontextvalidate", "", "Pod", R"({"apiVersion":"v1","kind":"Pod"})",
       "admission request does not contain a global context entry"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.message);
    const net::Response response = Send("POST", c.path, PolicyReview(c.group, c.kind, c.object));
    EXPECT_THAT(response.body, ::testing::HasSubstr(R"("allowed":false)"));
    EXPECT_THAT(response.body, ::testing::HasSubstr(c.message));
  }
}

TEST_F(WebhookTest, CountsUnderTheReferencesNames) {
  Load();
  Send("POST", "/validate/fail", Review("nginx:1"));
  Send("POST", "/validate/fail", Review("nginx:latest"));
  Send("POST", "/validate/fail", Review("nginx:latest", "ConfigMap"));
  for (
      const char* line :
      {R"(kyverno_admission_requests_total{otel_scope_name="kyverno",resource_kind="Pod",resource_namespace="team",)"
       R"(resource_request_operation="create",request_allowed="false",)"
       R"(request_webhook="ValidatingWebhookConfiguration"} 1)",
       R"(kyverno_http_requests_total{otel_scope_name="kyverno",http_method="POST",http_url="/validate/fail?timeout=10s"} 3)",
       R"(kyverno_policy_results_total{otel_scope_name="kyverno",policy_validation_mode="enforce",policy_type="cluster",)"
       R"(policy_background_mode="true",policy_namespace="-",policy_name="p",rule_name="no-latest",)"
       R"(rule_type="validate",resource_kind="Pod",resource_namespace="team",resource_request_operation="create",)"
       R"(rule_result="fail",rule_execution_cause="admission_request",dry_run="false"} 1)",
       R"(ephor_rule_evaluations_total{otel_scope_name="kyverno",policy_namespace="-",policy_name="p",)"
       R"(rule_name="no-latest"} 2)"}) {
    EXPECT_TRUE(Exposes(std::string(line) + "\n")) << line;
  }
}

TEST(WebhookReloadTest, PoliciesAreReplacedUnderRunningRequests) {
  constexpr unsigned kWorkers = 4;
  constexpr int kReloads = 200;
  Metrics metrics(kWorkers);
  Published<PolicySnapshot> published;
  Published<GlobalContextView> global_context;
  Webhook webhook(published, global_context, metrics, kWorkers);
  const auto publish = [&] {
    std::vector<std::shared_ptr<const engine::CompiledPolicy>> policies{
        std::make_shared<engine::CompiledPolicy>(
            policy::DecodeForTest(policy::ClusterPolicyYaml(kNoLatest)))};
    published.Publish(std::make_shared<const PolicySnapshot>(engine::PolicySet(std::move(policies), {}),
                                                             engine::CelPolicySet(), engine::Configuration(),
                                                             nullptr, ports::World(), metrics.rules()));
  };
  publish();
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (unsigned worker = 0; worker < kWorkers; ++worker) {
    threads.emplace_back([&, worker] {
      const std::string body = Review("nginx:latest") + std::string(net::Request::kBodyPadding, '\0');
      const std::array<net::Header, 1> headers{{{"content-type", "application/json"}}};
      net::Request request;
      request.method = "POST";
      request.path = "/validate/fail";
      request.headers = headers;
      request.body = std::string_view(body).substr(0, body.size() - net::Request::kBodyPadding);
      request.worker = worker;
      net::Response response;
      while (!done.load()) {
        request.received = std::chrono::steady_clock::now();
        response.Clear();
        webhook.Handle(request, response);
        wrong += response.status != 200 || response.body.find("no latest") == std::string::npos;
      }
    });
  }
  for (int i = 0; i < kReloads; ++i) publish();
  std::string text;
  metrics.Expose(text);
  done.store(true);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace ephor::server
