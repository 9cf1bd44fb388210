#include "engine/cel/admission_policy.h"

#include <gtest/gtest.h>

#include "engine/cel/cel_policy_for_test.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kPods = R"(
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
)";

std::string PolicyYaml(std::string_view spec) {
  return std::string(
             "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: "
             "p}\nspec:\n")
      .append(spec);
}

std::string BindingYaml(std::string_view name, std::string_view more) {
  return "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: "
         "{name: " +
         std::string(name) + "}\nspec:\n  policyName: p\n  validationActions: [Audit]\n" + std::string(more);
}

// What a policy says of a Pod: "RULE STATUS MESSAGE key=value...", "" where it says nothing.
std::string Judge(std::string_view spec, std::vector<std::string> bindings = {},
                  std::vector<std::string_view> params = {}, std::string_view resource = "pods") {
  std::vector<std::shared_ptr<const policy::AdmissionPolicyBinding>> decoded;
  for (const std::string& text : bindings) {
    auto binding = policy::Decode<policy::AdmissionPolicyBinding>(policy::ParseForTest(text));
    EXPECT_TRUE(binding) << binding.error().message();
    decoded.push_back(*binding);
  }
  auto source = policy::Decode<policy::ValidatingAdmissionPolicy>(policy::ParseForTest(PolicyYaml(spec)));
  if (!source) return source.error().message();
  const CompiledAdmissionPolicy compiled(*source, BindingsOf(**source, decoded));

  Arena arena;
  const ports::World world;
  std::vector<json::Value> objects;
  for (const std::string_view text : params) objects.push_back(*yaml::Load(text, arena));
  Request request;
  request.kind = {"", "v1", "Pod"};
  request.resource = {"", "v1", resource};
  request.operation = "CREATE";
  request.namespace_ = "prod";
  request.object = Resource(*yaml::Load("{metadata: {name: web, namespace: prod}, spec: {count: 3}}", arena));
  request.variables = json::Value::Object({});
  const PolicyResponse response = Validate(compiled, request, objects, world, arena);
  return RulesText(response);
}

struct Row {
  const char* name;
  std::string_view spec;  // after the constraints for Pods
  std::string_view expected;
};

TEST(AdmissionPolicyTest, Verdicts) {
  const Row rows[] = {
      {"Pass", "  validations: [{expression: 'object.spec.count == 3'}]", "p pass "},
      {"Message", "  validations: [{expression: 'false', message: ' too many '}]", "p fail too many"},
      {"Expression", "  validations: [{expression: ' false '}]", "p fail failed expression: false"},
      {"MessageExpression",
       "  validations: [{expression: 'false', message: m, messageExpression: \"'n ' + "
       "string(object.spec.count)\"}]",
       "p fail n 3"},
      {"FailingMessageExpression",
       "  validations: [{expression: 'false', message: m, messageExpression: 'string(object.nope)'}]",
       "p fail m"},
      {"Error", "  failurePolicy: Ignore\n  validations: [{expression: 'object.nope'}]",
       "p error compilation error: must evaluate to bool but got dyn"},
      {"NoSuchKey", "  validations: [{expression: 'object.nope == 1'}]",
       "p error expression 'object.nope == 1' resulted in error: no such key: nope"},
      {"OldObjectIsNull", "  validations: [{expression: 'oldObject == null'}]", "p pass "},
      {"NoParamsWithoutKind", "  validations: [{expression: 'params == null'}]",
       "p error compilation error: compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' "
       "(in "
       "container '')\n | params == null\n | ^"},
      {"Variables",
       "  variables: [{name: c, expression: 'object.spec.count'}]\n  validations: [{expression: 'variables.c "
       "== 3'}]",
       "p pass "},
      {"ConditionFalse",
       "  matchConditions: [{name: a, expression: 'object.x == 1'}, {name: b, expression: 'false'}]\n"
       "  validations: [{expression: 'false'}]",
       "p skip match conditions aren't met"},
      {"ConditionsFail",
       "  matchConditions: [{name: a, expression: 'object.x == 1'}, {name: b, expression: 'object.y == 1'}]\n"
       "  validations: [{expression: 'false'}]",
       "p error [expression 'object.x == 1' resulted in error: no such key: x, expression 'object.y == 1' "
       "resulted in "
       "error: no such key: y]"},
      {"ConditionsFailOpen",
       "  failurePolicy: Ignore\n  matchConditions: [{name: a, expression: 'object.x == 1'}]\n"
       "  validations: [{expression: 'false'}]",
       "p skip match conditions aren't met"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Judge(std::string(kPods).append(row.spec)), row.expected);
  }
}

constexpr std::string_view kBad = "{metadata: {name: bad, labels: {set: a}}, max: 2}";
constexpr std::string_view kGood = "{metadata: {name: good, labels: {set: a}}, max: 5}";

struct BindingRow {
  const char* name;
  std::vector<std::string> bindings;
  std::string_view validation;
  std::string_view expected;
};

TEST(AdmissionPolicyTest, Bindings) {
  const BindingRow rows[] = {
      {"ByName",
       {BindingYaml("b", "  paramRef: {name: good, parameterNotFoundAction: Deny}\n")},
       "object.spec.count < params.max",
       "p pass  binding=b"},
      {"TheLastDecides",
       {BindingYaml("b", "  paramRef: {name: good, parameterNotFoundAction: Deny}\n"),
        BindingYaml("c", "  paramRef: {name: bad, parameterNotFoundAction: Deny}\n")},
       "object.spec.count < params.max",
       "p fail failed expression: object.spec.count < params.max binding=c"},
      {"BySelectorAList",
       {BindingYaml("b", "  paramRef: {selector: {matchLabels: {set: a}}, parameterNotFoundAction: Deny}\n")},
       "params.items.size() == 2",
       "p pass  binding=b"},
      {"NothingFound",
       {BindingYaml("b", "  paramRef: {name: x, parameterNotFoundAction: Deny}\n")},
       "params == null",
       "p pass  binding=b"},
      {"OtherResources",
       {BindingYaml(
           "b",
           "  matchResources: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], "
           "resources: [secrets]}]}\n")},
       "false",
       ""},
  };
  for (const BindingRow& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string spec = std::string(kPods) + "  paramKind: {apiVersion: v1, kind: Limit}\n" +
                             "  validations: [{expression: '" + std::string(row.validation) + "'}]";
    EXPECT_EQ(Judge(spec, row.bindings, {kBad, kGood}), row.expected);
  }
}

TEST(AdmissionPolicyTest, ABoundPolicyKeepsItsOwnConstraints) {
  const std::string spec = std::string(kPods) + "  validations: [{expression: 'false'}]";
  EXPECT_EQ(Judge(spec, {BindingYaml("b", "")}, {}, "pods"), "p fail failed expression: false binding=b");
  EXPECT_EQ(Judge(spec, {BindingYaml("b", "")}, {}, "secrets"), "");
}

}  // namespace
}  // namespace ephor::engine
