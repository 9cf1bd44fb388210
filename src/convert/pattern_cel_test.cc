#include <gtest/gtest.h>

#include "convert/convert_for_test.h"

namespace ephor::convert {
namespace {

struct PatternCase {
  const char* name;
  std::string_view kinds;
  std::string_view body;
  std::string_view expression;  // of the only validation
  std::string_view variable = {};
};

class PatternCelTest : public ::testing::TestWithParam<PatternCase> {};

// The rule is converted, which includes that it was compared with its result.
TEST_P(PatternCelTest, Converts) {
  const PatternCase& c = GetParam();
  const ConvertForTest converted(RuleYaml(c.kinds, c.body));
  ASSERT_EQ(converted.Refusal(), "");
  ASSERT_EQ(converted.Expressions("validations").size(), 1u);
  // Where no form is expected it is long, and only that it decides the same matters.
  if (!c.expression.empty()) {
    EXPECT_EQ(converted.Expressions("validations")[0], c.expression);
  }
  const std::vector<std::string> variables = converted.Expressions("variables");
  EXPECT_EQ(variables.empty() ? "" : variables[0], c.variable);
  EXPECT_GT(converted->rules[0].refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Leaves, PatternCelTest,
    ::testing::ValuesIn<PatternCase>({
        {"Boolean", "Service", "        pattern: {spec: {publishNotReadyAddresses: true}}\n",
         "object.spec.?publishNotReadyAddresses.orValue(false) == true"},
        {"OptionalBoolean", "Pod", "        pattern: {spec: {=(hostNetwork): false}}\n",
         "object.spec.?hostNetwork.orValue(false) == false"},
        {"Number", "Deployment", "        pattern: {spec: {replicas: 3}}\n",
         "object.spec.?replicas.orValue(0) == 3"},
        {"AbsentIsZero", "Deployment", "        pattern: {spec: {replicas: \"<5\"}}\n",
         "object.spec.?replicas.orValue(0) < 5"},
        {"Greater", "Deployment", "        pattern: {spec: {replicas: \">=2\"}}\n",
         "object.spec.?replicas.orValue(0) >= 2"},
        {"Range", "Deployment", "        pattern: {spec: {replicas: 2-5}}\n",
         "object.spec.?replicas.orValue(0) >= 2 && object.spec.?replicas.orValue(0) <= 5"},
        {"OutsideRange", "Deployment", "        pattern: {spec: {replicas: 2!-5}}\n",
         "object.spec.?replicas.orValue(0) < 2 || object.spec.?replicas.orValue(0) > 5"},
        {"Text", "Service", "        pattern: {spec: {type: ClusterIP}}\n",
         "object.spec.?type.orValue(\"\") == \"ClusterIP\""},
        {"NotText", "Service", "        pattern: {spec: {=(type): \"!NodePort\"}}\n",
         "object.spec.?type.orValue(\"\") != \"NodePort\""},
        {"OneOf", "Service", "        pattern: {spec: {type: \"ClusterIP | NodePort\"}}\n",
         "object.spec.?type.orValue(\"\") in [\"ClusterIP\", \"NodePort\"]"},
        {"NoneOf", "Service", "        pattern: {spec: {=(type): \"!LoadBalancer & !NodePort\"}}\n",
         "!(object.spec.?type.orValue(\"\") in [\"LoadBalancer\", \"NodePort\"])"},
        {"Present", "Service", "        pattern: {spec: {type: \"*\"}}\n", "has(object.spec.type)"},
        {"NotEmpty", "Service", "        pattern: {spec: {type: \"?*\"}}\n",
         "object.spec.?type.orValue(\"\") != \"\""},
        {"Prefix", "Service", "        pattern: {spec: {externalName: \"db-*\"}}\n",
         "object.spec.?externalName.orValue(\"\").startsWith(\"db-\")"},
        {"Suffix", "Service", "        pattern: {spec: {=(externalName): \"!*.example.com\"}}\n",
         "!object.spec.?externalName.orValue(\"\").endsWith(\".example.com\")"},
        {"Contains", "Service", "        pattern: {spec: {externalName: \"*.internal.*\"}}\n",
         "object.spec.?externalName.orValue(\"\").contains(\".internal.\")"},
        {"GeneralWildcard", "Service", "        pattern: {spec: {externalName: \"a?c*z\"}}\n",
         "object.spec.?externalName.orValue(\"\").matches(\"^(?s:a.c.*z)$\")"},
        {"Label", "Pod", "        pattern: {metadata: {labels: {app.kubernetes.io/name: \"?*\"}}}\n",
         "object.metadata.?labels[?\"app.kubernetes.io/name\"].orValue(\"\") != \"\""},
        {"WildcardLabel", "ConfigMap", "        pattern: {metadata: {=(labels): {\"=(team/*)\": \"a|b\"}}}\n",
         "object.metadata.?labels.orValue({}).all(key, !key.startsWith(\"team/\") || "
         "object.metadata.labels[key] in "
         "[\"a\", \"b\"])"},
        {"Null", "Service", "        pattern: {spec: {externalName: null}}\n",
         "object.spec.?externalName.orValue(\"\") == \"\""},
        {"Quantity", "PersistentVolumeClaim",
         "        pattern: {spec: {resources: {requests: {storage: \"<=10Gi\"}}}}\n",
         "has(object.spec.resources) && has(object.spec.resources.requests) && "
         "!quantity(string(object.spec.resources.requests.?storage.orValue(\"10Gi\"))).isGreaterThan("
         "quantity(\"10Gi\"))"},
        {"ListOfTexts", "Pod", "        pattern: {spec: {=(hostAliases): [{hostnames: [\"*.local\"]}]}}\n",
         "object.spec.?hostAliases.orValue([]).all(alias, has(alias.hostnames) && "
         "alias.hostnames.all(hostname, "
         "hostname.endsWith(\".local\")))"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Structure, PatternCelTest,
    ::testing::ValuesIn<PatternCase>({
        {"Containers", "Pod", "        pattern: {spec: {containers: [{image: \"!*:latest\"}]}}\n",
         "object.spec.containers.all(container, "
         "!container.?image.orValue(\":latest\").endsWith(\":latest\"))"},
        {"AllSortsOfContainers", "Pod",
         "        pattern: {spec: {=(initContainers): [{=(tty): false}], containers: [{=(tty): false}]}}\n",
         "variables.containers.all(container, container.?tty.orValue(false) == false)",
         "object.spec.containers + object.spec.?initContainers.orValue([])"},
        {"PlainMaps", "Pod", "        pattern: {spec: {securityContext: {runAsNonRoot: true}}}\n",
         "object.spec.?securityContext.?runAsNonRoot.orValue(false) == true"},
        {"OptionalMapWithWhatMustBeThere", "Pod",
         "        pattern: {spec: {=(securityContext): {runAsNonRoot: true}}}\n",
         "!has(object.spec.securityContext) || object.spec.securityContext.?runAsNonRoot.orValue(false) == "
         "true"},
        {"PlainMapWithWhatMayBeAbsent", "Pod",
         "        pattern: {spec: {securityContext: {=(runAsNonRoot): true}}}\n",
         "has(object.spec.securityContext) && object.spec.securityContext.?runAsNonRoot.orValue(true) == "
         "true"},
        {"Negation", "Pod", "        pattern: {spec: {=(volumes): [{X(hostPath): \"null\"}]}}\n",
         "object.spec.?volumes.orValue([]).all(volume, !has(volume.hostPath))"},
        {"Conditional", "Pod",
         "        pattern: {spec: {containers: [{(name): \"istio-*\", image: \"registry.io/*\"}]}}\n",
         "object.spec.containers.all(container, !container.?name.orValue(\"\").startsWith(\"istio-\") || "
         "container.?image.orValue(\"\").startsWith(\"registry.io/\"))"},
        {"ConditionalBesideOthers", "Pod",
         "        pattern: {spec: {containers: [{(name): a, image: b}], hostNetwork: false}}\n",
         "object.spec.containers.all(container, container.?name.orValue(\"\") != \"a\" || "
         "container.?image.orValue(\"\") == \"b\") && (object.spec.containers.size() > 0 && "
         "object.spec.containers.all(container, container.?name.orValue(\"\") != \"a\") || "
         "object.spec.?hostNetwork.orValue(true) == false)"},
        {"Existence", "Pod", "        pattern: {spec: {^(containers): [{name: app}]}}\n",
         "object.spec.containers.exists(container, container.?name.orValue(\"\") == \"app\")"},
        {"Global", "Service",
         "        pattern: {spec: {<(type): LoadBalancer, externalTrafficPolicy: Local}}\n",
         "object.spec.?type.orValue(\"LoadBalancer\") != \"LoadBalancer\" || "
         "object.spec.?externalTrafficPolicy.orValue(\"\") == \"Local\""},
        {"AnyPattern", "Service",
         "        anyPattern:\n          - {spec: {type: ClusterIP}}\n          - {metadata: {labels: {open: "
         "\"yes\"}}}\n",
         "object.spec.?type.orValue(\"\") == \"ClusterIP\" || object.metadata.?labels.?open.orValue(\"\") == "
         "\"yes\""},
    }),
    [](const auto& row) { return std::string(row.param.name); });

// Of objects whose types nobody has checked, values of all types are told apart.
INSTANTIATE_TEST_SUITE_P(
    AnyKind, PatternCelTest,
    ::testing::ValuesIn<PatternCase>({
        {"BooleanOfAny", "\"*\"", "        pattern: {spec: {a: true}}\n",
         "has(object.spec) && type(object.spec) == map && has(object.spec.a) && (type(object.spec.a) == list "
         "? "
         "object.spec.a.all(item, item == true) : object.spec.a == true)"},
        {"NumberOfAny", "\"*\"", "        pattern: {spec: {=(a): 5}}\n",
         "has(object.spec) && type(object.spec) == map && (!has(object.spec.a) || (type(object.spec.a) == "
         "list ? "
         "object.spec.a.all(item, item == 5 || type(item) == string && item.matches(\"^[+]?0*5$\")) : "
         "object.spec.a == "
         "5 || type(object.spec.a) == string && object.spec.a.matches(\"^[+]?0*5$\")))"},
        {"PresentOfAny", "\"*\"", "        pattern: {spec: {a: \"*\"}}\n",
         "has(object.spec) && type(object.spec) == map && object.spec.?a.orValue(null) != null"},
        {"ListOfAny", "\"*\"", "        pattern: {spec: {=(rules): [{X(all): \"\"}]}}\n",
         "has(object.spec) && type(object.spec) == map && (!has(object.spec.rules) || "
         "type(object.spec.rules) == list && "
         "object.spec.rules.all(rule, type(rule) == map && !has(rule.all)))"},
        {"LabelsOfAny", "\"*\"", "        pattern: {metadata: {labels: {a: \"?*\"}}}\n",
         "object.metadata.?labels.?a.orValue(\"\") != \"\""},
        {"AmountOfAny", "\"*\"", "        pattern: {data: {a: \"<5\"}}\n", ""},
        {"TextOfAny", "\"*\"", "        pattern: {data: {a: \"x*\"}}\n", ""},
        {"OtherTextOfAny", "\"*\"", "        pattern: {data: {a: \"!x\"}}\n", ""},
        {"SomethingOfAny", "\"*\"", "        pattern: {data: {a: \"?*\"}}\n", ""},
        {"RangeOfAny", "\"*\"", "        pattern: {data: {a: 1-5}}\n", ""},
    }),
    [](const auto& row) { return std::string(row.param.name); });

struct RefusedCase {
  const char* name;
  std::string_view kinds;
  std::string_view body;
  std::string_view reason;
};

class RefusedPatternTest : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedPatternTest, SaysWhyAndWhere) {
  const RefusedCase& c = GetParam();
  EXPECT_EQ(ConvertForTest(RuleYaml(c.kinds, c.body)).Refusal(), c.reason);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedPatternTest,
    ::testing::ValuesIn<RefusedCase>({
        {"Variables", "Pod",
         "        pattern:\n          metadata:\n            name: \"{{ request.namespace }}-*\"\n",
         "variables within a pattern at line 15"},
        {"ListOfLists", "Pod", "        pattern:\n          spec:\n            containers: [[{}]]\n",
         "a list of lists at line 16"},
        {"AmountOrTime", "Service", "        pattern:\n          spec:\n            externalName: \">30m\"\n",
         "'30m' may mean an amount or a time, depending on the value at line 16"},
        {"UnknownKind", "Widget", "        pattern:\n          spec:\n            a: b\n",
         "the kind Widget is not known: a ValidatingPolicy names its plural, which its "
         "CustomResourceDefinition says at line "
         "10"},
        {"Fraction", "\"*\"", "        pattern:\n          spec:\n            a: 1.5\n",
         "a number with a fraction may be written in many ways as a text at line 16"},
        {"ConditionOnWildcardKey", "Pod",
         "        pattern:\n          metadata:\n            labels: {(a*): b, c: d}\n",
         "a condition on a key with a wildcard, of which several keys may match at line 16"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

// Conditions in lists in lists double the expression with each level.
TEST(PatternLimitTest, DeepConditionsAreRefused) {
  std::string pattern = "{(a): b, c: d}";
  for (int i = 0; i < 40; ++i) pattern = "{x: [" + pattern + "], y: [{(e): f, g: h}]}";
  const ConvertForTest converted(RuleYaml("\"*\"", "        pattern: " + pattern + "\n"), 10);
  EXPECT_EQ(converted->rules[0].reason, "the expression would be too long to read");
}

// What cannot be said with optional fields is tried again at every level.
TEST(PatternLimitTest, RetriesEnd) {
  std::string pattern = "{(a): b, c: d}";
  for (int i = 0; i < 60; ++i) pattern = "{=(x): {=(l): [" + pattern + "], =(z): {zz: y}}}";
  const ConvertForTest converted(RuleYaml("Pod", "        pattern: {spec: " + pattern + "}\n"), 10);
  EXPECT_FALSE(converted->rules[0].converted);
}

// However many lists stand in each other, samples end.
TEST(PatternLimitTest, DeepListsEnd) {
  std::string pattern = "{a: \"?*\"}";
  for (int i = 0; i < 30; ++i) pattern = "{=(x): [" + pattern + "]}";
  const ConvertForTest converted(RuleYaml("\"*\"", "        pattern: {spec: " + pattern + "}\n"));
  EXPECT_NE(converted->rules[0].reason, "rule and result disagree on an object");
}

}  // namespace
}  // namespace ephor::convert
