#include "report/results.h"

#include <gtest/gtest.h>

#include "engine/compiled_policy.h"
#include "json/parse.h"
#include "policy/decode_for_test.h"

namespace ephor::report {
namespace {

using engine::RuleStatus;

// One rule's response on a Pod, for a policy with these annotations and spec fields.
struct Made {
  Made(std::string_view head, std::string_view action, engine::RuleResponse rule_response) {
    const std::string text =
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\n" + std::string(head) +
        "spec:\n  background: false\n  rules:\n  - name: r\n"
        "    match: {any: [{resources: {kinds: [Pod]}}]}\n    validate: {failureAction: " +
        std::string(action) + ", message: m, pattern: {metadata: {name: x}}}\n";
    policy = std::make_shared<engine::CompiledPolicy>(policy::DecodeForTest(text));
    rule = rule_response;
    rule.rule = &policy->rules()[0];
    rule.name = rule.rule->name;
    response.policy = policy.get();
    response.rules = {&rule, 1};
    response.resource = *json::Parse(
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"}})", arena);
  }

  Arena arena;
  std::shared_ptr<engine::CompiledPolicy> policy;
  engine::RuleResponse rule;
  engine::PolicyResponse response;
};

struct StatusCase {
  const char* name;
  RuleStatus status;
  const char* head;
  const char* action;
  bool audit_warn;
  const char* result;
};

TEST(StatusOf, DependsOnScoreAndAction) {
  constexpr const char* kNotScored = "  annotations: {policies.kyverno.io/scored: \"false\"}\n";
  const StatusCase cases[] = {
      {"Pass", RuleStatus::kPass, "", "Enforce", true, "pass"},
      {"Fail", RuleStatus::kFail, "", "Enforce", false, "fail"},
      {"FailOfAudit", RuleStatus::kFail, "", "Audit", false, "fail"},
      {"FailOfAuditAsWarning", RuleStatus::kFail, "", "Audit", true, "warn"},
      {"FailOfEnforceStays", RuleStatus::kFail, "", "Enforce", true, "fail"},
      {"FailNotScored", RuleStatus::kFail, kNotScored, "Enforce", false, "warn"},
      {"ErrorNotScored", RuleStatus::kError, kNotScored, "Audit", true, "error"},
      {"Skip", RuleStatus::kSkip, "", "Audit", true, "skip"},
      {"Warning", RuleStatus::kWarning, "", "Audit", false, "warn"},
  };
  for (const StatusCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Made made(c.head, c.action, {.status = c.status});
    EXPECT_EQ(StatusOf(made.response, made.rule, {.audit_warn = c.audit_warn}), c.result);
  }
}

TEST(ResultOf, CarriesWhatReportsShow) {
  const engine::Property properties[] = {{"team", "x"}, {"failMessage", "own words"}, {"message", ""}};
  const Made made("  annotations: {policies.kyverno.io/category: C, policies.kyverno.io/severity: high}\n",
                  "Audit", {.status = RuleStatus::kFail, .message = "m", .properties = properties});
  const Result result = ResultOf(made.response, made.rule, {.seconds = 7});
  EXPECT_EQ(result.source, "kyverno");
  EXPECT_EQ(result.policy, "p");
  EXPECT_EQ(result.rule, "r");
  EXPECT_EQ(result.category, "C");
  EXPECT_EQ(result.severity, "high");
  EXPECT_EQ(result.message, "own words");
  EXPECT_EQ(result.subject.namespace_, "ns");
  EXPECT_EQ(result.subject.uid, "u");
  EXPECT_EQ(result.seconds, 7);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"failMessage", "own words"}, {"message", ""}, {"process", "admission review"}, {"team", "x"}};
  EXPECT_EQ(result.properties, expected);
}

TEST(ResultOf, UnknownSeverityIsNone) {
  const Made made("  annotations: {policies.kyverno.io/severity: huge}\n", "Audit", {.message = "m"});
  EXPECT_EQ(ResultOf(made.response, made.rule, {}).severity, "");
}

}  // namespace
}  // namespace ephor::report
