#include "engine/cel/validating_policy.h"

#include <gtest/gtest.h>

#include "engine/cel/cel_policy_for_test.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kPods = R"(
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, DELETE], resources: [pods]}
)";
constexpr std::string_view kPod = R"({apiVersion: v1, kind: Pod, metadata: {name: web, namespace: prod,
  labels: {app: web}}, spec: {count: 3}})";

std::string PolicyYaml(std::string_view spec) {
  return std::string(
             "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec:\n")
      .append(spec);
}

std::string ExceptionYaml(std::string_view name, std::string_view more, std::string_view label = "") {
  std::string text = "apiVersion: policies.kyverno.io/v1beta1\nkind: PolicyException\nmetadata:\n  name: " +
                     std::string(name) + "\n  namespace: ns\n";
  if (!label.empty()) text += "  labels: {" + std::string(label) + "}\n";
  return text + "spec:\n  policyRefs: [{name: p, kind: ValidatingPolicy}]\n" + std::string(more);
}

// What a policy says of a Pod: "RULE STATUS MESSAGE key=value...", "" where it says nothing, or why it does
// not compile.
std::string Judge(std::string_view spec, std::vector<std::string> exceptions = {},
                  std::string_view operation = "CREATE") {
  std::vector<std::shared_ptr<const policy::CelPolicyException>> decoded;
  for (const std::string& text : exceptions) {
    auto exception = policy::Decode<policy::CelPolicyException>(policy::ParseForTest(text));
    EXPECT_TRUE(exception) << exception.error().message();
    decoded.push_back(*exception);
  }
  auto source = policy::Decode<policy::ValidatingPolicy>(policy::ParseForTest(PolicyYaml(spec)));
  if (!source) return source.error().message();
  const auto compiled = CompiledValidatingPolicy::Compile(*source, decoded);
  if (!compiled) return compiled.error().message();

  Arena arena;
  const ports::World world;
  const json::Value pod = *yaml::Load(kPod, arena);
  Request request;
  request.kind = {"", "v1", "Pod"};
  request.resource = {"", "v1", "pods"};
  request.operation = operation;
  request.namespace_ = "prod";
  request.name = "web";
  (operation == "DELETE" ? request.old_object : request.object) = Resource(pod);
  json::ObjectBuilder variables(arena);
  variables.Set("operation", json::Value::String(operation));
  variables.Set("oldObject", request.old_object.object);
  request.variables = variables.Build();
  const PolicyResponse response = Validate(**compiled, request, world, arena);
  return RulesText(response);
}

struct Row {
  const char* name;
  std::string_view spec;  // after the constraints for Pods
  std::string_view expected;
};

TEST(ValidatingPolicyTest, Verdicts) {
  const Row rows[] = {
      {"Pass", "  validations: [{expression: 'object.spec.count == 3'}]", " pass success"},
      {"FirstFailureDecides",
       "  validations: [{expression: 'true'}, {expression: 'object.spec.count > 3', message: small}, "
       "{expression: 'false'}]",
       " fail small cel.validationIndex=1"},
      {"WithoutMessage", "  validations: [{expression: 'false'}]",
       " fail CEL expression validation failed at index 0 cel.validationIndex=0"},
      {"MessageExpression",
       "  validations: [{expression: 'false', message: nope, messageExpression: \"'n is ' + "
       "string(object.spec.count)\"}]",
       " fail n is 3 cel.validationIndex=0"},
      {"EmptyMessageExpression",
       "  validations: [{expression: 'false', message: nope, messageExpression: \"''\"}]",
       " fail CEL expression validation failed at index 0 cel.validationIndex=0"},
      {"FailingMessageExpression",
       "  validations: [{expression: 'false', messageExpression: 'string(object.nope)'}]",
       " fail failed to evaluate message expression: no such key: nope cel.validationIndex=0"},
      {"ErrorWhateverTheFailurePolicy",
       "  failurePolicy: Ignore\n  validations: [{expression: 'object.nope == 1'}]",
       " error error: no such key: nope cel.validationIndex=0"},
      {"ConditionFalse",
       "  matchConditions: [{name: a, expression: 'object.nope == 1'}, {name: b, expression: 'false'}]\n"
       "  validations: [{expression: 'false'}]",
       " skip skip"},
      {"ConditionsFail",
       "  matchConditions: [{name: a, expression: 'object.x == 1'}, {name: b, expression: 'object.y == 1'}]\n"
       "  validations: [{expression: 'false'}]",
       "evaluation error failed to load context: no such key: x; no such key: y"},
      {"ConditionsFailOpen",
       "  failurePolicy: Ignore\n  matchConditions: [{name: a, expression: 'object.x == 1'}]\n"
       "  validations: [{expression: 'false'}]",
       " skip skip"},
      {"Variables",
       "  variables: [{name: bad, expression: 'object.nope'}, {name: c, expression: 'object.spec.count + "
       "1'}, "
       "{name: m, "
       "expression: 'variables.c * 2'}]\n  validations: [{expression: 'variables.m == 8'}]",
       " pass success"},
      {"VariableFails",
       "  variables: [{name: bad, expression: 'object.nope'}]\n  validations: [{expression: 'variables.bad "
       "== 8'}]",
       " error error: no such key: nope cel.validationIndex=0"},
      {"Annotations",
       "  validations: [{expression: 'true'}]\n  auditAnnotations: [{key: a, valueExpression: \"'x'\"}, "
       "{key: b, "
       "valueExpression: \"''\"}]",
       " pass success a=x"},
      {"AnnotationOfTheIndex",
       "  validations: [{expression: 'false', message: m}]\n  auditAnnotations: [{key: cel.validationIndex, "
       "valueExpression: \"'x'\"}]",
       " fail m cel.validationIndex=x"},
      {"NullAnnotation",
       "  validations: [{expression: 'false'}]\n  auditAnnotations: [{key: k, valueExpression: 'null'}]",
       " error error: failed to convert auditAnnotation 'k' expression: type conversion error from "
       "'null_type' to "
       "'string' cel.validationIndex=0"},
      {"NullAnnotationOfAPass",
       "  validations: [{expression: 'true'}]\n  auditAnnotations: [{key: k, valueExpression: 'null'}]",
       "evaluation error failed to load context: failed to convert auditAnnotation 'k' expression: type "
       "conversion "
       "error from 'null_type' to 'string'"},
      {"AbsentOldObjectIsEmpty",
       "  validations: [{expression: 'oldObject == {} && request.oldObject == null && request.operation == "
       "\"CREATE\"'}]",
       " pass success"},
      {"NoNamespaceObject", "  validations: [{expression: 'namespaceObject == null'}]", " pass success"},
      {"NoExceptions", "  validations: [{expression: 'exceptions.allowedImages.size() == 0'}]",
       " pass success"},
      {"CostLimit",
       "  variables: [{name: l, expression: 'lists.range(1000)'}]\n  validations: [{expression: "
       "'variables.l.all(a, variables.l.all(b, a + b >= 0))'}]",
       " error error: operation cancelled: actual cost limit exceeded cel.validationIndex=0"},
      {"NotBool", "  validations: [{expression: 'object.spec.ok'}]",
       "[<nil>: Internal error: validating policy compiler 1.0 error: failed to compile policy, "
       "spec.validations[0].expression: Invalid value: \"object.spec.ok\": output is expected to be of type "
       "bool]"},
      {"ConditionsKnowNoVariables",
       "  variables: [{name: v, expression: 'true'}]\n  matchConditions: [{name: a, expression: "
       "'variables.v'}]\n"
       "  validations: [{expression: 'true'}]",
       "[<nil>: Internal error: validating policy compiler 1.0 error: failed to compile policy, "
       "spec.matchConditions[0].expression: Invalid value: \"variables.v\": ERROR: <input>:1:10: undefined "
       "field "
       "'v'\n | variables.v\n | .........^]"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Judge(std::string(kPods).append(row.spec)), row.expected);
  }
}

TEST(ValidatingPolicyTest, Operations) {
  const std::string spec =
      std::string(kPods) + "  validations: [{expression: 'object == {} && oldObject.spec.count == 3'}]";
  EXPECT_EQ(Judge(spec, {}, "DELETE"), " pass success");
  EXPECT_EQ(Judge(spec, {}, "UPDATE"), "");
  EXPECT_EQ(Judge("  validations: [{expression: 'false'}]"), "") << "without constraints";
}

struct ExceptionRow {
  const char* name;
  std::vector<std::string> exceptions;
  std::string_view expected;
};

TEST(ValidatingPolicyTest, Exceptions) {
  const std::string on_web =
      "  matchConditions: [{name: a, expression: \"object.metadata.name == 'web'\"}]\n";
  const ExceptionRow rows[] = {
      {"Full", {ExceptionYaml("e", on_web)}, "exception skip rule is skipped due to policy exception: ns/e"},
      {"WithoutConditions",
       {ExceptionYaml("e", "")},
       "exception skip rule is skipped due to policy exception: ns/e"},
      {"Pass",
       {ExceptionYaml("e", "  reportResult: pass\n")},
       "exception pass rule is passed due to policy exception: ns/e"},
      {"HigherPriorityDecides",
       {ExceptionYaml("e", ""),
        ExceptionYaml("f", "  reportResult: pass\n", "polex.kyverno.io/priority: '2'")},
       "exception pass rule is passed due to policy exception: ns/e, ns/f"},
      {"Other",
       {ExceptionYaml("e", "  matchConditions: [{name: a, expression: 'false'}]\n")},
       " fail false cel.validationIndex=0"},
      {"Partial",
       {ExceptionYaml("e", "  images: [nginx]\n"), ExceptionYaml("f", "  images: [redis]\n")},
       " fail true cel.validationIndex=0"},
      {"Fails",
       {ExceptionYaml("e", "  matchConditions: [{name: a, expression: 'object.x == 1'}]\n")},
       "evaluation error failed to load context: no such key: x"},
      {"FailsAfterAFullOne",
       {ExceptionYaml("d", ""),
        ExceptionYaml("e", "  matchConditions: [{name: a, expression: 'object.x == 1'}]\n")},
       "exception skip rule is skipped due to policy exception: ns/d"},
      {"VariablesAreNotBoundYet",
       {ExceptionYaml("e", "  matchConditions: [{name: a, expression: 'variables.v == 1'}]\n")},
       "evaluation error failed to load context: no such attribute(s): variables"},
  };
  for (const ExceptionRow& row : rows) {
    SCOPED_TRACE(row.name);
    // Exceptions come before conditions.
    const std::string spec =
        std::string(kPods) +
        "  variables: [{name: v, expression: '1'}]\n  validations: [{expression: 'false', "
        "messageExpression: 'string(\"redis\" in exceptions.allowedImages)'}]";
    EXPECT_EQ(Judge(spec, row.exceptions), row.expected);
  }
}

}  // namespace
}  // namespace ephor::engine
