// Mutate rules and what they become; each row is proved by running both.
#include "convert/mutation_cel.h"

#include <gtest/gtest.h>

#include "convert/convert_for_test.h"

namespace ephor::convert {
namespace {

// The rules of a ClusterPolicy of one rule about the kind, of which the text stands below `mutate`.
std::string MutateYaml(std::string_view kinds, std::string_view body, std::string_view more = "") {
  return policy::ClusterPolicyYaml(
      "  rules:\n    - name: r\n      match:\n        any:\n          - resources:\n"
      "              kinds: [" +
      std::string(kinds) + "]\n" + std::string(more) + "      mutate:\n" + std::string(body));
}

// The expression of the only mutation, on one line.
std::string Expression(const ConvertForTest& converted) {
  if (converted->documents.empty()) return "";
  const json::Value& mutation = converted->documents[0].Find("spec", "mutations")->items()[0];
  const bool json_patch = mutation.StringAt("patchType") == "JSONPatch";
  const auto text = mutation.StringAt(json_patch ? "jsonPatch" : "applyConfiguration", "expression");
  const auto line = Formatted(std::string(text), 0);
  return line ? *line : line.error().message();
}

struct Row {
  const char* name;
  const char* kind;
  const char* body;
  const char* expression;
};

TEST(MutationCel, Expressions) {
  const Row rows[] = {
      {"Fields", "Service",
       "{patchStrategicMerge: {metadata: {labels: {a: b, c.io/d: e}}, spec: {type: ClusterIP}}}",
       R"(Object{metadata: Object.metadata{labels: {"a": "b", "c.io/d": "e"}}, spec: Object.spec{type: "ClusterIP"}})"},
      {"OnlyWhatIsNotThere", "Service", "{patchStrategicMerge: {spec: {+(type): ClusterIP}}}",
       R"(Object{spec: Object.spec{?type: has(object.spec.type) ? optional.none() : optional.of("ClusterIP")}})"},
      {"AConditionOnTheObject", "Service",
       "{patchStrategicMerge: {spec: {(type): LoadBalancer, externalTrafficPolicy: Local}}}",
       R"(object.spec.?type.orValue("") == "LoadBalancer" ? Object{spec: Object.spec{externalTrafficPolicy: "Local"}} : Object{})"},
      {"AnElementThatFits", "Pod",
       "{patchStrategicMerge: {spec: {containers: [{(image): \"*:latest\", imagePullPolicy: Always}]}}}",
       R"(Object{spec: Object.spec{containers: object.spec.containers.map(container, container.?image.orValue("").endsWith(":latest"), Object.spec.containers{name: container.name, imagePullPolicy: "Always"})}})"},
      {"AListThatMayNotBeThere", "Pod",
       "{patchStrategicMerge: {spec: {initContainers: [{(name): \"*\", imagePullPolicy: Always}]}}}",
       R"(Object{spec: Object.spec{?initContainers: has(object.spec.initContainers) ? optional.of(object.spec.initContainers.map(container, has(container.name), Object.spec.initContainers{name: container.name, imagePullPolicy: "Always"})) : optional.none()}})"},
      {"Variables", "ConfigMap",
       "{patchStrategicMerge: {metadata: {annotations: {a: \"of {{request.object.metadata.name}}\"}}}}",
       R"(Object{metadata: Object.metadata{annotations: {"a": "of " + object.metadata.name}}})"},
      {"Patches", "ConfigMap",
       R"({patchesJson6902: '[{"op": "add", "path": "/metadata/labels/a~1b", "value": "c"}, {"op": "remove", "path": "/data/x"}]'})",
       R"((has(object.metadata.labels) ? [] : [JSONPatch{op: "add", path: "/metadata/labels", value: {}}]) + [JSONPatch{op: "add", path: "/metadata/labels/a~1b", value: "c"}] + (object.?data.?x.hasValue() ? [JSONPatch{op: "remove", path: "/data/x"}] : []))"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const ConvertForTest converted(MutateYaml(row.kind, "        " + std::string(row.body) + "\n"), 600);
    EXPECT_EQ(converted.Refusal(), "");
    EXPECT_EQ(Expression(converted), row.expression);
    EXPECT_GT(converted->rules[0].refused, 50u);  // of the objects both changed some
  }
}

TEST(MutationCel, Refusals) {
  const Row rows[] = {
      {"Null", "Service", "{patchStrategicMerge: {spec: {type: null}}}",
       "a null, which deletes: an ApplyConfiguration sets fields only"},
      {"Directive", "Service", "{patchStrategicMerge: {spec: {$patch: replace}}}", "the directive $patch"},
      {"OtherAnchor", "Service", "{patchStrategicMerge: {spec: {=(type): a}}}",
       "the anchor =(type) means nothing in a patch"},
      {"ElementsWithoutNames", "Pod",
       "{patchStrategicMerge: {spec: {tolerations: [{(key): a, effect: NoSchedule}]}}}",
       "elements with anchors of a list whose elements have no name"},
      {"ElementByNumber", "Pod",
       "{patchesJson6902: \"[{op: replace, path: /spec/containers/0/image, value: a}]\"}",
       "an element of a list by its number: /spec/containers/0/image"},
      {"OtherOperation", "Pod", "{patchesJson6902: \"[{op: move, path: /a, from: /b}]\"}",
       "a patch with op: move"},
      {"NoPatches", "Pod", "{patchesJson6902: \"[]\"}", "no patches"},
      {"ForEach", "Pod",
       "{foreach: [{list: request.object.spec.containers, patchStrategicMerge: {spec: {hostNetwork: "
       "false}}}]}",
       "foreach of a mutation"},
      {"AtomicMap", "Pod", "{patchStrategicMerge: {spec: {nodeSelector: {a: b}}}}",
       "rule and result disagree on an object"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const ConvertForTest converted(MutateYaml(row.kind, "        " + std::string(row.body) + "\n"), 300);
    ASSERT_EQ(converted->rules.size(), 1u);
    EXPECT_FALSE(converted->rules[0].converted);
    EXPECT_EQ(converted->rules[0].reason, row.expression);
    EXPECT_TRUE(converted->documents.empty());
  }
}

TEST(MutationCel, RulesThatSeeEachOthersWorkKeepTheirOrder) {
  const auto rules = [](std::string_view first, std::string_view second) {
    const auto rule = [](std::string_view name, std::string_view patch) {
      return "    - name: " + std::string(name) +
             "\n      match: {any: [{resources: {kinds: [Service]}}]}\n      mutate: {patchStrategicMerge: " +
             std::string(patch) + "}\n";
    };
    return policy::ClusterPolicyYaml("  rules:\n" + rule(first, "{metadata: {labels: {a: b}}}") +
                                     rule(second, "{metadata: {(labels): {a: b}, annotations: {c: d}}}"));
  };
  // One policy for both: the second mutation sees what the first has made.
  const ConvertForTest joined(rules("one", "two"), 300);
  EXPECT_EQ(joined.Refusal(), "");
  EXPECT_EQ(joined->documents.size(), 1u);
  EXPECT_EQ(joined->documents[0].Find("spec", "mutations")->size(), 2u);
}

TEST(MutationCel, PodControllersGetPoliciesOfTheirOwn) {
  const ConvertForTest converted(MutateYaml("Pod",
                                            "        {patchStrategicMerge: {metadata: {annotations: {+(a): "
                                            "b}}, spec: {hostNetwork: false}}}\n"),
                                 600);
  EXPECT_EQ(converted.Refusal(), "");
  EXPECT_EQ(converted->rules[0].policies, (std::vector<std::string>{"p", "p-controllers", "p-cronjobs"}));
}

TEST(MutationCel, PoliciesInANamespace) {
  std::string yaml = MutateYaml("ConfigMap", "        {patchStrategicMerge: {metadata: {labels: {a: b}}}}\n");
  yaml.replace(yaml.find("ClusterPolicy"), 13, "Policy");
  yaml.replace(yaml.find("name: p"), 7, "name: p\n  namespace: ns");
  const ConvertForTest converted(yaml, 300);
  EXPECT_EQ(converted.Refusal(), "");
  ASSERT_EQ(converted->documents.size(), 1u);
  EXPECT_EQ(converted->documents[0].StringAt("kind"), "NamespacedMutatingPolicy");
  EXPECT_EQ(converted->documents[0].StringAt("metadata", "namespace"), "ns");
}

}  // namespace
}  // namespace ephor::convert
