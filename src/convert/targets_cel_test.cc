// Mutate rules that change existing objects and what they become; each row is proved by running both.
#include "convert/targets_cel.h"

#include <gtest/gtest.h>

#include "convert/convert_for_test.h"

namespace ephor::convert {
namespace {

// A ClusterPolicy of one rule about ConfigMaps, whose `mutate` is the text.
std::string TargetsYaml(std::string_view body, std::string_view more = "") {
  return policy::ClusterPolicyYaml(
      "  rules:\n    - name: r\n      match: {any: [{resources: {kinds: [ConfigMap]" + std::string(more) +
      "}}]}\n      mutate: " + std::string(body) + "\n");
}

std::string Line(std::string_view expression) {
  const auto line = Formatted(std::string(expression), 0);
  return line ? *line : line.error().message();
}

struct Row {
  const char* name;
  const char* target;
  const char* expression;
  const char* conditions;
};

TEST(TargetsCel, Targets) {
  const Row rows[] = {
      {"OneByName", "apiVersion: v1, kind: Secret, name: s, namespace: ns",
       R"(resource.Get("v1", "secrets", "ns", "s"))", ""},
      {"OneInTheNamespaceOfTheTrigger",
       "apiVersion: v1, kind: Secret, name: s, namespace: \"{{request.object.metadata.namespace}}\"",
       R"(resource.Get("v1", "secrets", request.object.metadata.namespace, "s"))", ""},
      {"OneOfTheWholeCluster",
       "apiVersion: v1, kind: Namespace, name: \"{{request.object.metadata.namespace}}\"",
       R"(resource.Get("v1", "namespaces", "", request.object.metadata.namespace))", ""},
      {"All", "apiVersion: apps/v1, kind: Deployment, name: \"*\"",
       R"(resource.List("apps/v1", "deployments", ""))", ""},
      {"AWildcard", "apiVersion: v1, kind: Secret, name: \"a*\", namespace: ns",
       R"(resource.List("v1", "secrets", "ns"))", R"(object.metadata.name.startsWith("a"))"},
      {"ANameInAnyNamespace", "apiVersion: v1, kind: Secret, name: s",
       R"(resource.List("v1", "secrets", ""))", R"(object.metadata.name == "s")"},
      {"Labels", "apiVersion: v1, kind: Secret, namespace: ns, selector: {matchLabels: {a: b}}",
       R"(resource.List("v1", "secrets", "ns", {"a": "b"}))", ""},
      {"Preconditions",
       "apiVersion: v1, kind: Secret, namespace: ns, preconditions: {all: [{key: \"{{ "
       "target.metadata.labels.a "
       "|| '' }}\", operator: Equals, value: \"b\"}]}",
       R"(resource.List("v1", "secrets", "ns"))", R"(object.metadata.?labels.?a.orValue("") == "b")"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const ConvertForTest converted(TargetsYaml("{targets: [{" + std::string(row.target) +
                                               "}], patchStrategicMerge: {metadata: {labels: {of: "
                                               "\"{{request.object.metadata.name}}\"}}}}"),
                                   600);
    EXPECT_EQ(converted.Refusal(), "");
    if (converted->documents.empty()) continue;
    const json::Value& spec = *converted->documents[0].Find("spec");
    EXPECT_EQ(Line(spec.StringAt("targetMatchConstraints", "expression")), row.expression);
    const std::vector<std::string> conditions = converted.Expressions("targetMatchConditions");
    EXPECT_EQ(conditions.empty() ? "" : conditions[0], row.conditions);
    EXPECT_TRUE(spec.Find("evaluation", "mutateExisting", "enabled")->as_bool());
    EXPECT_EQ(Line(spec.Find("mutations")->items()[0].StringAt("applyConfiguration", "expression")),
              R"(Object{metadata: Object.metadata{labels: {"of": request.object.metadata.name}}})");
    EXPECT_GT(converted->rules[0].refused, 10u);  // so often an object was changed
  }
}

TEST(TargetsCel, PatchesReadTargetAndTrigger) {
  const ConvertForTest converted(
      TargetsYaml(
          "{targets: [{apiVersion: v1, kind: Secret, namespace: ns}], patchesJson6902: '[{\"op\": \"add\", "
          "\"path\": "
          "\"/metadata/labels/a\", \"value\": \"{{request.object.data.x}}-{{target.metadata.name}}\"}]'}"),
      600);
  EXPECT_EQ(converted.Refusal(), "");
  ASSERT_EQ(converted->documents.size(), 1u);
  const json::Value& mutation = converted->documents[0].Find("spec", "mutations")->items()[0];
  EXPECT_EQ(
      Line(mutation.StringAt("jsonPatch", "expression")),
      R"((has(object.metadata.labels) ? [] : [JSONPatch{op: "add", path: "/metadata/labels", value: {}}]) + )"
      R"([JSONPatch{op: "add", path: "/metadata/labels/a", value: request.object.data.x + "-" + object.metadata.name}])");
  EXPECT_EQ(
      converted->rules[0].notes,
      std::vector<std::string>{
          "the objects are changed also when the policy is: a MutatingPolicy looks at all triggers then"});
}

TEST(TargetsCel, Refusals) {
  const Row rows[] = {
      {"Several", "apiVersion: v1, kind: Secret, name: s}, {apiVersion: v1, kind: Secret, name: t",
       "several targets", ""},
      {"ACustomKind", "apiVersion: a.io/v1, kind: A, name: s", "the kind a.io/v1/A of targets is not known",
       ""},
      {"AnyVersion", "apiVersion: \"*\", kind: Pod", "a target whose kind is not fixed: */Pod", ""},
      {"AWildcardNamespace", "apiVersion: v1, kind: Secret, namespace: \"a*\"",
       "namespaces of targets with a wildcard", ""},
      {"AContext", "apiVersion: v1, kind: Secret, context: [{name: a, variable: {value: b}}]",
       "context entries of a target", ""},
      {"Deletions", "apiVersion: v1, kind: Secret",
       "it acts on the deletion of an object, which a MutatingPolicy is not asked about",
       ", operations: [DELETE]"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const ConvertForTest converted(TargetsYaml("{targets: [{" + std::string(row.target) +
                                                   "}], patchStrategicMerge: {metadata: {labels: {a: b}}}}",
                                               row.conditions),
                                   300);
    ASSERT_EQ(converted->rules.size(), 1u);
    EXPECT_EQ(converted->rules[0].reason, row.expression);
  }
}

}  // namespace
}  // namespace ephor::convert
