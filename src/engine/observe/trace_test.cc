// What an observer is told, as one line a step: the depth, the kind, the name, the verdict, the message, the
// details.
#include "engine/observe/trace.h"

#include <gtest/gtest.h>

#include "engine/engine_for_test.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

void AppendLines(const TraceNode& node, int depth, std::string& out) {
  out += std::string(static_cast<std::size_t>(depth), ' ') + std::string(ToString(node.kind));
  for (const std::string* part : {&node.name, &node.text}) {
    if (!part->empty()) out += " " + *part;
  }
  if (node.verdict != Verdict::kNone) out += ": " + std::string(ToString(node.verdict));
  if (!node.message.empty()) out += " (" + node.message + ")";
  for (const TraceDetail& detail : node.details)
    out += " " + detail.name + "=" + json::ToString(detail.value);
  if (node.policy != nullptr) out += " @" + std::to_string(node.policy->position.line);
  out += "\n";
  for (const TraceNode& child : node.children) {
    // What autogen made is looked at in a test of its own.
    if (!child.name.starts_with("autogen-")) AppendLines(child, depth + 1, out);
  }
}

struct TraceCase {
  const char* name;
  std::string_view spec;
  TestRequest request;
  std::string_view steps;
};

constexpr std::string_view kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n"
    "spec: {containers: [{name: a, image: 'x:1'}, {name: b, image: 'y:latest'}]}\n";

TEST(Trace, TellsEachStep) {
  const TraceCase cases[] = {
      {"NoMatch",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Node]}}]}\n"
       "    validate: {message: m, pattern: {a: b}}\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r (does not concern this object) @7\n"
       "  match: false @8\n"
       R"(   filter: false (kinds) wanted=["Node"] found="v1/Pod" @8)"
       "\n"},
      {"Exclude",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
       "    exclude: {any: [{resources: {namespaces: [shop]}}]}\n"
       "    validate: {message: m, pattern: {a: b}}\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r (does not concern this object) @7\n"
       "  match: true @8\n"
       "   filter: true @8\n"
       "  exclude: true @9\n"
       "   filter: true @9\n"},
      {"Pattern",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
       "    validate:\n      message: m\n      pattern:\n        spec:\n          containers:\n"
       "          - image: '!*:latest'\n            =(ports): x\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r: fail (validation error: m. rule r failed at path /spec/containers/1/image/) @7\n"
       "  match: true @8\n"
       "   filter: true @8\n"
       "  pattern: fail (resource value 'y:latest' does not match '!*:latest' at path "
       "/spec/containers/1/image/) @11\n"
       "   patternNode spec: fail @12\n"
       "    patternNode containers: fail @13\n"
       "     patternNode 0: pass @14\n"
       R"(      patternNode =(ports): pass (not there) wanted="x" @15)"
       "\n"
       R"(      patternNode image: pass wanted="!*:latest" found="x:1" @14)"
       "\n"
       "     patternNode 1: fail @14\n"
       R"(      patternNode =(ports): pass (not there) wanted="x" @15)"
       "\n"
       R"(      patternNode image: fail wanted="!*:latest" found="y:latest" @14)"
       "\n"},
      {"ConditionsAndVariables",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
       "    context:\n    - name: v\n      variable: {value: {count: 2}}\n"
       "    - name: unread\n      variable: {value: 1}\n"
       "    preconditions:\n      any:\n      - {key: '{{ v.count }}', operator: Equals, value: 1}\n"
       "      - {key: '{{ missing }}', operator: Equals, value: 1}\n"
       "    validate: {message: m, deny: {}}\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r: error (failed to evaluate preconditions: failed to substitute variables in condition key: "
       "failed to resolve missing at path : JMESPath query failed: Unknown key \"missing\" in path) @7\n"
       "  match: true @8\n"
       "   filter: true @8\n"
       "  conditions: error @14\n"
       R"(   condition: false key=2 operator="Equals" value=1 @16)"
       "\n"
       "    query v.count value=2\n"
       R"(     variable v source="variable" value={"count":2} @10)"
       "\n"
       "   condition: error (failed to substitute variables in condition key: failed to resolve missing at "
       "path : JMESPath query failed: Unknown key \"missing\" in path) @17\n"
       "    query missing: error (JMESPath query failed: Unknown key \"missing\" in path)\n"},
      {"ConditionsNotReached",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
       "    validate:\n      message: m\n      deny:\n        conditions:\n          all:\n"
       "          - {key: a, operator: Equals, value: b}\n"
       "          - {key: '{{ missing }}', operator: Equals, value: b}\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r: pass (validation rule 'r' passed.) @7\n"
       "  match: true @8\n"
       "   filter: true @8\n"
       "  conditions: false @12\n"
       R"(   condition: false key="a" operator="Equals" value="b" @14)"
       "\n"
       "   condition: not reached @15\n"},
      {"Loop",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
       "    validate:\n      message: m\n      foreach:\n      - list: request.object.spec.containers\n"
       "        deny: {conditions: [{key: '{{ element.name }}', operator: Equals, value: a}]}\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r: fail (validation failure: m) @7\n"
       "  match: true @8\n"
       "   filter: true @8\n"
       "  foreach request.object.spec.containers @12\n"
       "   query request.object.spec.containers "
       R"(value=[{"image":"x:1","name":"a"},{"image":"y:latest","name":"b"}])"
       "\n"
       "   element 0: fail (m)\n"
       "    conditions: true @13\n"
       R"(     condition: true key="a" operator="Equals" value="a" @13)"
       "\n"
       R"(      query element.name value="a")"
       "\n"},
      {"PodSecurity",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
       "    validate: {podSecurity: {level: privileged, version: latest}}\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r: pass (Validation rule 'r' passed.) @7\n"
       "  match: true @8\n"
       "   filter: true @8\n"
       "  podSecurity privileged latest: pass @9\n"},
      {"Cel",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
       "    validate:\n      cel:\n        variables: [{name: called, expression: object.metadata.name}]\n"
       "        expressions:\n        - {expression: variables.called == 'api', message: not api}\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r: fail (not api) @7\n"
       "  match: true @8\n"
       "   filter: true @8\n"
       "  cel variables.called == 'api': false value=false @13\n"
       R"(   variable called object.metadata.name value="web" @11)"
       "\n"},
      {"CelParts",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
       "    validate:\n      cel:\n        expressions:\n"
       "        - {expression: \"has(object.x) || object.spec.containers.exists(c, c.name == 'b' && c.no)\", "
       "message: m}\n",
       {kPod},
       R"(policy p phase="validate" @1)"
       "\n"
       " rule r: fail (expression 'has(object.x) || object.spec.containers.exists(c, c.name == 'b' && "
       "c.no)' "
       "resulted in error: no such key: no) @7\n"
       "  match: true @8\n"
       "   filter: true @8\n"
       "  cel has(object.x) || object.spec.containers.exists(c, c.name == 'b' && c.no): error (no such key: "
       "no) "
       "@12\n"
       "   operand has(object.x): false value=false\n"
       R"(   operand object.spec.containers.exists(c, c.name == "b" && c.no): error (no such key: no))"
       "\n"
       R"(    part object.spec.containers value=[{"image":"x:1","name":"a"},{"image":"y:latest","name":"b"}])"
       "\n"
       "    round 0: false value=false\n"
       R"(     operand c.name == "b": false value=false)"
       "\n"
       R"(      part c.name value="a")"
       "\n"
       "     operand c.no: not reached\n"
       "    round 1: error (no such key: no)\n"
       R"(     operand c.name == "b": true value=true)"
       "\n"
       R"(      part c.name value="b")"
       "\n"
       "     operand c.no: error (no such key: no)\n"},
  };
  for (const TraceCase& c : cases) {
    SCOPED_TRACE(c.name);
    EvaluationForTest evaluation(c.spec, c.request);
    std::string steps;
    for (const TraceNode& root : evaluation.Explain()) AppendLines(root, 0, steps);
    EXPECT_EQ(steps, c.steps);
  }
}

TEST(Trace, TellsOfPatches) {
  EvaluationForTest evaluation(
      "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
      "    mutate: {patchStrategicMerge: {metadata: {labels: {team: a}}}}\n",
      {kPod});
  std::string steps;
  for (const TraceNode& root : evaluation.ExplainMutation()) AppendLines(root, 0, steps);
  EXPECT_EQ(steps, R"(policy p phase="mutate" @1)"
                   "\n"
                   " rule r: pass (mutated Pod/web in namespace shop) @7\n"
                   "  match: true @8\n"
                   "   filter: true @8\n"
                   R"(  patch patch=[{"op":"add","path":"/metadata/labels","value":{"team":"a"}}] @9)"
                   "\n");
}

TEST(Places, FindMadeRulesWhereTheyWereWritten) {
  EvaluationForTest evaluation(
      "  rules:\n  - name: r\n    match:\n      any:\n      - resources:\n          kinds: [Pod]\n"
      "    validate:\n      message: m\n      pattern:\n        spec:\n          containers:\n"
      "          # a comment\n          - image: '*'\n",
      {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n"
       "spec: {template: {spec: {containers: [{name: a}]}}}\n"});
  std::string steps;
  for (const TraceNode& rule : evaluation.Explain().at(0).children) {
    if (rule.name != "autogen-r") continue;
    for (const TraceNode& step : rule.children) AppendLines(step, 0, steps);
  }
  // What wraps the pattern has the pattern's place.
  EXPECT_EQ(steps,
            "match: true @8\n filter: true @10\n"
            "pattern: fail (/spec/template/spec/containers/0//image not found) @14\n"
            " patternNode spec: fail @14\n"
            "  patternNode template: fail @14\n"
            "   patternNode spec: fail @15\n"
            "    patternNode containers: fail @16\n"
            "     patternNode 0: fail @18\n"
            "      patternNode image: fail (not there) wanted=\"*\" @18\n");
}

}  // namespace
}  // namespace ephor::engine
