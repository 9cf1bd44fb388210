#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/engine_for_test.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

struct MutateCase {
  const char* name;
  std::string_view rules;  // the spec below `rules:`, or the whole spec
  std::string_view object;
  std::string_view results;  // the rules' lines
  std::string_view after;    // compact JSON of the object; "" where it is unchanged
};

class MutateTest : public ::testing::TestWithParam<MutateCase> {};
TEST_P(MutateTest, Mutate) {
  const MutateCase& c = GetParam();
  EvaluationForTest evaluation(c.rules, {.object = c.object});
  const PolicyResponse response = evaluation.Mutate();
  std::string lines;
  for (const std::string& line : EvaluationForTest::Lines(response)) lines += line + "\n";
  EXPECT_EQ(lines, c.results);
  const std::string expected =
      c.after.empty() ? json::ToString(evaluation.Load(c.object)) : std::string(c.after);
  EXPECT_EQ(json::ToString(response.resource), expected);
}

constexpr std::string_view kPod =
    "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: d}, spec: {containers: [{name: a, image: x}, "
    "{name: b, "
    "image: w}]}}";

INSTANTIATE_TEST_SUITE_P(
    Rules, MutateTest,
    ::testing::ValuesIn<MutateCase>({
        {"StrategicMerge", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {app: "{{request.object.metadata.name}}"}}}}
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"app":"p"},"name":"p","namespace":"d"},)"
         R"("spec":{"containers":[{"image":"x","name":"a"},{"image":"w","name":"b"}]}})"},
        {"NothingToDo", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {name: p}}}
)",
         kPod, "r skip no patches applied\n", ""},
        {"NoMatch", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Service]}}]}
    mutate: {patchStrategicMerge: {metadata: {name: q}}}
)",
         kPod, "", ""},
        {"Precondition", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    preconditions: {all: [{key: a, operator: Equals, value: b, message: never}]}
    mutate: {patchStrategicMerge: {metadata: {name: q}}}
)",
         kPod, "r skip preconditions not met; never\n", ""},
        {"UnresolvedVariable", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {app: "{{request.object.none}}"}}}}
)",
         kPod,
         "r error variable substitution failed: failed to resolve request.object.none at path "
         "/mutate/patchStrategicMerge/metadata/labels/app: JMESPath query failed: Unknown key \"none\" in "
         "path\n",
         ""},
        {"WrongKind", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: x}}
)",
         kPod,
         "r error failed to patch resource: wrong node kind: expected MappingNode but got ScalarNode: node "
         "contents:\nx\n\n",
         ""},
        {"JsonPatch", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      patchesJson6902: |-
        - {op: add, path: /metadata/labels/app, value: x}
        - {op: remove, path: /spec/containers/1}
        - {op: remove, path: /spec/none/1}
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"app":"x"},"name":"p","namespace":"d"},)"
         R"("spec":{"containers":[{"image":"x","name":"a"}]}})"},
        {"JsonPatchWithVariables", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      patchesJson6902: |-
        - op: add
          path: /metadata/labels/app
          value: "{{ to_upper(request.object.metadata.name) }}"
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"app":"P"},"name":"p","namespace":"d"},)"
         R"("spec":{"containers":[{"image":"x","name":"a"},{"image":"w","name":"b"}]}})"},
        {"JsonPatchAsJson", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchesJson6902: '[{"op": "replace", "path": "/spec", "value": {}}]'}
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d"},"spec":{}})"},
        {"JsonPatchReplaceOfNothing", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchesJson6902: '[{"op": "replace", "path": "/metadata/labels/x", "value": 1}]'}
)",
         kPod,
         "r error failed to patch resource: replace operation does not apply: doc is missing path: "
         "/metadata/labels/x: missing value\n",
         ""},
        {"JsonPatchOfKind", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchesJson6902: '[{"op": "remove", "path": "/kind"}, {"op": "remove", "path": "/spec"}]'}
)",
         kPod,
         "r error failed to unmarshal patched resource: Object 'Kind' is missing in "
         "'{\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"p\",\"namespace\":\"d\"}}'\n",
         ""},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Chains, MutateTest,
    ::testing::ValuesIn<MutateCase>({
        {"EachRuleSeesTheFormer", R"(
  rules:
  - name: one
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {a: x}}}}
  - name: two
    match: {any: [{resources: {kinds: [Pod], selector: {matchLabels: {a: x}}}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {b: "{{request.object.metadata.labels.a}}y"}}}}
)",
         "{apiVersion: v1, kind: Pod, metadata: {name: p}}",
         "one pass mutated Pod/p\ntwo pass mutated Pod/p\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":"x","b":"xy"},"name":"p"}})"},
        {"AFailedRuleLeavesTheObject", R"(
  rules:
  - name: one
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {a: x}}}}
  - name: two
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {b: "{{no}}"}}}}
  - name: three
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {c: z}}}}
)",
         "{apiVersion: v1, kind: Pod, metadata: {name: p}}",
         "one pass mutated Pod/p\n"
         "two error variable substitution failed: failed to resolve no at path "
         "/mutate/patchStrategicMerge/metadata/labels/b: JMESPath query failed: Unknown key \"no\" in path\n"
         "three pass mutated Pod/p\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":"x","c":"z"},"name":"p"}})"},
        {"ApplyRulesOne", R"(
  applyRules: One
  rules:
  - name: one
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {a: x}}}}
  - name: two
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate: {patchStrategicMerge: {metadata: {labels: {b: y}}}}
)",
         "{apiVersion: v1, kind: Pod, metadata: {name: p}}", "one pass mutated Pod/p\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":"x"},"name":"p"}})"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Loops, MutateTest,
    ::testing::ValuesIn<MutateCase>({
        {"StrategicMergeKeepsTheOrder", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      foreach:
      - list: request.object.spec.containers
        patchStrategicMerge: {spec: {containers: [{name: "{{element.name}}", tag: "{{elementIndex}}"}]}}
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d"},)"
         R"("spec":{"containers":[{"image":"x","name":"a","tag":0},{"image":"w","name":"b","tag":1}]}})"},
        {"AscendingTurnsThemRound", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      foreach:
      - list: request.object.spec.containers
        order: Ascending
        patchStrategicMerge: {spec: {containers: [{name: "{{element.name}}"}]}}
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d"},)"
         R"("spec":{"containers":[{"image":"w","name":"b"},{"image":"x","name":"a"}]}})"},
        {"JsonPatchDescending", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      foreach:
      - list: request.object.spec.containers
        order: Descending
        patchesJson6902: '- {op: remove, path: "/spec/containers/{{elementIndex}}"}'
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d"},"spec":{"containers":[]}})"},
        {"Preconditions", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      foreach:
      - list: request.object.spec.containers
        preconditions: {all: [{key: "{{element.image}}", operator: Equals, value: w}]}
        patchesJson6902: '- {op: replace, path: "/spec/containers/{{elementIndex}}/image", value: z}'
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d"},)"
         R"("spec":{"containers":[{"image":"x","name":"a"},{"image":"z","name":"b"}]}})"},
        {"NothingChanged", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      foreach:
      - list: request.object.spec.containers
        preconditions: {all: [{key: a, operator: Equals, value: b}]}
        patchesJson6902: '- {op: remove, path: /spec}'
)",
         kPod, "r skip 0 elements processed\n", ""},
        {"MissingListIsAnError", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      foreach:
      - list: request.object.spec.none
        patchesJson6902: '- {op: remove, path: /spec}'
)",
         kPod,
         "r error failed to evaluate list request.object.spec.none: JMESPath query failed: Unknown key "
         "\"none\" in "
         "path: JMESPath query failed: Unknown key \"none\" in path\n",
         ""},
        {"ErrorOfOneElementDropsAll", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      foreach:
      - list: request.object.spec.containers
        patchesJson6902: '- {op: test, path: "/spec/containers/{{elementIndex}}/image", value: x}'
)",
         kPod,
         "r error failed to mutate elements: failed to patch resource: testing value "
         "/spec/containers/1/image failed: "
         "test failed\n",
         ""},
        {"EntriesSeeTheEntriesBefore", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    mutate:
      foreach:
      - list: request.object.spec.containers
        patchesJson6902: '- {op: replace, path: "/spec/containers/{{elementIndex}}/image", value: "{{element.image}}1"}'
      - list: request.object.spec.containers
        patchesJson6902: '- {op: replace, path: "/spec/containers/{{elementIndex}}/image", value: "{{element.image}}2"}'
)",
         kPod, "r pass mutated Pod/p in namespace d\n",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d"},)"
         R"("spec":{"containers":[{"image":"x12","name":"a"},{"image":"w12","name":"b"}]}})"},
        {"Nested", R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Ingress]}}]}
    mutate:
      foreach:
      - list: request.object.spec.rules
        foreach:
        - list: element.paths
          patchesJson6902: |-
            - op: replace
              path: /spec/rules/{{elementIndex0}}/paths/{{elementIndex1}}
              value: "{{element0.host}}/{{element1}}"
)",
         "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {rules: [{host: h, "
         "paths: [a, "
         "b]}, {host: g, paths: [c]}]}}",
         "r pass mutated Ingress/i\n",
         R"({"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"i"},"spec":{"rules":[)"
         R"({"host":"h","paths":["h/a","h/b"]},{"host":"g","paths":["g/c"]}]}})"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

// The patch of one rule, and the label it gives to a Pod named `name`. Whether the text is read once or each
// time must not show.
struct PatchTextCase {
  const char* name;
  std::string_view patch;  // `patchesJson6902`, on one line
  std::string_view pod_name;
  std::string_view after;  // the labels as JSON, or the rule's message
};

class PatchTextTest : public ::testing::TestWithParam<PatchTextCase> {};
TEST_P(PatchTextTest, Fill) {
  const PatchTextCase& c = GetParam();
  const std::string spec =
      "\n  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n    mutate:\n"
      "      patchesJson6902: |-\n        " +
      std::string(c.patch) + "\n";
  const std::string pod = "{apiVersion: v1, kind: Pod, metadata: {name: " + std::string(c.pod_name) +
                          ", labels: {k: 5, o: {a: b}}}}";
  EvaluationForTest evaluation(spec, {.object = pod});
  const PolicyResponse response = evaluation.Mutate();
  ASSERT_EQ(response.rules.size(), 1u);
  if (response.rules[0].status == RuleStatus::kPass) {
    EXPECT_EQ(json::ToString(*response.resource.Find("metadata", "labels")), c.after);
  } else {
    EXPECT_EQ(response.rules[0].message, c.after);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, PatchTextTest,
    ::testing::ValuesIn<PatchTextCase>({
        {"Quoted", R"(- {op: add, path: /metadata/labels/l, value: "x-{{request.object.metadata.name}}"})",
         "p", R"({"k":5,"l":"x-p","o":{"a":"b"}})"},
        {"QuotedNumberStaysText",
         R"(- {op: add, path: /metadata/labels/l, value: "{{request.object.metadata.labels.k}}"})", "p",
         R"({"k":5,"l":"5","o":{"a":"b"}})"},
        {"UnquotedNumberIsOne",
         R"(- {op: add, path: /metadata/labels/l, value: {{request.object.metadata.labels.k}}})", "p",
         R"({"k":5,"l":5,"o":{"a":"b"}})"},
        {"UnquotedTextIsReadAgain",
         R"(- {op: add, path: /metadata/labels/l, value: a{{request.object.metadata.name}}})", R"("b: true")",
         "failed to patch resource: failed to convert patchesJSON6902 to JSON: yaml: did not find expected "
         "',' or '}'"},
        {"ObjectUnquoted",
         R"(- {op: add, path: /metadata/labels/l, value: {{request.object.metadata.labels.o}}})", "p",
         R"({"k":5,"l":{"a":"b"},"o":{"a":"b"}})"},
        {"InThePath", R"(- {op: add, path: "/metadata/labels/{{request.object.metadata.name}}", value: v})",
         "p", R"({"k":5,"o":{"a":"b"},"p":"v"})"},
        {"InAnUnquotedPath",
         R"(- {op: add, path: /metadata/labels/{{request.object.metadata.name}}, value: v})", "p",
         R"({"k":5,"o":{"a":"b"},"p":"v"})"},
        {"QuotesInTheValue",
         R"(- {op: add, path: /metadata/labels/l, value: '{{request.object.metadata.name}}'})", R"("it''s")",
         R"({"k":5,"l":"it's","o":{"a":"b"}})"},
        {"VariablesInTheValue",
         R"(- {op: add, path: /metadata/labels/l, value: "{{request.object.metadata.name}}"})",
         R"("{{ to_upper('x') }}")", R"({"k":5,"l":"X","o":{"a":"b"}})"},
        {"Json",
         R"([{"op": "add", "path": "/metadata/labels/l", "value": ["{{request.object.metadata.name}}", 1]}])",
         "p", R"({"k":5,"l":["p",1],"o":{"a":"b"}})"},
        {"Several",
         R"(- {op: add, path: /metadata/labels/l, value: "{{request.object.metadata.name}}/{{request.operation}}"})",
         "p", R"({"k":5,"l":"p/CREATE","o":{"a":"b"}})"},
        {"Missing", R"(- {op: add, path: /metadata/labels/l, value: "{{request.object.none}}"})", "p",
         "variable substitution failed: failed to resolve request.object.none at path "
         "/mutate/patchesJson6902: JMESPath "
         "query failed: Unknown key \"none\" in path"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace ephor::engine
