#include "cli/judge.h"

#include <gtest/gtest.h>

#include "cli/session.h"
#include "engine/compiled_policy.h"
#include "source/policies.h"
#include "source/temporary_folder.h"
#include "yaml/load.h"

namespace ephor::cli {
namespace {

// A rule of Pods with what stands beside its match; names it "r".
std::string Policy(std::string_view rule) {
  return "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\n"
         "  annotations: {pod-policies.kyverno.io/autogen-controllers: none}\nspec:\n  background: false\n"
         "  rules:\n  - name: r\n" +
         std::string(rule);
}

constexpr std::string_view kPods = "    match: {any: [{resources: {kinds: [Pod]}}]}\n";
constexpr std::string_view kPod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: ns}}";

// Fails with what the expression says, so that its value can be read.
std::string Says(std::string_view expression) {
  return std::string(kPods) + "    validate: {message: '{{ " + std::string(expression) + " }}', deny: {}}\n";
}

struct JudgeCase {
  const char* name;
  std::string policy;  // the rule
  std::string values;  // of the values file
  std::string_view resource;
  std::string_view operation;
  std::string result;  // "RULE STATUS MESSAGE" of each rule, or the error
};

TEST(Judge, MakesTheRequestThatTheValuesDescribe) {
  const JudgeCase cases[] = {
      {"CreateByDefault", Says("request.operation"), "", kPod, "", "r fail CREATE"},
      {"Namespace", Says("request.namespace"), "", kPod, "", "r fail ns"},
      {"GlobalOperation", Says("request.operation"), "globalValues: {request.operation: UPDATE}", kPod, "",
       "r fail UPDATE"},
      {"OldObjectOfAnUpdate", Says("request.oldObject.metadata.name"),
       "policies: [{name: p, resources: [{name: a, values: {request.operation: UPDATE}}]}]", kPod, "",
       "r fail a"},
      {"NamedOperationWins", Says("request.operation"), "globalValues: {request.operation: UPDATE}", kPod,
       "CREATE", "r fail CREATE"},
      {"ValuesOfTheResource", Says("request.x"),
       "policies: [{name: p, resources: [{name: a, values: {request.x: mine}}, {name: b, values: {request.x: "
       "other}}]}]",
       kPod, "", "r fail mine"},
      {"ValuesOfTheRule", Says("request.x.y"),
       "policies: [{name: p, rules: [{name: r, values: {request.x.y: z}}]}]", kPod, "", "r fail z"},
      {"FirstForeachValue", Says("request.x"),
       "policies: [{name: p, rules: [{name: r, foreachValues: {request.x: [one, two]}}]}]", kPod, "",
       "r fail one"},
      {"ValuesChangeTheObject", Says("request.object.metadata.labels.app"),
       "globalValues: {request.object.metadata.labels.app: web}", kPod, "", "r fail web"},
      {"ObjectThatIsNone", Says("request.x"), "globalValues: {request.object: 1}", kPod, "",
       "the object retrieved from the json context is not valid"},
      {"NamespaceLabels",
       "    match: {any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {a: b}}}}]}\n"
       "    validate: {message: m, deny: {}}\n",
       "namespaceSelector: [{name: ns, labels: {a: b}}]", kPod, "", "r fail m"},
      {"Subresource",
       "    match: {any: [{resources: {kinds: [Deployment/scale]}}]}\n    validate: {message: m, deny: {}}\n",
       "subresources: [{subresource: {name: deployments/scale, group: autoscaling, version: v1, kind: "
       "Scale}, "
       "parentResource: {group: apps, version: v1, kind: Deployment}}]",
       "{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: s, namespace: ns}}", "", "r fail m"},
      {"OtherKind", Says("request.x"), "", "{apiVersion: v1, kind: Node, metadata: {name: n}}", "", ""},
      {"Generates",
       std::string(kPods) +
           "    generate: {apiVersion: v1, kind: ConfigMap, name: c, namespace: x, data: {data: {a: b}}}\n",
       "", kPod, "", "r pass "},
      {"VerifyImagesIsNotEvaluated",
       std::string(kPods) + "    verifyImages: [{imageReferences: ['*'], mutateDigest: false}]\n", "", kPod,
       "", "r error rules of this kind are not evaluated in this version"},
  };
  for (const JudgeCase& c : cases) {
    SCOPED_TRACE(c.name);
    const source::TemporaryFolder folder;
    Session session;
    auto values =
        source::Values::OfFile(folder.Write("v.yaml", "apiVersion: x\nkind: Values\n" + c.values + "\n"));
    ASSERT_TRUE(values) << values.error().message();
    session.values = *std::move(values);
    source::LoadedPolicies loaded = source::LoadPolicyText("p.yaml", Policy(c.policy));
    ASSERT_EQ(loaded.policies.size(), 1u) << loaded.problems[0].Description();
    const auto invalid = SetPolicies(std::move(loaded), {}, session);
    ASSERT_TRUE(invalid.empty()) << invalid[0].reason;
    Arena arena;
    const auto judged = Judge(session, *yaml::Load(c.resource, arena), c.operation, arena);
    std::string result;
    if (!judged) {
      result = judged.error().message();
    } else {
      for (const engine::PolicyResponse& response : judged->responses) {
        for (const engine::RuleResponse& rule : response.rules) {
          result += std::string(rule.rule->name) + " " + std::string(ToString(rule.status)) + " " +
                    std::string(rule.message);
        }
      }
    }
    EXPECT_EQ(result, c.result);
  }
}

TEST(Judge, ValidatesWhatHasBeenMutated) {
  Session session;
  source::LoadedPolicies loaded = source::LoadPolicyText(
      "p.yaml",
      Policy(std::string(kPods) + "    mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}\n") +
          "  - name: s\n" + Says("request.object.metadata.labels.a"));
  SetPolicies(std::move(loaded), {}, session);
  Arena arena;
  const auto judged = Judge(session, *yaml::Load(kPod, arena), "", arena);
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->mutated.size(), 1u);
  ASSERT_EQ(judged->responses.size(), 2u);
  EXPECT_EQ(judged->responses[0].resource.StringAt("metadata", "labels", "a"), "b");
  EXPECT_EQ(judged->responses[1].rules[0].message, "b");
}

}  // namespace
}  // namespace ephor::cli
