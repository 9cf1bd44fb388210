#include "policy/native_policies.h"

#include <gtest/gtest.h>

#include "json/write.h"
#include "policy/decode.h"
#include "policy/decode_for_test.h"

namespace ephor::policy {
namespace {

template <class T>
std::shared_ptr<const T> Decoded(const std::string& yaml) {
  auto object = Decode<T>(ParseForTest(yaml));
  EXPECT_TRUE(object) << (object ? "" : object.error().message());
  return object ? *object : nullptr;
}

template <class Policy, class Exception>
std::string Made(const std::string& policy, const std::string& exception, NativeOptions options = {}) {
  const auto decoded = Decoded<Policy>(policy);
  std::vector<std::shared_ptr<const Exception>> exceptions;
  if (!exception.empty()) exceptions.push_back(Decoded<Exception>(exception));
  Arena arena;
  const NativeObjects made = MakeNative(*decoded, SharedObjects<Exception>(exceptions), options, arena);
  if (!made.skipped.empty()) return made.skipped;
  return json::ToString(made.policy) + "\n" + json::ToString(made.binding);
}

std::string Validating(std::string_view spec, std::string_view metadata = "name: p") {
  return "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {" + std::string(metadata) +
         "}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: "
         "[CREATE], "
         "resources: [secrets]}]}\n  autogen: {validatingAdmissionPolicy: {enabled: true}}\n" +
         std::string(spec);
}

TEST(MakeNative, OfAValidatingPolicy) {
  EXPECT_EQ(
      (Made<ValidatingPolicy, CelPolicyException>(
          Validating("  failurePolicy: Ignore\n  validationActions: [Warn]\n"
                     "  matchConditions: [{name: a, expression: 'true'}]\n"
                     "  validations: [{expression: 'object.x in exceptions.allowedValues', message: m}]\n",
                     "name: p, uid: u, labels: {reports.kyverno.io/disabled: ''}"),
          "apiVersion: policies.kyverno.io/v1\nkind: PolicyException\nmetadata: {name: e, namespace: "
          "ns}\nspec:\n"
          "  policyRefs: [{name: p, kind: ValidatingPolicy}]\n  allowedValues: [x, z]\n"
          "  matchConditions: [{name: b, expression: 'object.a'}]\n")),
      R"({"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy","metadata":{)"
      R"("labels":{"app.kubernetes.io/managed-by":"kyverno","reports.kyverno.io/disabled":"true"},"name":"vpol-p",)"
      R"("ownerReferences":[{"apiVersion":"policies.kyverno.io/v1","kind":"ValidatingPolicy","name":"p","uid":"u"}]},)"
      R"x("spec":{"matchConditions":[{"expression":"true","name":"a"},{"expression":"!(object.a)","name":"b"}],)x"
      R"("matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],)"
      R"("resources":["secrets"]}]},"validations":[{"expression":"object.x in variables.allowedValues",)"
      R"("message":"m"}],"variables":[{"expression":"['x', 'z']","name":"allowedValues"}]}})"
      "\n"
      R"({"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding","metadata":{)"
      R"("labels":{"app.kubernetes.io/managed-by":"kyverno"},"name":"vpol-p-binding","ownerReferences":[{)"
      R"("apiVersion":"policies.kyverno.io/v1","kind":"ValidatingPolicy","name":"p","uid":"u"}]},)"
      R"("spec":{"policyName":"vpol-p","validationActions":["Warn"]}})");
}

TEST(MakeNative, OfAMutatingPolicy) {
  EXPECT_EQ(
      (Made<MutatingPolicy, CelPolicyException>(
          "apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {name: p}\nspec:\n"
          "  autogen: {mutatingAdmissionPolicy: {enabled: true}}\n  failurePolicy: Ignore\n"
          "  matchConstraints: {objectSelector: {matchLabels: {a: b}}, resourceRules: [{apiGroups: [''], "
          "apiVersions: "
          "[v1], operations: [CREATE], resources: [secrets]}]}\n"
          "  mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[]'}}]\n",
          "", {.map_version = "v1beta1"})),
      R"({"apiVersion":"admissionregistration.k8s.io/v1beta1","kind":"MutatingAdmissionPolicy","metadata":{"labels":{)"
      R"("app.kubernetes.io/managed-by":"kyverno"},"name":"mpol-p"},"spec":{"failurePolicy":"Ignore","matchConstraints":{)"
      R"("resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["secrets"]}]},)"
      R"("mutations":[{"jsonPatch":{"expression":"[]"},"patchType":"JSONPatch"}],"reinvocationPolicy":"Never"}})"
      "\n"
      R"({"apiVersion":"admissionregistration.k8s.io/v1beta1","kind":"MutatingAdmissionPolicyBinding","metadata":{)"
      R"("labels":{"app.kubernetes.io/managed-by":"kyverno"},"name":"mpol-p-binding"},"spec":{"policyName":"mpol-p"}})");
}

TEST(MakeNative, OfAClusterPolicy) {
  EXPECT_EQ(
      (Made<Policy, PolicyException>(
          ClusterPolicyYaml(
              "  rules:\n  - name: r\n"
              "    match: {any: [{resources: {kinds: [Pod, Service], operations: [CREATE], namespaces: "
              "[a]}}]}\n"
              "    exclude: {any: [{resources: {namespaces: [b]}}]}\n"
              "    celPreconditions: [{name: c, expression: 'true'}]\n"
              "    validate: {failureAction: Enforce, cel: {generate: true, expressions: [{expression: "
              "'true'}], paramKind: {apiVersion: v1, kind: ConfigMap}, paramRef: {name: x}}}\n"),
          "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: e, namespace: ns}\nspec:\n"
          "  exceptions: [{policyName: p, ruleNames: ['r*']}]\n  match: {any: [{resources: {kinds: "
          "[Service], names: "
          "[s]}}]}\n")),
      R"({"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy","metadata":{"labels":{)"
      R"("app.kubernetes.io/managed-by":"kyverno"},"name":"cpol-p"},"spec":{"matchConditions":[{"expression":"true",)"
      R"("name":"c"}],"matchConstraints":{"excludeResourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":[)"
      R"("CREATE","UPDATE","CONNECT","DELETE"],"resourceNames":["b"],"resources":["namespaces","services"]}],)"
      R"("namespaceSelector":{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["a"]}]},)"
      R"("resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods",)"
      R"("pods/ephemeralcontainers","services"]}]},"paramKind":{"apiVersion":"v1","kind":"ConfigMap"},"validations":[{)"
      R"("expression":"true"}]}})"
      "\n"
      R"({"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding","metadata":{"labels":{)"
      R"("app.kubernetes.io/managed-by":"kyverno"},"name":"cpol-p-binding"},"spec":{"paramRef":{"name":"x"},)"
      R"("policyName":"cpol-p","validationActions":["Deny"]}})");
}

TEST(MakeNative, SaysWhyNot) {
  const std::string pods =
      "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec:\n  "
      "matchConstraints: "
      "{resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}\n"
      "  autogen: {validatingAdmissionPolicy: {enabled: true}}\n";
  EXPECT_EQ((Made<ValidatingPolicy, CelPolicyException>(pods, "")),
            "skip generating ValidatingAdmissionPolicy: pod controllers autogen is enabled.");
  EXPECT_EQ(
      (Made<MutatingPolicy, CelPolicyException>(
          "apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {name: p}\nspec: {}\n", "")),
      "skip generating MutatingAdmissionPolicy: not enabled.");
  constexpr std::string_view kCel = "validate: {cel: {generate: true, expressions: [{expression: 'true'}]}}";
  struct Case {
    std::string match;
    std::string validate;
    const char* skipped;
  };
  for (const Case& c : std::vector<Case>{
           {"any: [{resources: {kinds: [Pod]}}]", "validate: {pattern: {a: b}}", " for non CEL rules."},
           {"any: [{resources: {kinds: [Pod]}}]", "validate: {cel: {expressions: [{expression: 'true'}]}}",
            ": validate.cel.generate is not set to true."},
           {"any: [{resources: {kinds: [Pod]}, clusterRoles: [a]}]", std::string(kCel),
            ": Roles / ClusterRoles / Subjects in `any/all` is not applicable."},
           {"any: [{resources: {kinds: [Pod], names: ['a*']}}]", std::string(kCel),
            ": wildcards in resource name is not applicable."},
           {"all: [{resources: {kinds: [Pod]}}, {resources: {kinds: [Pod]}}]", std::string(kCel),
            ": multiple 'all' in the match block is not applicable."},
           {"any: [{resources: {kinds: [Thing]}}]", std::string(kCel), ": no unique match for kind Thing."},
           {"any: [{resources: {kinds: [HorizontalPodAutoscaler]}}]", std::string(kCel),
            ": no unique match for kind HorizontalPodAutoscaler."},
       }) {
    SCOPED_TRACE(c.match);
    EXPECT_EQ((Made<Policy, PolicyException>(ClusterPolicyYaml("  rules:\n  - name: r\n    match: {" +
                                                               c.match + "}\n    " + c.validate + "\n"),
                                             "")),
              std::string("skip generating ValidatingAdmissionPolicy") + c.skipped);
  }
}

}  // namespace
}  // namespace ephor::policy
