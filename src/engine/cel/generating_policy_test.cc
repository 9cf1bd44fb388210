#include "engine/cel/generating_policy.h"

#include <gtest/gtest.h>

#include "engine/cel/cel_policy_for_test.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kConstraints = R"(
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [namespaces]}
)";
constexpr std::string_view kTrigger =
    "{apiVersion: v1, kind: Namespace, metadata: {name: team, labels: {tier: gold}}}";

// The rules, then a line for each object.
std::string Judged(std::string_view kind, std::string_view spec, std::string_view exception = {}) {
  auto source = DecodeCelPolicy<policy::GeneratingPolicy>(kind, std::string(kConstraints).append(spec));
  if (!source) return source.error().message();
  std::vector<std::shared_ptr<const policy::CelPolicyException>> exceptions;
  if (!exception.empty()) exceptions = CelExceptionForTest(kind, exception);
  const auto compiled = CompiledGeneratingPolicy::Compile(*source, exceptions);
  if (!compiled) return compiled.error().message();
  Arena arena;
  const Request request = CreationOf(*yaml::Load(kTrigger, arena), "namespaces", arena);
  const PolicyResponse response = Generate(**compiled, request, ports::World(), arena);
  std::string text = RulesText(response);
  for (const RuleResponse& rule : response.rules) {
    for (const json::Value& object : rule.generated) text += '\n' + json::ToString(object);
  }
  return text;
}

std::string Template(std::string_view lines, std::string_view interpolate = "cel") {
  std::string spec =
      "  variables: [{name: who, expression: 'object.metadata.name'}]\n  generate:\n  - template:\n"
      "      interpolate: " +
      std::string(interpolate) + "\n      value: |\n";
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    spec.append("        ").append(lines.substr(at, end - at)).append("\n");
    at = end + 1;
  }
  return spec;
}

TEST(GeneratingPolicyTest, Expressions) {
  struct Row {
    const char* name;
    std::string_view spec, expected;
  };
  const Row rows[] = {
      {"Makes",
       "  generate: [{expression: 'generator.apply(object.metadata.name, [{\"kind\": dyn(\"X\"), \"n\": "
       "dyn(1)}])'}]",
       "p pass policy evaluated successfully\n"
       R"({"kind":"X","metadata":{"namespace":"team"},"n":1})"},
      {"MixedLiterals",
       "  generate: [{expression: 'generator.Apply(\"\", [{\"kind\": \"X\", \"metadata\": {\"namespace\": "
       "\"y\", \"name\": \"z\"}}])'}]",
       "p pass policy evaluated successfully\n"
       R"({"kind":"X","metadata":{"name":"z"}})"},
      {"ItemsOfLists",
       "  generate: [{expression: 'generator.apply(\"a\", [{\"kind\": \"L\", \"items\": [{\"kind\": \"X\"}, "
       "{\"kind\": \"Y\"}]}])'}]",
       "p pass policy evaluated successfully\n"
       R"({"kind":"X","metadata":{"namespace":"a"}})"
       "\n"
       R"({"kind":"Y","metadata":{"namespace":"a"}})"},
      {"FalseIsAPassThatMakesNothing",
       "  generate: [{expression: 'false && generator.apply(\"a\", [{\"kind\": \"X\"}])'}]",
       "p pass policy evaluated successfully"},
      {"Error", "  generate: [{expression: 'object.x'}]",
       "[<nil>: Internal error: generating policy compiler 2.0 error: failed to compile policy, "
       "spec.generate[0].expression: Invalid value: \"object.x\": output is expected to be of type bool]"},
      {"ErrorOfEvaluation", "  generate: [{expression: 'object.x == 1'}]",
       "p error failed to evaluate policy: no such key: x"},
      {"ConditionsDoNotHold",
       "  matchConditions: [{name: c, expression: 'false'}]\n  generate: [{expression: 'object.x == 1'}]",
       ""},
      {"Annotations",
       "  auditAnnotations: [{key: k, valueExpression: '\"v\"'}]\n  generate: [{expression: 'true'}]",
       "p pass policy evaluated successfully k=v"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Judged("GeneratingPolicy", row.spec), row.expected);
  }
}

TEST(GeneratingPolicyTest, Templates) {
  constexpr std::string_view kPass = "p pass policy evaluated successfully";
  struct Row {
    const char* name;
    std::string spec;
    std::string expected;
  };
  const Row rows[] = {
      {"Plain", Template("kind: X\nmetadata: {namespace: a, name: '(( x ))'}\nflag: yes", "none"),
       std::string(kPass) + "\n"
                            R"x({"flag":"yes","kind":"X","metadata":{"name":"(( x ))","namespace":"a"}})x"},
      {"Documents", Template("kind: X\n---\n---\nkind: Y"),
       std::string(kPass) + "\n"
                            R"({"kind":"X"})"
                            "\n"
                            R"({"kind":"Y"})"},
      {"InGroupsOfOneNamespace",
       Template("{kind: A, metadata: {namespace: a}}\n---\n{kind: B, metadata: {namespace: b}}\n---\n"
                "{kind: C, metadata: {namespace: a}}"),
       std::string(kPass) + "\n"
                            R"({"kind":"A","metadata":{"namespace":"a"}})"
                            "\n"
                            R"({"kind":"C","metadata":{"namespace":"a"}})"
                            "\n"
                            R"({"kind":"B","metadata":{"namespace":"b"}})"},
      {"Texts", Template("kind: X\nname: web-(( variables.who ))-(( 1 + 1 ))-(( 1.0 ))-(( true ))"),
       std::string(kPass) + "\n"
                            R"({"kind":"X","name":"web-team-2-1-true"})"},
      {"Splices",
       Template("kind: X\nlabels: (( object.metadata.labels ))\nn: \"(( 1.5 ))\"\nl:\n- a\n- (( [1] ))"),
       std::string(kPass) + "\n"
                            R"({"kind":"X","l":["a",[1]],"labels":{"tier":"gold"},"n":1.5})"},
      {"Escapes", Template("kind: X\na: \\((x\nb: \\((-(( variables.who ))"),
       std::string(kPass) + "\n"
                            R"({"a":"((x","b":"((-team","kind":"X"})"},
      {"MergeKeys", Template("kind: X\na: &a {x: 1}\nb: {<<: *a, y: (( 2 ))}"),
       std::string(kPass) + "\n"
                            R"({"a":{"x":1},"b":{"x":1,"y":2},"kind":"X"})"},
      {"WholeDocument", Template("(( object.metadata ))"),
       std::string(kPass) + "\n"
                            R"({"labels":{"tier":"gold"},"name":"team"})"},
      {"NoObject", Template("(( [1] ))"),
       "p error failed to evaluate policy: failed to render generation template: document 1: expected a "
       "mapping "
       "describing a resource, got list"},
      {"NoScalar", Template("kind: X\na: b(( object ))"),
       "p error failed to evaluate policy: failed to render generation template: document 1: field \"a\": "
       "placeholder \"object\" embedded in a string must evaluate to a scalar, got map; use a whole-value "
       "placeholder for structured results"},
      {"ErrorOfEvaluation", Template("kind: X\na: [(( object.x ))]"),
       "p error failed to evaluate policy: failed to render generation template: document 1: field \"a\": "
       "item "
       "0: failed to evaluate placeholder \"object.x\": no such key: x"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Judged("GeneratingPolicy", row.spec), row.expected);
  }
}

TEST(GeneratingPolicyTest, MalformedTemplates) {
  struct Row {
    std::string_view value, error;
  };
  const Row rows[] = {
      {"# nothing", "template must contain at least one YAML document"},
      {"[1]", "line 1: document must be a mapping describing a resource"},
      {"kind: X\n(( a )): b",
       "line 1: placeholders are not supported in mapping keys; use a whole-value placeholder on the parent "
       "field "
       "instead (e.g. `labels: (( variables.labels ))`)"},
      {"kind: X\na: (( ))", "line 2: empty placeholder at offset 0"},
      {"kind: X\na: ((( x", "line 2: unterminated placeholder starting at offset 0: missing closing '))'"},
      {"kind: X\na: [b, (( nope ))]",
       "line 2: invalid placeholder expression \"nope\": ERROR: <input>:1:1: "},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.value);
    const std::string error = Judged("GeneratingPolicy", Template(row.value));
    EXPECT_NE(error.find(": " + std::string(row.error)), std::string::npos) << error;
    EXPECT_NE(error.find("spec.generate[0].template.value: Invalid value: "), std::string::npos) << error;
  }
}

TEST(GeneratingPolicyTest, Namespaced) {
  const auto run = [](std::string_view spec) { return Judged("NamespacedGeneratingPolicy", spec); };
  EXPECT_EQ(run("  generate: [{expression: 'generator.apply([{\"kind\": \"X\"}])'}]"),
            "p pass policy evaluated successfully\n"
            R"({"kind":"X","metadata":{"namespace":"own"}})");
  EXPECT_EQ(run(Template("kind: X")),
            "p pass policy evaluated successfully\n"
            R"({"kind":"X","metadata":{"namespace":"own"}})");
  EXPECT_EQ(
      run(Template("kind: X\nmetadata: {namespace: b}")),
      "p error failed to evaluate policy: cross-namespace generation denied: a policy in namespace \"own\" "
      "cannot generate resources into namespace \"b\"");
}

TEST(GeneratingPolicyTest, Exceptions) {
  EXPECT_EQ(Judged("GeneratingPolicy", "  generate: [{expression: 'true'}]", "  reportResult: skip"),
            "exception skip rule is skipped due to policy exception: ns/e");
  EXPECT_EQ(Judged("GeneratingPolicy", "  generate: [{expression: 'exceptions.allowedValues[0] == \"a\"'}]",
                   "  allowedValues: [a]"),
            "p pass policy evaluated successfully");
}

}  // namespace
}  // namespace ephor::engine
