#include "convert/convert.h"

#include <gtest/gtest.h>

#include "convert/convert_for_test.h"
#include "json/write.h"

namespace ephor::convert {
namespace {

std::vector<std::string> Names(const Conversion& conversion) {
  std::vector<std::string> names;
  for (const json::Value& document : conversion.documents)
    names.emplace_back(document.StringAt("metadata", "name"));
  return names;
}

std::string SpecOf(const Conversion& conversion, std::size_t i, std::string_view part) {
  const json::Value* found = conversion.documents.at(i).Find("spec", part);
  return found == nullptr ? "" : json::ToString(*found);
}

using Texts = std::vector<std::string>;

constexpr std::string_view kService = "      match: {any: [{resources: {kinds: [Service]}}]}\n";

TEST(ConvertTest, RulesAboutTheSameBecomeOnePolicy) {
  const ConvertForTest converted(policy::ClusterPolicyYaml(
      "  rules:\n    - name: a\n" + std::string(kService) +
      "      validate: {message: m, pattern: {spec: {type: ClusterIP}}}\n    - name: b\n" +
      std::string(kService) +
      "      validate: {message: other, pattern: {spec: {=(externalName): \"?*\"}}}\n"));
  EXPECT_EQ(Names(*converted), Texts({"p"}));
  EXPECT_EQ(converted.Expressions("validations").size(), 2u);
  EXPECT_EQ(converted->rules[1].policies, Texts({"p"}));
  EXPECT_EQ(SpecOf(*converted, 0, "validationActions"), "[\"Audit\"]");
}

TEST(ConvertTest, OthersGetPoliciesOfTheirOwn) {
  const ConvertForTest converted(policy::ClusterPolicyYaml(
      "  rules:\n    - name: a\n" + std::string(kService) +
      "      validate: {message: m, failureAction: Enforce, pattern: {spec: {type: ClusterIP}}}\n"
      "    - name: Second Rule\n" +
      std::string(kService) +
      "      validate: {message: other, pattern: {spec: {=(externalName): \"?*\"}}}\n"
      "    - name: mutating\n" +
      std::string(kService) + "      mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}\n"));
  EXPECT_EQ(Names(*converted), Texts({"p-a", "p-second-rule", "p-mutating"}));
  EXPECT_EQ(SpecOf(*converted, 0, "validationActions"), "[\"Deny\"]");
  EXPECT_EQ(
      converted->rules[0].notes,
      Texts({"updates of objects that violated it before are refused, too: allowExistingViolations has no "
             "counterpart"}));
  EXPECT_EQ(converted->documents[2].StringAt("kind"), "MutatingPolicy");
}

// Each entry names the one before it twice.
TEST(ConvertTest, ContextEntriesThatGrowAreRefused) {
  std::string context = "{name: v0, variable: {jmesPath: request.object.metadata.labels}}";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "v" + std::to_string(i - 1);
    context +=
        ", {name: v" + std::to_string(i) + ", variable: {jmesPath: \"[" + before + ", " + before + "][]\"}}";
  }
  const ConvertForTest converted(policy::ClusterPolicyYaml(
      "  rules:\n    - name: a\n" + std::string(kService) + "      context: [" + context +
      "]\n      validate: {message: m, deny: {conditions: {any: [{key: \"{{ v59 }}\", operator: Equals, "
      "value: "
      "a}]}}}\n"));
  EXPECT_FALSE(converted->rules[0].converted);
}

// What a rule without a message says names the rule, and one made for pod controllers has another name.
TEST(ConvertTest, MessagesOfRulesThatHaveNone) {
  const auto rule = [](std::string_view validate) {
    return policy::ClusterPolicyYaml(
        "  rules:\n    - name: a\n      match: {any: [{resources: {kinds: [Pod]}}]}\n" +
        std::string("      validate: ") + std::string(validate) + "\n");
  };
  const auto message = [](const ConvertForTest& converted) {
    return converted->documents.at(0).Find("spec", "validations")->items()[0].StringAt("message");
  };
  const ConvertForTest pattern(rule("{pattern: {spec: {hostPID: false}}}"), 600);
  EXPECT_EQ(pattern.Refusal(), "");
  EXPECT_EQ(message(pattern), "rule a failed");
  const ConvertForTest cel(rule("{cel: {expressions: [{expression: \"!has(object.spec.hostPID)\"}]}}"), 600);
  EXPECT_EQ(cel.Refusal(), "");
  EXPECT_EQ(message(cel), "failed expression: !has(object.spec.hostPID)");
}

TEST(ConvertTest, DeletionsAreJudgedByAPolicyOfTheirOwn) {
  const ConvertForTest converted(RuleYaml(
      "Service",
      "        deny: {conditions: {all: [{key: \"{{ request.object.spec.type || '' }}\", operator: Equals, "
      "value: NodePort}]}}\n"));
  EXPECT_EQ(Names(*converted), Texts({"p", "p-on-delete"}));
  EXPECT_EQ(
      SpecOf(*converted, 1, "matchConstraints"),
      R"({"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["DELETE"],"resources":["services"]}]})");
  EXPECT_EQ(SpecOf(*converted, 1, "validations"),
            R"([{"expression":"oldObject.spec.?type.orValue(\"\") != \"NodePort\"","message":"m"}])");
}

TEST(ConvertTest, EphemeralContainersAreJudgedByAPolicyOfTheirOwn) {
  const ConvertForTest converted(
      RuleYaml("Pod", "        pattern: {spec: {=(ephemeralContainers): [{image: \"x/*\"}]}}\n"));
  EXPECT_EQ(Names(*converted), Texts({"p", "p-ephemeral-containers"}));
  EXPECT_EQ(
      SpecOf(*converted, 1, "matchConstraints"),
      R"({"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["UPDATE"],"resources":["pods/ephemeralcontainers"]}]})");
}

struct ConstraintsCase {
  const char* name;
  std::string_view kinds;
  std::string_view rules;
};

class ConstraintsTest : public ::testing::TestWithParam<ConstraintsCase> {};

TEST_P(ConstraintsTest, ResourceRules) {
  const ConstraintsCase& c = GetParam();
  const ConvertForTest converted(RuleYaml(c.kinds, "        pattern: {metadata: {labels: {a: \"?*\"}}}\n"));
  ASSERT_EQ(converted.Refusal(), "");
  std::string rules = SpecOf(*converted, 0, "matchConstraints");
  const std::string_view operations = R"("operations":["CREATE","UPDATE"],)";
  for (std::size_t at; (at = rules.find(operations)) != std::string::npos;)
    rules.erase(at, operations.size());
  EXPECT_EQ(rules, c.rules);
}

INSTANTIATE_TEST_SUITE_P(
    All, ConstraintsTest,
    ::testing::ValuesIn<ConstraintsCase>({
        {"Core", "Pod",
         R"({"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"]}]})"},
        {"AnyVersion", "Ingress",
         R"({"resourceRules":[{"apiGroups":["networking.k8s.io"],"apiVersions":["*"],"resources":["ingresses"]}]})"},
        {"OneVersion", "apps/v1/Deployment",
         R"({"resourceRules":[{"apiGroups":["apps"],"apiVersions":["v1"],"resources":["deployments"]}]})"},
        {"SeveralOfAGroup", "apps/v1/Deployment, apps/v1/StatefulSet, ConfigMap",
         R"({"resourceRules":[{"apiGroups":["apps"],"apiVersions":["v1"],"resources":["deployments","statefulsets"]},{"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]})"},
        {"Everything", "\"*\"",
         R"({"resourceRules":[{"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}]})"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

struct AutogenCase {
  const char* name;
  std::string_view annotations, kinds, filter;
  std::string_view autogen;
};

class AutogenTest : public ::testing::TestWithParam<AutogenCase> {};

TEST_P(AutogenTest, Controllers) {
  const AutogenCase& c = GetParam();
  std::string yaml = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\n  annotations: {";
  yaml.append(c.annotations)
      .append("}\nspec:\n  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [");
  yaml.append(c.kinds).append("]").append(c.filter).append("}}]}\n");
  yaml += "      validate: {message: m, pattern: {spec: {=(hostPID): false}}}\n";
  const ConvertForTest converted(yaml);
  ASSERT_EQ(converted.Refusal(), "");
  EXPECT_EQ(SpecOf(*converted, 0, "autogen"), c.autogen);
}

INSTANTIATE_TEST_SUITE_P(All, AutogenTest,
                         ::testing::ValuesIn<AutogenCase>({
                             {"All", "", "Pod", "", ""},
                             {"None", "pod-policies.kyverno.io/autogen-controllers: none", "Pod", "",
                              R"({"podControllers":{"controllers":[]}})"},
                             {"Some", "pod-policies.kyverno.io/autogen-controllers: \"Deployment,CronJob\"",
                              "Pod", "", R"({"podControllers":{"controllers":["cronjobs","deployments"]}})"},
                             {"OffByName", "", "Pod", ", names: [x]",
                              R"({"podControllers":{"controllers":[]}})"},
                         }),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ConvertTest, MessagesWithVariables) {
  const ConvertForTest converted(policy::ClusterPolicyYaml(
      "  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [Service], operations: "
      "[CREATE]}}]}\n"
      "      validate: {message: \"{{ request.object.metadata.name }} is {{ request.object.spec.type || '' "
      "}}.\", "
      "pattern: {spec: {type: ClusterIP}}}\n"));
  ASSERT_EQ(converted.Refusal(), "");
  EXPECT_EQ(
      SpecOf(*converted, 0, "validations"),
      R"([{"expression":"object.spec.?type.orValue(\"\") == \"ClusterIP\"","messageExpression":"object.metadata.name + \" is \" + object.spec.?type.orValue(\"\") + \".\""}])");
}

// For objects that no API server has seen: null and values of all types are judged alike, too.
TEST(ConvertTest, AnyTypes) {
  const auto policy =
      policy::DecodeForTest(RuleYaml("Service", "        pattern: {spec: {=(ports): [{=(nodePort): 0}]}}\n"));
  Arena arena;
  const Conversion conversion = Convert(policy, {.resources = {}, .any_types = true}, arena);
  ASSERT_TRUE(conversion.rules[0].converted) << conversion.rules[0].reason;
  const Result<std::string> expression = Formatted(
      std::string(conversion.documents[0].Find("spec", "validations")->items()[0].StringAt("expression")), 0);
  ASSERT_TRUE(expression);
  EXPECT_EQ(*expression,
            "has(object.spec) && type(object.spec) == map && (!has(object.spec.ports) || "
            "type(object.spec.ports) == list "
            "&& object.spec.ports.all(port, type(port) == map && (!has(port.nodePort) || "
            "(type(port.nodePort) == list ? "
            "port.nodePort.all(item, item == 0 || type(item) == string && item.matches(\"^[+-]?0*0$\")) : "
            "port.nodePort "
            "== 0 || type(port.nodePort) == string && port.nodePort.matches(\"^[+-]?0*0$\")))))");
}

// A kind that Kubernetes does not have, where its definition is given.
TEST(ConvertTest, CustomResources) {
  const ConvertForTest converted(RuleYaml("Widget", "        pattern: {spec: {=(colour): \"red | blue\"}}\n"),
                                 1500,
                                 "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
                                 "metadata: {name: w}, spec: {group: "
                                 "example.com, scope: Namespaced, names: {kind: Widget, plural: widgetry}, "
                                 "versions: [{name: v1}, {name: "
                                 "v2}]}}");
  ASSERT_EQ(converted.Refusal(), "");
  EXPECT_EQ(
      SpecOf(*converted, 0, "matchConstraints"),
      R"({"resourceRules":[{"apiGroups":["example.com"],"apiVersions":["*"],"operations":["CREATE","UPDATE"],"resources":["widgetry"]}]})");
  EXPECT_GT(converted->rules[0].refused, 0u);
}

struct RefusedCase {
  const char* name;
  std::string_view spec;
  std::string_view reason;
};

class RefusedTest : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedTest, SaysWhyAndWhere) {
  const RefusedCase& c = GetParam();
  const ConvertForTest converted(policy::ClusterPolicyYaml(c.spec));
  const std::string refusal = converted.Refusal();
  EXPECT_EQ(refusal.substr(0, refusal.find('\n')), c.reason);
  EXPECT_TRUE(converted->documents.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedTest,
    ::testing::ValuesIn<RefusedCase>({
        {"Context",
         "  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [Pod]}}]}\n      context:\n     "
         "  "
         " - name: "
         "x\n          configMap: {name: a, namespace: b}\n      validate: {message: m, deny: {}}\n",
         "the context entry 'x' at line 10"},
        {"Roles",
         "  background: false\n  rules:\n    - name: r\n      match:\n        any:\n          - resources: "
         "{kinds: "
         "[Pod]}\n            roles: [a:b]\n      validate: {message: m, deny: {}}\n",
         "roles of the requester, which a ValidatingPolicy does not know at line 11"},
        {"Subresource",
         "  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [Pod/exec]}}]}\n      validate: "
         "{message: m, "
         "deny: {}}\n",
         "the subresource Pod/exec at line 8"},
        {"PodSecurity",
         "  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [Pod]}}]}\n      validate: "
         "{message: m, "
         "podSecurity: {level: baseline}}\n",
         "podSecurity: there is no function for the Pod Security Standards in CEL at line 9"},
        {"Overrides",
         "  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [Pod]}}]}\n      validate: "
         "{message: m, "
         "failureActionOverrides: [{action: Audit, namespaces: [a]}], deny: {}}\n",
         "failureActionOverrides: a ValidatingPolicy has the same actions in all namespaces at line 9"},
        {"OverridesOfThePolicy",
         "  validationFailureActionOverrides: [{action: Audit, namespaces: [a]}]\n  rules:\n    - name: "
         "r\n  "
         "    match: "
         "{any: [{resources: {kinds: [Pod]}}]}\n      validate: {message: m, deny: {}}\n",
         "validationFailureActionOverrides: a ValidatingPolicy has the same actions in all namespaces at "
         "line 8"},
        // An author who hides a path from the rules for controllers means it; a ValidatingPolicy has no
        // such way.
        {"HiddenFromControllers",
         "  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [Pod]}}]}\n      preconditions: "
         "{all: [{key: "
         "\"{{ request.\\\"object\\\".metadata.labels.a || '' }}\", operator: NotEquals, value: b}]}\n     "
         " "
         "validate: "
         "{message: m, pattern: {spec: {hostPID: true}}}\n",
         "rule and result disagree on an object at line 10"},
        {"ApplyOne",
         "  applyRules: One\n  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [Pod]}}]}\n  "
         "  "
         "  validate: "
         "{message: m, deny: {}}\n    - name: s\n      match: {any: [{resources: {kinds: [Pod]}}]}\n      "
         "validate: "
         "{message: m, deny: {}}\n",
         "applyRules: One stops after the first rule that applies at line 8"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace ephor::convert
