#include "engine/cel/mutating_admission_policy.h"

#include <gtest/gtest.h>

#include "engine/cel/cel_policy_for_test.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kConstraints =
    "  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], "
    "resources: "
    "[pods]}]}\n  reinvocationPolicy: Never\n";
constexpr std::string_view kPod =
    "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: prod}, spec: {containers: [{name: c, "
    "image: "
    "x}]}}";

std::string Apply(std::string_view field, std::string_view value) {
  return "[{patchType: ApplyConfiguration, applyConfiguration: {expression: 'Object{metadata: "
         "Object.metadata{labels: {\"" +
         std::string(field) + "\": " + std::string(value) + "}}}'}}]";
}

// "RULE STATUS MESSAGE property=value", then what has become of the labels.
std::string Judged(const std::string& spec, const std::vector<std::string>& bindings = {},
                   std::string_view param = "") {
  const std::string api = "apiVersion: admissionregistration.k8s.io/v1alpha1\nkind: ";
  const auto source = policy::Decode<policy::MutatingAdmissionPolicy>(policy::ParseForTest(
      api + "MutatingAdmissionPolicy\nmetadata: {name: p}\nspec:\n" + std::string(kConstraints) + spec));
  if (!source) return source.error().message();
  std::vector<std::shared_ptr<const policy::AdmissionPolicyBinding>> decoded;
  for (const std::string& binding : bindings) {
    const auto one = policy::Decode<policy::AdmissionPolicyBinding>(
        policy::ParseForTest(api + "MutatingAdmissionPolicyBinding\nmetadata: {name: b" +
                             std::to_string(decoded.size() + 1) + "}\nspec:\n  policyName: p\n" + binding));
    if (!one) return one.error().message();
    decoded.push_back(*one);
  }
  const CompiledMutatingAdmissionPolicy compiled(*source, BindingsOf(**source, decoded));
  Arena arena;
  std::vector<json::Value> params;
  if (!param.empty()) params.push_back(*yaml::Load(param, arena));
  const Request request = CreationOf(*yaml::Load(kPod, arena), "pods", arena);
  const PolicyResponse response = Mutate(compiled, request, params, ports::World(), arena);
  const json::Value* labels = response.resource.Find("metadata", "labels");
  return RulesText(response) + "|" + (labels == nullptr ? "" : json::ToString(*labels));
}

TEST(MutatingAdmissionPolicyTest, WithoutBindings) {
  struct Row {
    const char* name;
    std::string spec, expected;
  };
  const Row rows[] = {
      {"Applies", "  mutations: " + Apply("a", "\"b\""),
       "p pass mutation is successfully applied|{\"a\":\"b\"}"},
      {"ConditionsDoNotHold",
       "  matchConditions: [{name: c, expression: 'false'}]\n  mutations: " + Apply("a", "\"b\""),
       "p skip match conditions aren't met|"},
      {"ErrorsGiveNoResult", "  mutations: " + Apply("a", "object.x"), "|"},
      {"NorWhatDoesNotCompile", "  mutations: " + Apply("a", "nope"), "|"},
      {"ErrorsInConditionsThatFailOpen",
       "  failurePolicy: Ignore\n  matchConditions: [{name: c, expression: 'object.x == 1'}]\n  mutations: " +
           Apply("a", "\"b\""),
       "p skip match conditions aren't met|"},
      {"ErrorsInConditionsThatFailClosed",
       "  matchConditions: [{name: c, expression: 'object.x == 1'}]\n  mutations: " + Apply("a", "\"b\""),
       "|"},
      {"Variables",
       "  variables: [{name: v, expression: 'object.metadata.name'}]\n  mutations: " +
           Apply("a", "variables.v"),
       "p pass mutation is successfully applied|{\"a\":\"web\"}"},
      {"JsonPatch",
       "  mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"add\", path: "
       "\"/metadata/labels\", value: {\"a\": jsonpatch.escapeKey(\"x/y\")}}]'}}]",
       "p pass mutation is successfully applied|{\"a\":\"x~1y\"}"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Judged(row.spec), row.expected);
  }
}

TEST(MutatingAdmissionPolicyTest, Bindings) {
  const std::string spec = "  mutations: " + Apply("a", "object.metadata.?labels.?a.orValue(\"\") + \"b\"");
  EXPECT_EQ(Judged(spec, {"", ""}), "p pass mutation is successfully applied mapBinding=b2|{\"a\":\"bb\"}");
  EXPECT_EQ(Judged(spec, {"  matchResources: {namespaceSelector: {matchLabels: {no: such}}}\n"}), "|");
}

TEST(MutatingAdmissionPolicyTest, Params) {
  const std::string spec =
      "  paramKind: {apiVersion: v1, kind: ConfigMap}\n  mutations: " + Apply("a", "string(params.data.x)");
  EXPECT_EQ(Judged(spec, {"  paramRef: {name: q, parameterNotFoundAction: Deny}\n"},
                   "{apiVersion: v1, kind: ConfigMap, metadata: {name: q}, data: {x: given}}"),
            "p pass mutation is successfully applied mapBinding=b1|{\"a\":\"given\"}");
  EXPECT_EQ(Judged(spec, {"  paramRef: {name: q, parameterNotFoundAction: Deny}\n"}), "|");
}

}  // namespace
}  // namespace ephor::engine
