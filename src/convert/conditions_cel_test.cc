#include <gtest/gtest.h>

#include "convert/convert_for_test.h"

namespace ephor::convert {
namespace {

struct ConditionCase {
  const char* name;
  std::string_view kinds;
  std::string_view key, op, value;
  std::string_view expression;  // of the only validation, or why there is none
};

std::string DenyYaml(const ConditionCase& c) {
  std::string body = "        deny:\n          conditions:\n            all:\n              - key: ";
  body.append(c.key).append("\n                operator: ").append(c.op);
  body.append("\n                value: ").append(c.value).append("\n");
  return RuleYaml(
      c.kinds, body,
      "      preconditions:\n        all:\n          - {key: \"{{ request.operation }}\", operator: "
      "NotEquals, value: DELETE}\n");
}

class ConditionTest : public ::testing::TestWithParam<ConditionCase> {};

TEST_P(ConditionTest, Deny) {
  const ConditionCase& c = GetParam();
  const ConvertForTest converted(DenyYaml(c));
  if (!converted->rules[0].converted) {
    EXPECT_EQ(converted.Refusal(), c.expression);
    return;
  }
  ASSERT_EQ(converted.Expressions("validations").size(), 1u);
  EXPECT_EQ(converted.Expressions("validations")[0], c.expression);
  EXPECT_TRUE(converted.Expressions("matchConditions").empty());
  EXPECT_GT(converted->rules[0].refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    All, ConditionTest,
    ::testing::ValuesIn<ConditionCase>({
        {"Equals", "Service", "\"{{ request.object.spec.type || '' }}\"", "Equals", "NodePort",
         "object.spec.?type.orValue(\"\") != \"NodePort\""},
        {"NotEquals", "Service", "\"{{ request.object.spec.type || '' }}\"", "NotEquals", "ClusterIP",
         "object.spec.?type.orValue(\"\") == \"ClusterIP\""},
        {"MissingIsAnError", "Service", "\"{{ request.object.spec.type }}\"", "Equals", "NodePort",
         "object.spec.type != \"NodePort\""},
        {"EqualsWildcard", "Service", "\"{{ request.object.spec.externalName || '' }}\"", "Equals",
         "\"db-*\"", "!object.spec.?externalName.orValue(\"\").startsWith(\"db-\")"},
        {"EqualsBoolean", "Pod", "\"{{ request.object.spec.hostNetwork || `false` }}\"", "Equals", "true",
         "object.spec.?hostNetwork.orValue(false) != true"},
        {"EqualsNumber", "Deployment", "\"{{ request.object.spec.replicas || `1` }}\"", "Equals", "1",
         "object.spec.?replicas.orValue(1) != 1"},
        {"EqualsAmount", "Service", "\"{{ request.object.spec.externalName || '' }}\"", "Equals", "\"1Gi\"",
         "!(isQuantity(object.spec.?externalName.orValue(\"\")) && "
         "quantity(object.spec.?externalName.orValue(\"\")).compareTo(quantity(\"1Gi\")) == 0)"},
        {"GreaterThan", "Deployment", "\"{{ request.object.spec.replicas || `0` }}\"", "GreaterThan", "5",
         "object.spec.?replicas.orValue(0) <= 5"},
        {"LessThanText", "Deployment", "\"{{ request.object.spec.replicas || `0` }}\"", "LessThan", "\"2\"",
         "object.spec.?replicas.orValue(0) >= 2"},
        {"AnyInList", "Service", "\"{{ request.object.spec.type || '' }}\"", "AnyIn",
         "[NodePort, LoadBalancer]",
         "!(object.spec.?type.orValue(\"\") in [\"NodePort\", \"LoadBalancer\"])"},
        {"AnyNotInList", "Service", "\"{{ request.object.spec.type || '' }}\"", "AnyNotIn", "[ClusterIP]",
         "object.spec.?type.orValue(\"\") == \"ClusterIP\""},
        {"AnyInWildcards", "Service", "\"{{ request.object.spec.externalName || '' }}\"", "AnyIn",
         "[\"a-*\", b]",
         "!(object.spec.?externalName.orValue(\"\") == \"b\" || "
         "object.spec.?externalName.orValue(\"\").startsWith(\"a-\"))"},
        {"Range", "Deployment", "\"{{ request.object.spec.replicas || `0` }}\"", "AnyNotIn", "2-5",
         "object.spec.?replicas.orValue(0) >= 2 && object.spec.?replicas.orValue(0) <= 5"},
        {"ListAnyNotIn", "Pod",
         "\"{{ request.object.spec.containers[].securityContext.capabilities.add[] }}\"", "AnyNotIn",
         "[KILL, CHOWN]",
         "object.spec.containers.all(container, "
         "container.?securityContext.?capabilities.?add.orValue([]).all(item, "
         "item in [\"KILL\", \"CHOWN\"]))"},
        {"ListAllNotIn", "Pod", "\"{{ request.object.spec.containers[].image }}\"", "AllNotIn", "[a]",
         "object.spec.containers.exists(container, has(container.image) && container.image == \"a\")"},
        {"ListAnyIn", "Pod", "\"{{ request.object.spec.volumes[].name || `[]` }}\"", "AnyIn", "[\"x*\"]",
         "!object.spec.?volumes.orValue([]).exists(volume, has(volume.name) && (volume.name == \"*\" || "
         "volume.name.startsWith(\"x\")))"},
        {"ListAllIn", "Service", "\"{{ request.object.spec.externalIPs || `[]` }}\"", "AllIn", "[a, b]",
         "!object.spec.?externalIPs.orValue([]).all(ip, ip in [\"a\", \"b\", \"*\"])"},
        {"Keys", "Pod", "\"{{ request.object.spec.volumes[].keys(@)[] || `[]` }}\"", "AnyIn", "[hostPath]",
         "!object.spec.?volumes.orValue([]).exists(volume, volume.exists(key, key == \"hostPath\"))"},
        {"Length", "Pod", "\"{{ length(request.object.spec.containers) }}\"", "GreaterThan", "1",
         "object.spec.containers.size() <= 1"},
        {"LengthOfProjection", "Pod", "\"{{ request.object.spec.containers[] | length(@) }}\"", "GreaterThan",
         "1", "object.spec.containers.size() <= 1"},
        {"LengthOfFields", "Ingress", "\"{{ request.object.spec.rules[].host | length(@) }}\"", "LessThan",
         "1", "object.spec.rules.filter(rule, has(rule.host)).size() >= 1"},
        {"ContainsText", "Service", "\"{{ contains(request.object.spec.externalName || '', 'x') }}\"",
         "Equals", "true", "object.spec.?externalName.orValue(\"\").contains(\"x\") != true"},
        {"ContainsElement", "Service", "\"{{ request.object.spec.externalIPs[] | contains(@, 'x') }}\"",
         "Equals", "true", "\"x\" in object.spec.externalIPs != true"},
        {"ConstantInList", "Service", "a.example.com", "AnyIn",
         "\"{{ request.object.spec.externalIPs || `[]` }}\"",
         "!(\"a.example.com\" in object.spec.?externalIPs.orValue([]) || \"*\" in "
         "object.spec.?externalIPs.orValue([]))"},
        // A verb "*" is every verb, also one that a rule is against; what a rule allows must be written out.
        {"AnyVerb", "ClusterRole", "\"{{ request.object.rules[].verbs[] }}\"", "AnyIn", "[create, patch]",
         "!(has(object.rules) && object.rules.exists(rule, rule.?verbs.orValue([]).exists(verb, verb in "
         "[\"create\", "
         "\"patch\", \"*\"])))"},
        {"Namespace", "ConfigMap", "\"{{ request.namespace }}\"", "Equals", "default",
         "request.?namespace.orValue(\"\") != \"default\""},
        {"Username", "ConfigMap", "\"{{ request.userInfo.username }}\"", "NotEquals", "somebody",
         "request.userInfo.username == \"somebody\""},
        {"TwoValues", "Pod", "\"{{ request.object.spec.nodeName }}\"", "Equals",
         "\"{{ request.object.spec.schedulerName }}\"", "two values of the object are compared at line 20"},
        {"Function", "Pod", "\"{{ to_upper(request.object.spec.nodeName) }}\"", "Equals", "A",
         "the function in 'to_upper(request.object.spec.nodeName)' has no counterpart here at line 20"},
        {"Filter", "Pod", "\"{{ request.object.spec.containers[?tty].name }}\"", "AnyIn", "[a]",
         "'request.object.spec.containers[?tty].name' is more than a path at line 20"},
        {"OrderOfVersions", "Pod", "\"{{ request.object.spec.nodeName }}\"", "GreaterThan", "\"1.2.3\"",
         "an ordering that depends on how the text is written at line 20"},
        {"AmountOrTime", "Pod", "\"{{ request.object.spec.nodeName }}\"", "Equals", "30m",
         "'30m' may mean an amount or a time, depending on the value at line 20"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

struct RuleCase {
  const char* name;
  std::string_view rule;  // what follows the name, indented by six
  std::vector<std::string> conditions, validations;
};

class RuleTest : public ::testing::TestWithParam<RuleCase> {};

TEST_P(RuleTest, Converts) {
  const RuleCase& c = GetParam();
  const ConvertForTest converted(
      policy::ClusterPolicyYaml("  rules:\n    - name: r\n" + std::string(c.rule)));
  ASSERT_EQ(converted.Refusal(), "");
  EXPECT_EQ(converted.Expressions("matchConditions"), c.conditions);
  EXPECT_EQ(converted.Expressions("validations"), c.validations);
}

INSTANTIATE_TEST_SUITE_P(
    All, RuleTest,
    ::testing::ValuesIn<RuleCase>({
        {"Names",
         "      match: {any: [{resources: {kinds: [ConfigMap], names: [a, \"b-*\"], operations: "
         "[CREATE]}}]}\n"
         "      validate: {message: m, deny: {}}\n",
         {"object.metadata.name == \"a\" || object.metadata.name.startsWith(\"b-\")"},
         {"false"}},
        {"Namespaces",
         "      match: {any: [{resources: {kinds: [ConfigMap], namespaces: [a, b], operations: [CREATE]}}]}\n"
         "      validate: {message: m, deny: {}}\n",
         {"request.namespace in [\"a\", \"b\"]"},
         {"false"}},
        {"Annotations",
         "      match: {any: [{resources: {kinds: [ConfigMap], annotations: {k: \"v*\"}, operations: "
         "[CREATE]}}]}\n"
         "      validate: {message: m, deny: {}}\n",
         {"object.metadata.?annotations.?k.orValue(\"\").startsWith(\"v\")"},
         {"false"}},
        {"Selector",
         "      match: {any: [{resources: {kinds: [ConfigMap], operations: [CREATE], selector: {matchLabels: "
         "{a: b}, "
         "matchExpressions: [{key: c, operator: NotIn, values: [d]}, {key: e, operator: Exists}]}}}]}\n"
         "      validate: {message: m, deny: {}}\n",
         {"object.metadata.?labels.?a.orValue(\"\") == \"b\" && !(object.metadata.?labels.?c.orValue(\"\") "
          "in [\"d\"]) "
          "&& object.metadata.?labels.?e.hasValue()"},
         {"false"}},
        {"NamespaceSelector",
         "      match: {any: [{resources: {kinds: [ConfigMap], operations: [CREATE], namespaceSelector: "
         "{matchLabels: "
         "{a: b}}}}]}\n"
         "      validate: {message: m, deny: {}}\n",
         {},
         {"false"}},
        {"Subjects",
         "      match: {any: [{resources: {kinds: [ConfigMap], operations: [CREATE]}, subjects: [{kind: "
         "User, name: "
         "u}, {kind: Group, name: g}, {kind: ServiceAccount, name: s, namespace: ns}]}]}\n"
         "      validate: {message: m, deny: {}}\n",
         {"request.userInfo.?username.orValue(\"\") == \"u\" || \"g\" in "
          "request.userInfo.?groups.orValue([]) || "
          "request.userInfo.?username.orValue(\"\") == \"system:serviceaccount:ns:s\""},
         {"false"}},
        {"Exclude",
         "      match: {any: [{resources: {kinds: [ConfigMap], operations: [CREATE]}}]}\n"
         "      exclude: {any: [{resources: {namespaces: [kube-system]}}, {resources: {kinds: [Widget]}}]}\n"
         "      validate: {message: m, deny: {}}\n",
         {"request.namespace != \"kube-system\""},
         {"false"}},
        {"SeveralFilters",
         "      match: {any: [{resources: {kinds: [ConfigMap], operations: [CREATE]}}, {resources: {kinds: "
         "[Secret], "
         "names: [x], operations: [CREATE]}}]}\n"
         "      validate: {message: m, deny: {}}\n",
         {"request.kind.kind == \"ConfigMap\" || request.kind.kind == \"Secret\" && object.metadata.name == "
          "\"x\""},
         {"false"}},
        {"Preconditions",
         "      match: {any: [{resources: {kinds: [Service], operations: [CREATE, UPDATE]}}]}\n"
         "      preconditions: {all: [{key: \"{{ request.object.spec.type || '' }}\", operator: Equals, "
         "value: "
         "LoadBalancer}]}\n"
         "      validate: {message: m, pattern: {metadata: {labels: {public: \"true\"}}}}\n",
         {"object.spec.?type.orValue(\"\") == \"LoadBalancer\""},
         {"object.metadata.?labels.?public.orValue(\"\") == \"true\""}},
        {"ForEach",
         "      match: {any: [{resources: {kinds: [Pod], operations: [CREATE, UPDATE]}}]}\n"
         "      validate:\n        message: m\n        foreach:\n          - list: "
         "request.object.spec.containers\n"
         "            preconditions: {all: [{key: \"{{ element.name || '' }}\", operator: NotEquals, value: "
         "istio}]}\n"
         "            deny: {conditions: {any: [{key: \"{{ element.tty || `false` }}\", operator: Equals, "
         "value: "
         "true}]}}\n",
         {},
         {"object.spec.containers.all(container, container.?name.orValue(\"\") == \"istio\" || "
          "container.?tty.orValue(false) != true)"}},
        {"ForEachPattern",
         "      match: {any: [{resources: {kinds: [Pod]}}]}\n"
         "      validate:\n        message: m\n        foreach:\n          - list: "
         "request.object.spec.containers\n"
         "            pattern: {imagePullPolicy: Always}\n",
         {},
         {"object.spec.containers.all(container, container.?imagePullPolicy.orValue(\"\") == \"Always\")"}},
        {"VariablesOfTheContext",
         "      match: {any: [{resources: {kinds: [Service], operations: [CREATE, UPDATE]}}]}\n"
         "      context: [{name: wanted, variable: {value: NodePort}}, {name: spec, variable: {jmesPath: "
         "request.object.spec}},\n"
         "        {name: type, variable: {jmesPath: spec.type, default: none}}]\n"
         "      validate: {message: m, deny: {conditions: {any: [{key: \"{{ type }}\", operator: Equals, "
         "value: \"{{ wanted }}\"}]}}}\n",
         {},
         {"object.spec.?type.orValue(\"none\") != \"NodePort\""}},
        {"VariablesOfTheContextOfForEach",
         "      match: {any: [{resources: {kinds: [Pod], operations: [CREATE, UPDATE]}}]}\n"
         "      validate:\n        message: m\n        foreach:\n          - list: "
         "request.object.spec.containers\n"
         "            context: [{name: tty, variable: {jmesPath: element.tty, default: false}}]\n"
         "            deny: {conditions: {any: [{key: \"{{ tty }}\", operator: Equals, value: true}]}}\n",
         {},
         {"object.spec.containers.all(container, container.?tty.orValue(false) != true)"}},
        {"Cel",
         "      match: {any: [{resources: {kinds: [Service], operations: [CREATE, UPDATE]}}]}\n"
         "      celPreconditions: [{name: c, expression: has(object.spec.type)}]\n"
         "      validate: {cel: {expressions: [{expression: \"object.spec.type != 'NodePort'\", message: "
         "m}]}}\n",
         {"has(object.spec.type)"},
         {"object.spec.type != \"NodePort\""}},
    }),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace ephor::convert
