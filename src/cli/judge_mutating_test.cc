#include "cli/judge_mutating.h"

#include <gtest/gtest.h>

#include "cli/judge.h"
#include "cli/session.h"
#include "json/write.h"
#include "source/policies.h"
#include "yaml/load.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kPod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: ns}}";

std::string Policy(std::string_view kind, std::string_view name, std::string_view spec) {
  return "---\napiVersion: policies.kyverno.io/v1\nkind: " + std::string(kind) +
         "\nmetadata: {name: " + std::string(name) +
         "}\nspec:\n  matchConstraints:\n    resourceRules: [{apiGroups: [''], apiVersions: [v1], "
         "operations: "
         "['*'], resources: [pods]}]\n" +
         std::string(spec);
}

std::string Label(std::string_view name, std::string_view value) {
  return Policy(
      "MutatingPolicy", name,
      "  autogen: {podControllers: {controllers: []}}\n  mutations: [{patchType: ApplyConfiguration, "
      "applyConfiguration: {expression: 'Object{metadata: Object.metadata{labels: {\"l\": " +
          std::string(value) + "}}}'}}]\n");
}

// A line for each rule: "POLICY STATUS MESSAGE LABEL", or the error.
std::string Judged(const std::string& policies, Session& session) {
  source::LoadedPolicies loaded = source::LoadPolicyText("p.yaml", policies);
  if (!loaded.problems.empty()) return loaded.problems[0].Description();
  SetPolicies(std::move(loaded), {}, session);
  Arena arena;
  const auto judged = Judge(session, *yaml::Load(kPod, arena), "", arena);
  if (!judged) return judged.error().message();
  std::string text;
  for (const engine::PolicyResponse& response : judged->responses) {
    for (const engine::RuleResponse& rule : response.rules) {
      text.append(response.policy->name()).append(" ").append(ToString(rule.status)).append(" ");
      text.append(rule.message).append(" ").append(response.resource.StringAt("metadata", "labels", "l"));
      if (rule.patched_target.is_object()) text += " " + json::ToString(*rule.patched_target.Find("data"));
      for (const json::Value& object : rule.generated) text += " " + json::ToString(object);
      text += '\n';
    }
  }
  return text + std::to_string(judged->mutated.size());
}

std::string Judged(const std::string& policies) {
  Session session;
  return Judged(policies, session);
}

TEST(JudgeMutating, PoliciesSeeWhatThoseBeforeHaveLeft) {
  EXPECT_EQ(Judged(Label("first", "\"1\"") + Label("second", "object.metadata.labels.l + \"2\"")),
            "first pass success 12\nsecond pass success 12\n2");
}

TEST(JudgeMutating, OtherKindsSeeTheChange) {
  EXPECT_EQ(
      Judged(Policy("GeneratingPolicy", "make",
                    "  generate: [{expression: 'generator.apply(\"x\", [{\"kind\": "
                    "object.metadata.labels.l}])'}]\n") +
             Policy("ValidatingPolicy", "check",
                    "  autogen: {podControllers: {controllers: []}}\n"
                    "  validations: [{expression: 'object.metadata.labels.l == \"1\"'}]\n") +
             Label("change", "\"1\"")),
      "change pass success 1\ncheck pass success 1\n"
      "make pass policy evaluated successfully 1 {\"kind\":\"1\",\"metadata\":{\"namespace\":\"x\"}}\n1");
}

TEST(JudgeMutating, DeletingPoliciesDoNot) {
  const auto policy = [](std::string_view expression) {
    return Policy(
        "DeletingPolicy", "d",
        "  schedule: '@daily'\n  conditions: [{name: c, expression: '" + std::string(expression) + "'}]\n");
  };
  EXPECT_EQ(Judged(Label("change", "\"1\"") + policy("!has(object.metadata.labels)")),
            "change pass success 1\nd pass resource matched \n1");
  EXPECT_EQ(Judged(policy("false")), "d fail resource did not match \n0");
  EXPECT_EQ(Judged(policy("object.x == 1")), "d error no such key: x \n0");
}

TEST(JudgeMutating, PoliciesThatDoNotCompile) {
  EXPECT_TRUE(
      Judged(Label("bad", "nope"))
          .starts_with("failed to compile policy bad (spec.mutations[0].applyConfiguration.expression: "));
}

TEST(JudgeMutating, Targets) {
  Arena arena;
  Session session;
  session.targets = {
      *yaml::Load("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: x}}", arena),
      *yaml::Load("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: x}}", arena)};
  const auto policy = [](std::string_view name, std::string_view targets) {
    return Policy(
        "MutatingPolicy", name,
        "  autogen: {podControllers: {controllers: []}}\n  evaluation: {mutateExisting: {enabled: "
        "true}}\n  matchConditions: [{name: never, expression: 'false'}]\n" +
            std::string(targets) +
            "  mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op: "
            "\"replace\", path: \"/data/a\", value: object.data.a + request.object.metadata.name}]'}}]\n");
  };
  EXPECT_EQ(
      Judged(
          policy(
              "one",
              "  targetMatchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: "
              "['*'], resources: [configmaps]}]}\n") +
              policy("two",
                     "  targetMatchConstraints: {expression: '{\"metadata\": dyn({\"name\": \"c\"})}'}\n"),
          session),
      "one skip skip \ntwo skip skip \none pass success  {\"a\":\"xaa\"}\ntwo pass success  "
      "{\"a\":\"xaa\"}\n2");
}

}  // namespace
}  // namespace ephor::cli
