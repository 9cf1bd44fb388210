#include "engine/cel/mutating_policy.h"

#include <gtest/gtest.h>

#include "engine/cel/cel_policy_for_test.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kPods = R"(
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
)";
constexpr std::string_view kPod =
    "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: prod, labels: {app: web}}, "
    "spec: {containers: [{name: c, image: x}]}}";

struct Outcome {
  std::string rules;
  std::string object;  // its metadata and spec
};

std::string Shown(const json::Value& object) {
  return json::ToString(*object.Find("metadata", "labels")) + json::ToString(*object.Find("spec"));
}

Outcome Judged(const std::string& spec, std::string_view exception = {}) {
  auto source = DecodeCelPolicy<policy::MutatingPolicy>("MutatingPolicy", spec);
  if (!source) return {source.error().message(), ""};
  std::vector<std::shared_ptr<const policy::CelPolicyException>> exceptions;
  if (!exception.empty()) exceptions = CelExceptionForTest("MutatingPolicy", exception);
  const auto compiled = CompiledMutatingPolicy::Compile(*source, exceptions);
  if (!compiled) return {compiled.error().message(), ""};
  Arena arena;
  const Request request = CreationOf(*yaml::Load(kPod, arena), "pods", arena);
  const PolicyResponse response = Mutate(**compiled, request, ports::World(), arena);
  for (const RuleResponse& rule : response.rules) {
    EXPECT_EQ(rule.type, rule.name == "match" ? RuleType::kValidation : RuleType::kMutation);
  }
  return {RulesText(response), Shown(response.resource)};
}

constexpr std::string_view kUnchanged = R"({"app":"web"}{"containers":[{"image":"x","name":"c"}]})";

TEST(MutatingPolicyTest, Mutates) {
  struct Row {
    const char* name;
    std::string_view spec;  // after the constraints for Pods
    std::string_view rules, object;
  };
  const Row rows[] = {
      {"ApplyConfiguration",
       "  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: "
       "'Object{spec: Object.spec{hostPID: true}}'}}]",
       " pass success", R"({"app":"web"}{"containers":[{"image":"x","name":"c"}],"hostPID":true})"},
      {"EachSeesTheOneBefore",
       "  variables: [{name: first, expression: 'object.metadata.labels.app'}]\n"
       "  mutations:\n"
       "  - {patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"replace\", path: "
       "\"/metadata/labels/app\", value: variables.first + \"1\"}]'}}\n"
       "  - {patchType: ApplyConfiguration, applyConfiguration: {expression: 'Object{metadata: "
       "Object.metadata{labels: {\"b\": object.metadata.labels.app + variables.first + "
       "request.object.metadata.labels.app}}}'}}",
       " pass success", R"({"app":"web1","b":"web1webweb"}{"containers":[{"image":"x","name":"c"}]})"},
      {"AllOrNothing",
       "  mutations:\n"
       "  - {patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"remove\", path: "
       "\"/metadata/labels/app\"}]'}}\n"
       "  - {patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"remove\", path: \"/x/y\"}]'}}",
       "evaluation error failed to evaluate policy: JSON Patch: remove operation does not apply: doc is "
       "missing path: \"/x/y\": missing value",
       kUnchanged},
      {"FailedTestChangesNothing",
       "  mutations:\n"
       "  - {patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"test\", path: \"/kind\", value: "
       "\"X\"}]'}}",
       " pass success", kUnchanged},
      {"ConditionsMayUseVariables",
       "  variables: [{name: never, expression: 'false'}]\n"
       "  matchConditions: [{name: c, expression: variables.never}]\n",
       " skip skip", kUnchanged},
      {"ErrorsInConditions", "  matchConditions: [{name: c, expression: 'object.x.y == 1'}]\n",
       "evaluation error failed to evaluate policy: no such key: x", kUnchanged},
      {"FalseHidesErrors",
       "  matchConditions: [{name: c, expression: 'object.x.y == 1'}, {name: d, expression: 'false'}]\n",
       " skip skip", kUnchanged},
      {"Annotations",
       "  auditAnnotations: [{key: a, valueExpression: '\"v\" + object.metadata.name'}, {key: b, "
       "valueExpression: '\"\"'}]\n",
       " pass success a=vweb", kUnchanged},
      {"ErrorsInAnnotations", "  auditAnnotations: [{key: a, valueExpression: '\"v\" + object.x'}]\n",
       "evaluation error failed to evaluate policy: failed to evaluate auditAnnotation \"a\": no such key: x",
       kUnchanged},
      {"TypeWithoutItsExpression", "  mutations: [{patchType: JSONPatch}]\n", " pass success", kUnchanged},
      {"AtomicsByServerSideApply",
       "  evaluation: {useServerSideApply: true}\n"
       "  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: 'Object{spec: "
       "Object.spec{nodeSelector: {\"a\": \"b\"}}}'}}]",
       " pass success", R"({"app":"web"}{"containers":[{"image":"x","name":"c"}],"nodeSelector":{"a":"b"}})"},
      {"ConditionsOfNativePolicies",
       "  autogen: {mutatingAdmissionPolicy: {enabled: true}}\n"
       "  variables: [{name: never, expression: 'false'}]\n"
       "  matchConditions: [{name: a, expression: 'object.variables == \"variables\"'}, {name: b, "
       "expression: "
       "'[1].exists(x, variables.never)'}]\n",
       "spec.matchConditions[1].expression: Forbidden: variables cannot be referenced in matchConditions "
       "when "
       "spec.autogen.mutatingAdmissionPolicy.enabled is true; native MutatingAdmissionPolicy evaluates match "
       "conditions before variables, so inline the expression instead",
       ""},
      {"NoObject",
       "  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: 'object'}}]",
       "spec.mutations[0].applyConfiguration.expression: Invalid value: \"object\": output is expected to be "
       "of type Object",
       ""},
      {"NoPatches", "  mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[]'}}]",
       "spec.mutations[0].jsonPatch.expression: Invalid value: \"[]\": output is expected to be of type list",
       ""},
      {"NoMapOfTargets", "  targetMatchConstraints: {expression: 'object'}",
       "spec.targetMatchConstraints.expression: Invalid value: \"object\": output type must be a map", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Outcome outcome = Judged(std::string(kPods).append(row.spec));
    EXPECT_EQ(outcome.rules, row.rules);
    EXPECT_EQ(outcome.object, row.object);
  }
}

TEST(MutatingPolicyTest, Matching) {
  constexpr std::string_view kServices =
      "  matchConstraints:\n    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], "
      "resources: [services]}]\n";
  EXPECT_EQ(Judged(std::string(kServices)).rules, "");
  EXPECT_EQ(Judged("  mutations: []").rules, " pass success");  // without constraints, everything
}

TEST(MutatingPolicyTest, NamespacedPoliciesCallNobody) {
  const auto source = DecodeCelPolicy<policy::MutatingPolicy>(
      "NamespacedMutatingPolicy",
      "  matchConditions: [{name: c, expression: 'http.get(\"http://x\") == 1'}]");
  ASSERT_TRUE(source) << source.error().message();
  const auto compiled = CompiledMutatingPolicy::Compile(*source, {});
  ASSERT_TRUE(compiled) << compiled.error().message();
  Arena arena;
  const Request request = CreationOf(*yaml::Load(kPod, arena), "pods", arena);
  EXPECT_EQ(
      RulesText(Mutate(**compiled, request, ports::World(), arena)),
      "evaluation error failed to evaluate policy: request failed: http calls are not allowed in namespaced "
      "policies: set --allowHTTPInNamespacedPolicies to enable");
}

TEST(MutatingPolicyTest, Exceptions) {
  const std::string spec = std::string(kPods).append(
      "  matchConditions: [{name: c, expression: 'false'}]\n"
      "  variables: [{name: v, expression: 'true'}]\n");
  EXPECT_EQ(Judged(spec, "  matchConditions: []").rules,
            "exception skip rule is skipped due to policy exception: ns/e");
  EXPECT_EQ(Judged(spec, "  reportResult: pass").rules,
            "exception pass rule is passed due to policy exception: ns/e");
  EXPECT_EQ(Judged(spec, "  images: [x]").rules, " skip skip");
  EXPECT_EQ(Judged(spec, "  matchConditions: [{name: c, expression: variables.v}]").rules,
            "evaluation error failed to evaluate policy: no such attribute(s): variables");
}

TEST(MutatingPolicyTest, Targets) {
  const auto source = DecodeCelPolicy<policy::MutatingPolicy>("MutatingPolicy", R"(
  evaluation: {mutateExisting: {enabled: true}}
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  targetMatchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [DELETE], resources: [configmaps]}]
  matchConditions: [{name: never, expression: 'false'}]
  targetMatchConditions: [{name: open, expression: '!has(object.data.closed)'}]
  mutations:
  - patchType: JSONPatch
    jsonPatch:
      expression: '[JSONPatch{op: "add", path: "/data/trigger", value: request.object.metadata.name}]'
)");
  ASSERT_TRUE(source) << source.error().message();
  const auto compiled = CompiledMutatingPolicy::Compile(*source, {});
  ASSERT_TRUE(compiled) << compiled.error().message();
  EXPECT_TRUE((*compiled)->mutates_existing());
  EXPECT_FALSE((*compiled)->mutates_requests());
  EXPECT_FALSE((*compiled)->finds_targets());

  Arena arena;
  const Request trigger = CreationOf(*yaml::Load(kPod, arena), "pods", arena);
  const json::Value open = *yaml::Load("{apiVersion: v1, kind: ConfigMap, data: {a: b}}", arena);
  const json::Value closed = *yaml::Load("{apiVersion: v1, kind: ConfigMap, data: {closed: x}}", arena);
  EXPECT_TRUE(*MatchesTarget(**compiled, CreationOf(open, "configmaps", arena)));
  EXPECT_FALSE(*MatchesTarget(**compiled, trigger));

  const PolicyResponse changed = MutateTarget(**compiled, trigger, open, ports::World(), arena);
  EXPECT_EQ(RulesText(changed), " pass success");
  EXPECT_EQ(json::ToString(*changed.rules[0].patched_target.Find("data")), R"({"a":"b","trigger":"web"})");
  EXPECT_EQ(changed.resource.StringAt("kind"), "Pod");
  const PolicyResponse kept = MutateTarget(**compiled, trigger, closed, ports::World(), arena);
  EXPECT_EQ(RulesText(kept), " skip skip");
  EXPECT_TRUE(kept.rules[0].patched_target.is_null());
}

TEST(MutatingPolicyTest, TargetsByExpression) {
  const auto source = DecodeCelPolicy<policy::MutatingPolicy>(
      "MutatingPolicy",
      "  variables: [{name: who, expression: 'object.metadata.name'}]\n"
      "  targetMatchConstraints: {expression: '{\"name\": dyn(variables.who), \"items\": dyn([1])}'}");
  ASSERT_TRUE(source) << source.error().message();
  const auto compiled = CompiledMutatingPolicy::Compile(*source, {});
  ASSERT_TRUE(compiled) << compiled.error().message();
  ASSERT_TRUE((*compiled)->finds_targets());
  Arena arena;
  const Request trigger = CreationOf(*yaml::Load(kPod, arena), "pods", arena);
  const auto targets = FindTargets(**compiled, trigger, ports::World(), arena);
  ASSERT_TRUE(targets) << targets.error().message();
  EXPECT_EQ(json::ToString(*targets), R"({"items":[1],"name":"web"})");
}

TEST(MutatingPolicyTest, VariantsAreCompiledToo) {
  const auto source = DecodeCelPolicy<policy::MutatingPolicy>(
      "MutatingPolicy", std::string(kPods).append(
                            "  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: "
                            "'Object{spec: Object.spec{hostPID: true}}'}}]"));
  ASSERT_TRUE(source) << source.error().message();
  const auto compiled = CompiledMutatingPolicy::Compile(*source, {});
  ASSERT_TRUE(compiled) << compiled.error().message();
  ASSERT_EQ((*compiled)->variants().size(), 2u);
  Arena arena;
  const json::Value deployment = *yaml::Load(
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {}}}}", arena);
  const PolicyResponse response = Mutate(*(*compiled)->variants()[1],
                                         CreationOf(deployment, "deployments", arena), ports::World(), arena);
  EXPECT_EQ(RulesText(response), " pass success");
  EXPECT_EQ(json::ToString(*response.resource.Find("spec")), R"({"template":{"spec":{"hostPID":true}}})");
}

}  // namespace
}  // namespace ephor::engine
