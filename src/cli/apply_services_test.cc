#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/apply_run.h"
#include "cli/run_for_test.h"
#include "net/testing_site.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

// Sets a variable of the environment for the time of a test.
class EnvironmentVariable {
 public:
  EnvironmentVariable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;
  ~EnvironmentVariable() { unsetenv(name_); }

 private:
  const char* name_;
};

std::string PolicyCalling(const std::string& url) {
  return "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: ask\n"
         "  annotations: {pod-policies.kyverno.io/autogen-controllers: none}\nspec:\n  rules:\n  - name: "
         "ask\n"
         "    match: {any: [{resources: {kinds: [Pod]}}]}\n"
         "    context:\n    - name: answer\n      apiCall: {method: POST, jmesPath: allowed, "
         "data: [{key: name, value: '{{request.object.metadata.name}}'}], service: {url: '" +
         url +
         "'}}\n    validate:\n      message: 'the service said {{answer}}'\n      deny: {conditions: {all: "
         "[{key: '{{answer}}', operator: NotEquals, value: true}]}}\n";
}

TEST(ApplyServicesTest, AsksServicesAndSaysWhyItCannot) {
  net::TestSite site([](const net::Request& request, net::Response& response) {
    if (request.path == "/garbage") {
      response.body = "<html>";
    } else if (request.path == "/large") {
      response.body.assign(50 << 20, ' ');
    } else if (request.path == "/refuses") {
      response.status = 403;
      response.body = "secret";
    } else {
      response.body =
          request.body == "{\"name\":\"good\"}\n" ? "{\"allowed\": true}" : "{\"allowed\": false}";
    }
  });
  source::TemporaryFolder folder;
  const std::string pods = folder.Write("pods.yaml", kPods);
  const struct {
    std::string url;
    const char* blocklist;
    std::string printed;
    bool fails = false;  // rather than ends in an error
  } rows[] = {
      {site.Url("/ask"), "10.0.0.0/8", "the service said false", true},
      {site.Url("/garbage"), "10.0.0.0/8",
       "failed to unmarshal JSON from " + site.Url("/garbage") + ": invalid character"},
      {site.Url("/large"), "10.0.0.0/8",
       "response length must be less than max allowed response length of 10000000"},
      {site.Url("/refuses"), "10.0.0.0/8", "HTTP 403 from " + site.Url("/refuses") + " for APICall answer"},
      {"http://127.0.0.1:1/", "10.0.0.0/8",
       "failed to execute HTTP request for APICall answer: Post \"http://127.0.0.1:1/\": connect: Connection "
       "refused"},
      {"file:///etc/passwd", "10.0.0.0/8", "unsupported protocol scheme \"file\""},
      {site.Url("/ask"), "", "blocked: IP 127.0.0.1 falls in blocked range 127.0.0.0/8"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.url);
    const EnvironmentVariable blocklist("FLAG_HTTP_BLOCKLIST", row.blocklist);
    ApplyOptions options;
    options.policies = {folder.Write("policy.yaml", PolicyCalling(row.url))};
    options.resources = {pods};
    options.policy_report = true;
    options.output_format = "json";
    CapturedContext captured;
    const auto code = RunApply(options, captured.context());
    ASSERT_TRUE(code) << code.error().message();
    EXPECT_EQ(*code, 1);
    std::string printed = captured.out();
    std::erase(printed, '\\');  // of quotes within JSON
    EXPECT_NE(printed.find(row.printed), std::string::npos) << captured.out();
    EXPECT_EQ(captured.out().find("\"result\":\"error\"") == std::string::npos, row.fails) << captured.out();
    EXPECT_EQ(captured.out().find("secret"), std::string::npos);
  }
}

TEST(ApplyServicesTest, TellsWhyARuleEndedInAnErrorBesideTheOthersResults) {
  const EnvironmentVariable blocklist("FLAG_HTTP_BLOCKLIST", "10.0.0.0/8");
  source::TemporaryFolder folder;
  ApplyOptions options;
  options.policies = {folder.Write("ask.yaml", PolicyCalling("http://127.0.0.1:1/")),
                      folder.Write("team.yaml", kNeedTeam)};
  options.resources = {folder.Write("pods.yaml", kPods)};
  CapturedContext captured;
  const auto code = RunApply(options, captured.context());
  ASSERT_TRUE(code) << code.error().message();
  EXPECT_EQ(*code, 1);
  EXPECT_NE(captured.out().find("failed:\n1 - check-team"), std::string::npos) << captured.out();
  EXPECT_NE(captured.err().find("Error: policy ask, rule ask, resource default/Pod/good: failed to check "
                                "deny conditions: failed to "
                                "substitute variables in condition key: failed to resolve answer at path : "
                                "failed to fetch data for "
                                "APICall: failed to execute HTTP request for APICall answer: Post "
                                "\"http://127.0.0.1:1/\": connect: "
                                "Connection refused\n"),
            std::string::npos)
      << captured.err();
}

TEST(ApplyServicesTest, RefusesABadListOfNetworks) {
  const EnvironmentVariable blocklist("FLAG_HTTP_BLOCKLIST", "10.0.0.0/99");
  source::TemporaryFolder folder;
  ApplyOptions options;
  options.policies = {folder.Write("policy.yaml", kNeedTeam)};
  options.resources = {folder.Write("pods.yaml", kPods)};
  CapturedContext captured;
  const auto code = RunApply(options, captured.context());
  ASSERT_FALSE(code);
  EXPECT_EQ(
      code.error().message(),
      "invalid CEL http configuration: invalid CIDR \"10.0.0.0/99\" in blocklist: invalid CIDR address: "
      "10.0.0.0/99");
}

}  // namespace
}  // namespace ephor::cli
