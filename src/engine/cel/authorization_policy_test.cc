#include "engine/cel/authorization_policy.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "policy/decode_for_test.h"
#include "ports/clock.h"

namespace ephor::engine {
namespace {

class FixedClock final : public ports::Clock {
 public:
  Time Now() const override { return Time::FromUnix(1'700'000'000); }
};

// "STATUS MESSAGE", or why the policy does not compile or the request is none.
std::string Judge(std::string_view mode, std::string_view spec, std::string_view request) {
  const std::string yaml =
      "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec:\n  evaluation: "
      "{mode: " +
      std::string(mode) + "}\n" + std::string(spec);
  auto source = policy::Decode<policy::ValidatingPolicy>(policy::ParseForTest(yaml));
  if (!source) return source.error().message();
  const auto compiled = CompiledAuthorizationPolicy::Compile(*source);
  if (!compiled) return compiled.error().message();
  Arena arena;
  const FixedClock clock;
  const ports::World world{.clock = &clock};
  const auto response = (*compiled)->Judge(*json::Parse(request, arena), world, arena);
  if (!response) return response.error().message();
  const RuleResponse& rule = response->rules[0];
  return std::string(ToString(rule.status)).append(1, ' ').append(rule.message);
}

struct Row {
  const char* name;
  std::string_view mode, spec, request, expected;
};

TEST(AuthorizationPolicyTest, Decisions) {
  constexpr std::string_view kGet =
      R"({"attributes": {"method": "GET", "path": "/a", "header": {"X-User": ["eve"]}, "query": {"q": ["1", "2"]}}})";
  constexpr std::string_view kEnvoyGet =
      R"({"attributes": {"request": {"http": {"method": "GET", "headers": {"x-user": "eve"}}}}})";
  const Row rows[] = {
      {"Allowed", "HTTP", "  validations: [{expression: 'http.Allowed().Response()'}]", kGet,
       "pass request allowed"},
      {"Denied", "HTTP", "  validations: [{expression: \"http.Denied('no').Response()\"}]", kGet,
       "fail request denied, reason: no"},
      {"TheFirstAnswerCounts", "HTTP",
       "  validations: [{expression: \"object.attributes.method == 'PUT' ? http.Denied('a').Response() : "
       "null\"}, "
       "{expression: \"object.attributes.method == 'GET' ? http.Denied('b').Response() : null\"}, "
       "{expression: 'http.Allowed().Response()'}]",
       kGet, "fail request denied, reason: b"},
      {"NoAnswer", "HTTP", "  validations: [{expression: 'null'}]", kGet, "skip request does not match"},
      {"HeaderAndQuery", "HTTP",
       "  validations: [{expression: \"object.attributes.Header('x-user') == ['eve'] && "
       "object.attributes.QueryParam('q').size() == 2 && object.attributes.Header('x') == [] ? "
       "http.Allowed().Response() : null\"}]",
       kGet, "pass request allowed"},
      {"ConditionFalse", "HTTP",
       "  matchConditions: [{name: a, expression: \"object.attributes.path == '/b'\"}]\n"
       "  validations: [{expression: 'http.Allowed().Response()'}]",
       kGet, "skip request does not match"},
      {"Error", "HTTP",
       "  validations: [{expression: 'object.attributes.header[\"x\"][0] == \"\" ? null : null'}]", kGet,
       "error no such key: x"},
      {"ErrorWhereItFailsOpen", "HTTP",
       "  failurePolicy: Ignore\n"
       "  validations: [{expression: 'object.attributes.header[\"x\"][0] == \"\" ? null : null'}]",
       kGet, "skip request does not match"},
      {"WrongType", "HTTP", "  validations: [{expression: 'true'}]", kGet,
       "spec.validations[0].expression: Invalid value: \"true\": rule response output is expected to be of "
       "type "
       "http.CheckResponse"},
      {"NoObject", "HTTP", "  validations: [{expression: 'null'}]", "[1]", "an object is expected"},
      {"EnvoyDenied", "Envoy",
       "  validations: [{expression: \"envoy.Denied(403).WithBody('no').WithHeader('a', 'b').Response()\"}]",
       kEnvoyGet, "fail request denied with status code 403"},
      {"EnvoyAllowed", "Envoy",
       "  variables: [{name: user, expression: "
       "'object.attributes.request.http.headers[?\"x-user\"].orValue(\"\")'}]\n"
       "  validations: [{expression: \"variables.user == 'eve' ? "
       "envoy.Allowed().WithHeader(envoy.Header('a', "
       "'b').KeepEmptyValue()).WithoutHeader('c').Response().WithMessage('m').WithMetadata({'k': 'v'}) : "
       "null\"}]",
       kEnvoyGet, "pass request allowed"},
      {"EnvoyUnknownField", "Envoy", "  validations: [{expression: 'null'}]", R"({"attributes": {"x": 1}})",
       "unknown field \"x\""},
      {"NoToken", "HTTP",
       "  validations: [{expression: \"jwt.Decode('a.b', 'secret').Valid ? null : "
       "http.Denied('x').Response()\"}]",
       kGet, "error failed to parse token: it does not have three parts"},
      {"UnsignedToken", "HTTP",
       "  validations: [{expression: \"jwt.Decode('eyJhbGciOiJub25lIn0.e30.', 'secret').Valid ? null : "
       "http.Denied('x').Response()\"}]",
       kGet, "error failed to parse token: a secret does not verify the algorithm \"none\""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Judge(row.mode, row.spec, row.request), row.expected);
  }
}

TEST(AuthorizationPolicyTest, Tokens) {
  // Signed with HS256 and "secret": {"role":"admin","exp":1800000000} and the same with 1600000000.
  constexpr std::string_view kCurrent =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYWRtaW4iLCJleHAiOjE4MDAwMDAwMDB9."
      "scKCOW0pt8yJz8lrgdUjj7U4OBaHjdCJOJ2bfNvONs0";
  constexpr std::string_view kExpired =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYWRtaW4iLCJleHAiOjE2MDAwMDAwMDB9."
      "BfQtjTFgzqobiSeT8WV7jt6DqeaSx2wCdbmhJm3BA9c";
  const auto judge = [](std::string_view token, std::string_view secret) {
    return Judge(
        "HTTP",
        "  variables: [{name: t, expression: \"jwt.Decode('" + std::string(token) + "', '" +
            std::string(secret) +
            "')\"}]\n  validations: [{expression: \"variables.t.Valid && variables.t.Claims.role == 'admin' "
            "&& variables.t.Claims.exp == 1800000000.0 ? http.Allowed().Response() : "
            "http.Denied('invalid').Response()\"}]",
        "{}");
  };
  EXPECT_EQ(judge(kCurrent, "secret"), "pass request allowed");
  EXPECT_EQ(judge(kExpired, "secret"), "fail request denied, reason: invalid");
  EXPECT_EQ(judge(kCurrent, "other"),
            "error failed to parse token: could not verify message using any of the signatures or keys");
}

}  // namespace
}  // namespace ephor::engine
