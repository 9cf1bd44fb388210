// Generate rules and what they become; each row is proved by running both.
#include "convert/generation_cel.h"

#include <gtest/gtest.h>

#include "convert/convert_for_test.h"

namespace ephor::convert {
namespace {

// The rules of a ClusterPolicy of one rule about the kind, of which the text stands below `generate`.
std::string GenerateYaml(std::string_view kinds, std::string_view body, std::string_view more = "") {
  return policy::ClusterPolicyYaml(
      "  rules:\n    - name: r\n      match:\n        any:\n          - resources:\n"
      "              kinds: [" +
      std::string(kinds) + "]\n" + std::string(more) + "      generate:\n        " + std::string(body) +
      "\n");
}

// Of a Policy in the namespace `ns`.
std::string InNamespace(std::string yaml) {
  yaml.replace(yaml.find("ClusterPolicy"), 13, "Policy");
  yaml.replace(yaml.find("name: p"), 7, "name: p\n  namespace: ns");
  return yaml;
}

// The templates and, on one line each, the expressions of what is generated.
std::string Generated(const ConvertForTest& converted) {
  std::string all;
  if (converted->documents.empty()) return all;
  for (const json::Value& one : converted->documents[0].Find("spec", "generate")->items()) {
    if (const json::Value* document = one.Find("template")) {
      all += std::string(document->StringAt("interpolate")) + "\n" + std::string(document->StringAt("value"));
      continue;
    }
    const auto line = Formatted(std::string(one.StringAt("expression")), 0);
    all += (line ? *line : line.error().message()) + "\n";
  }
  return all;
}

struct Row {
  const char* name;
  const char* kind;
  const char* body;
  const char* expected;
};

TEST(GenerationCel, Generations) {
  const Row rows[] = {
      {"Data", "Namespace",
       "{apiVersion: v1, kind: ConfigMap, name: c, namespace: ns, data: {data: {a: \"((b\", c: \"true\"}}}",
       "\napiVersion: v1\ndata:\n  a: ((b\n  c: \"true\"\nkind: ConfigMap\nmetadata:\n  name: c\n  "
       "namespace: ns\n"},
      {"Variables", "Namespace",
       "{apiVersion: v1, kind: ConfigMap, name: \"of-{{request.object.metadata.name}}\", namespace: "
       "\"{{request.object.metadata.name}}\", data: {data: {a: \"((b {{request.object.metadata.name}}\"}}}",
       "cel\napiVersion: v1\ndata:\n  a: \\((b (( object.metadata.name ))\nkind: ConfigMap\nmetadata:\n"
       "  name: of-(( object.metadata.name ))\n  namespace: (( object.metadata.name ))\n"},
      {"AValueOfAnyType", "ConfigMap",
       "{apiVersion: v1, kind: ConfigMap, name: c, namespace: other, data: {data: "
       "\"{{request.object.data}}\"}}",
       "cel\napiVersion: v1\ndata: (( object.data ))\nkind: ConfigMap\nmetadata:\n  name: c\n  namespace: "
       "other\n"},
      {"ACopy", "Namespace",
       "{apiVersion: v1, kind: Secret, name: s, namespace: \"{{request.object.metadata.name}}\", "
       "clone: {name: s, namespace: default}}",
       "object.metadata.name == \"default\" || dyn(variables.source) != null && "
       "generator.Apply(object.metadata.name, [variables.source])\n"},
      {"ACopyByAnotherName", "Namespace",
       "{apiVersion: v1, kind: ConfigMap, name: t, namespace: \"{{request.object.metadata.name}}\", "
       "clone: {name: s, namespace: default}}",
       "dyn(variables.source) != null && generator.Apply(object.metadata.name, [{\"apiVersion\": \"v1\", "
       "\"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"t\", ?\"labels\": "
       "variables.source.metadata.?labels, "
       "?\"annotations\": variables.source.metadata.?annotations, ?\"finalizers\": "
       "variables.source.metadata.?finalizers}, ?\"binaryData\": variables.source.?binaryData, ?\"data\": "
       "variables.source.?data, ?\"immutable\": variables.source.?immutable}])\n"},
      {"CopiesOfAList", "Namespace",
       "{namespace: \"{{request.object.metadata.name}}\", cloneList: {namespace: default, kinds: [v1/Secret, "
       "v1/ConfigMap], selector: {matchLabels: {a: b}}}}",
       "object.metadata.name == \"default\" || generator.Apply(object.metadata.name, resource.List(\"v1\", "
       "\"secrets\", \"default\", {\"a\": \"b\"}).items)\n"
       "object.metadata.name == \"default\" || generator.Apply(object.metadata.name, resource.List(\"v1\", "
       "\"configmaps\", \"default\", {\"a\": \"b\"}).items)\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const ConvertForTest converted(GenerateYaml(row.kind, row.body), 600);
    EXPECT_EQ(converted.Refusal(), "");
    EXPECT_EQ(Generated(converted), row.expected);
    EXPECT_GT(converted->rules[0].refused, 50u);  // of that many objects something was made
  }
}

TEST(GenerationCel, Refusals) {
  const Row rows[] = {
      {"ForEach", "Namespace", "{foreach: [{list: \"['a']\", apiVersion: v1, kind: Secret, name: s}]}",
       "foreach of a generation"},
      {"OntoItself", "Namespace",
       "{apiVersion: v1, kind: Secret, name: s, namespace: a, clone: {name: s, namespace: a}}",
       "the source is copied onto itself"},
      {"ListOntoItself", "Namespace", "{namespace: a, cloneList: {namespace: a, kinds: [v1/Secret]}}",
       "the sources are copied onto themselves"},
      {"UnknownKind", "Namespace",
       "{apiVersion: a.io/v1, kind: A, name: s, namespace: a, clone: {name: s, namespace: b}}",
       "the kind a.io/v1/A is not known: resource.Get names its plural, which its CustomResourceDefinition "
       "says"},
      {"AVariableInAKey", "Namespace",
       "{apiVersion: v1, kind: ConfigMap, name: c, namespace: a, data: {data: "
       "{\"{{request.object.metadata.name}}\": b}}}",
       "a variable in a key: {{request.object.metadata.name}}"},
      {"NoKind", "Namespace", "{apiVersion: v1, name: c, namespace: a, data: {data: {a: b}}}",
       "an object without a kind"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const ConvertForTest converted(GenerateYaml(row.kind, row.body), 300);
    ASSERT_EQ(converted->rules.size(), 1u);
    EXPECT_EQ(converted->rules[0].reason, row.expected);
    EXPECT_TRUE(converted->documents.empty());
  }
}

TEST(GenerationCel, PoliciesInANamespaceReachTheirOwn) {
  const ConvertForTest copy(
      InNamespace(GenerateYaml("ConfigMap",
                               "{apiVersion: v1, kind: Secret, name: t, namespace: ns, clone: {name: s, "
                               "namespace: ns}}")),
      300);
  EXPECT_EQ(copy.Refusal(), "");
  ASSERT_EQ(copy->documents.size(), 1u);
  EXPECT_EQ(copy->documents[0].StringAt("kind"), "NamespacedGeneratingPolicy");
  const ConvertForTest other(
      InNamespace(GenerateYaml("ConfigMap", "{apiVersion: v1, kind: Secret, name: s, namespace: other}")),
      300);
  EXPECT_EQ(
      other->rules[0].reason,
      "an object in another namespace than the policy's, which a NamespacedGeneratingPolicy cannot make");
}

TEST(GenerationCel, SwitchesAreKept) {
  const ConvertForTest converted(
      GenerateYaml(
          "Namespace",
          "{apiVersion: v1, kind: Secret, name: s, namespace: a, synchronize: true, generateExisting: "
          "true, orphanDownstreamOnPolicyDelete: true}"),
      100);
  EXPECT_EQ(converted.Refusal(), "");
  EXPECT_TRUE(converted->rules[0].notes.empty());
  ASSERT_EQ(converted->documents.size(), 1u);
  for (const char* name : {"synchronize", "generateExisting", "orphanDownstreamOnPolicyDelete"}) {
    const json::Value* enabled = converted->documents[0].Find("spec", "evaluation", name, "enabled");
    ASSERT_NE(enabled, nullptr) << name;
    EXPECT_TRUE(enabled->as_bool());
  }
}

// The objects that two rules make are those of each rule, also where the other fails.
TEST(GenerationCel, ARuleThatFailsDoesNotStopAnother) {
  const std::string second =
      "    - name: second\n      match: {any: [{resources: {kinds: [ConfigMap]}}]}\n      generate: "
      "{apiVersion: "
      "v1, kind: Secret, name: s, namespace: ns, data: {type: \"{{request.object.data.a}}\"}}\n";
  const ConvertForTest converted(
      GenerateYaml("ConfigMap", "{apiVersion: v1, kind: Secret, name: t, namespace: ns}") + second, 300);
  EXPECT_EQ(converted.Refusal(), "");
  ASSERT_EQ(converted->rules.size(), 2u);
  EXPECT_TRUE(converted->rules[1].converted);
  EXPECT_EQ(converted->documents.size(), 2u);
}

}  // namespace
}  // namespace ephor::convert
