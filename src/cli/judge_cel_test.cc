#include "cli/judge_cel.h"

#include <gtest/gtest.h>

#include "cli/judge.h"
#include "cli/session.h"
#include "source/policies.h"
#include "yaml/load.h"

namespace ephor::cli {
namespace {

std::string VpolYaml(std::string_view name, std::string_view group, std::string_view resources,
                     std::string_view more) {
  return "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: " + std::string(name) +
         "}\nspec:\n  matchConstraints:\n    resourceRules:\n    - {apiGroups: ['" + std::string(group) +
         "'], apiVersions: [v1], operations: [CREATE], resources: [" + std::string(resources) + "]}\n" +
         std::string(more);
}

// "policy STATUS" for each result, "policy" for each response without one.
std::vector<std::string> Judged(const std::string& policies, std::string_view resource) {
  Session session;
  source::LoadedPolicies loaded = source::LoadPolicyText("policies.yaml", policies);
  EXPECT_TRUE(loaded.problems.empty()) << loaded.problems[0].Description();
  SetPolicies(std::move(loaded), {}, session);
  Arena arena;
  const auto judged = Judge(session, *yaml::Load(resource, arena), "", arena);
  if (!judged) return {judged.error().message()};
  std::vector<std::string> lines;
  for (const engine::PolicyResponse& response : judged->responses) {
    std::string line(response.policy->name());
    for (const engine::RuleResponse& rule : response.rules)
      line.append(1, ' ').append(engine::ToString(rule.status));
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

constexpr std::string_view kFalse = "  validations: [{expression: 'false'}]\n";
constexpr std::string_view kGateway = "{apiVersion: example.com/v1, kind: Gateway, metadata: {name: g}}";

TEST(JudgeCelTest, PluralsOfUnknownKinds) {
  EXPECT_EQ(Judged(VpolYaml("p", "example.com", "gateways", kFalse), kGateway), Lines{"p fail"});
  EXPECT_EQ(Judged(VpolYaml("p", "example.com", "gatewaies", kFalse), kGateway), Lines{"p fail"});
  EXPECT_EQ(Judged(VpolYaml("p", "example.com", "others", kFalse), kGateway), Lines{});
}

TEST(JudgeCelTest, ResponsesWithoutResults) {
  constexpr std::string_view kNamespace = "{apiVersion: v1, kind: Namespace, metadata: {name: n}}";
  // One plain rule: nothing is said. The variants of a policy for Pods have several.
  EXPECT_EQ(Judged(VpolYaml("p", "", "secrets", kFalse), kNamespace), Lines{});
  EXPECT_EQ(Judged(VpolYaml("p", "", "pods", kFalse), kNamespace), Lines{"p"});
}

TEST(JudgeCelTest, OnePolicyThatDoesNotCompileEndsAll) {
  const std::string policies = VpolYaml("good", "example.com", "gateways", kFalse) + "---\n" +
                               VpolYaml("bad", "", "secrets", "  validations: [{expression: '1'}]\n");
  EXPECT_EQ(
      Judged(policies, kGateway),
      Lines{"failed to compile policy bad ([<nil>: Internal error: validating policy compiler 1.0 error: "
            "failed to compile policy, spec.validations[0].expression: Invalid value: \"1\": output is "
            "expected to be of type bool])"});
}

TEST(JudgeCelTest, JsonModeSeesAnyObject) {
  const std::string policy =
      "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec:\n  evaluation: "
      "{mode: "
      "JSON}\n  validations: [{expression: \"object.kind == 'Gateway' && request == null\"}]\n";
  EXPECT_EQ(Judged(policy, kGateway), Lines{"p pass"});
}

}  // namespace
}  // namespace ephor::cli
