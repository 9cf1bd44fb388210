#include "policy/cel_autogen.h"

#include <gtest/gtest.h>

#include "json/write.h"
#include "policy/decode.h"
#include "policy/decode_for_test.h"

namespace ephor::policy {
namespace {

TEST(ForControllers, RewritesTexts) {
  struct Case {
    const char* text;
    const char* defaults;
    const char* cronjobs;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"object.spec.x", "object.spec.template.spec.x", "object.spec.jobTemplate.spec.template.spec.x"},
           {"oldObject.spec", "oldObject.spec.template.spec",
            "oldObject.spec.jobTemplate.spec.template.spec"},
           {"object.metadata.labels", "object.spec.template.metadata.labels",
            "object.spec.jobTemplate.spec.template.metadata.labels"},
           {"object.metadata.namespace", "object.metadata.namespace", "object.metadata.namespace"},
           {"object.metadata.namespace == 'a'", "object.metadata.namespace == 'a'",
            "object.metadata.namespace == 'a'"},
           {"object.metadata.namespaces", "object.spec.template.metadata.namespaces",
            "object.spec.jobTemplate.spec.template.metadata.namespaces"},
           {"oldObject.metadata.namespace + object.spec",
            "oldObject.metadata.namespace + object.spec.template.spec",
            "oldObject.metadata.namespace + object.spec.jobTemplate.spec.template.spec"},
           // Without regard to words.
           {"request.object.spec, myobject.specs",
            "request.object.spec.template.spec, myobject.spec.template.specs",
            "request.object.spec.jobTemplate.spec.template.spec, "
            "myobject.spec.jobTemplate.spec.template.specs"},
           {"object.?spec object['spec'] v.spec", "object.?spec object['spec'] v.spec",
            "object.?spec object['spec'] v.spec"},
           {"", "", ""},
       }) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(ForControllers(c.text, "defaults"), c.defaults);
    EXPECT_EQ(ForControllers(c.text, "cronjobs"), c.cronjobs);
  }
}

TEST(MutationForControllers, RewritesExpressions) {
  struct Case {
    const char* text;
    const char* defaults;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"object.spec.x", "object.spec.template.spec.x"},
           {"has(oldObject.specs)", "has(oldObject.spec.template.specs)"},
           {"myobject.spec", "myobject.spec"},
           {"request.object.spec", "request.object.spec.template.spec"},
           {"object.metadata.labels.a", "object.spec.template.metadata.labels.a"},
           {"object.metadata.annotations", "object.spec.template.metadata.annotations"},
           {"object.metadata.name", "object.metadata.name"},
           {"Object{spec: Object.spec{a: 1}}",
            "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{a: "
            "1}}}}"},
           {"  Object {metadata: Object.metadata{}} // x\n",
            "Object{spec: Object.spec{template: Object.spec.template{metadata: Object.metadata{}}}} // x"},
           {"Object{}", "Object{}"},
           {"Object{a: 1", "Object{a: 1"},
           {"Object", "Object"},
           {"has(object.spec.x) ? Object{} : Object{}",
            "has(object.spec.template.spec.x) ? Object{} : Object{}"},
           {"", ""},
       }) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(MutationForControllers(c.text, "defaults"), c.defaults);
  }
  EXPECT_EQ(MutationForControllers("Object{spec: Object.spec{a: 1}}", "cronjobs"),
            "Object{spec: Object.spec{jobTemplate: Object.spec.jobTemplate{spec: "
            "Object.spec.jobTemplate.spec{template: Object.spec.jobTemplate.spec.template{spec: "
            "Object.spec.jobTemplate.spec.template.spec{a: 1}}}}}}");
}

TEST(ControllerFormsOf, DependsOnWhatIsMatched) {
  constexpr std::string_view kPods =
      "{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}";
  const auto forms = [](const std::string& spec) {
    const auto policy = Decode<ValidatingPolicy>(ParseForTest(
        "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec: {" + spec +
        "}\n"));
    EXPECT_TRUE(policy) << policy.error().message();
    std::string text;
    for (const auto& variant : (*policy)->variants) {
      text.append(variant->made_for).append(":");
      for (const NamedRuleWithOperations& rule : variant->match_constraints->resource_rules) {
        text.append(" ").append(rule.api_groups[0]);
        for (const std::string_view resource : rule.resources) text.append(" ").append(resource);
      }
      text += "; ";
    }
    return text;
  };
  const std::string pods(kPods);
  const std::string match = "matchConstraints: {resourceRules: [" + pods + "]}";
  struct Case {
    std::string spec;
    std::string forms;
  };
  const std::string all =
      "cronjobs: batch cronjobs; "
      "defaults: apps daemonsets deployments replicasets statefulsets batch jobs; ";
  for (const Case& c : std::vector<Case>{
           {match, all},
           {match + ", autogen: {podControllers: {controllers: [jobs, deployments, other]}}",
            "defaults: apps deployments batch jobs; "},
           {match + ", autogen: {podControllers: {controllers: [cronjobs]}}", "cronjobs: batch cronjobs; "},
           {match + ", autogen: {podControllers: {controllers: []}}", ""},
           {match + ", autogen: {podControllers: {}}", all},
           {"", ""},
           {"matchConstraints: {resourceRules: [" + pods + ", " + pods + "]}", ""},
           {"matchConstraints: {excludeResourceRules: [" + pods + "], resourceRules: [" + pods + "]}", ""},
           {"matchConstraints: {objectSelector: {}, resourceRules: [" + pods + "]}", all},
           {"matchConstraints: {objectSelector: {matchLabels: {a: b}}, resourceRules: [" + pods + "]}", ""},
           {"matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods]}]}",
            ""},
           {"matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], "
            "resources: [pods], resourceNames: [a]}]}",
            ""},
           {"matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: ['*'], operations: ['*'], "
            "resources: "
            "[pods]}]}",
            ""},
       }) {
    SCOPED_TRACE(c.spec);
    EXPECT_EQ(forms(c.spec), c.forms);
  }
}

TEST(Variants, AreThePolicyElsewhere) {
  const auto policy = Decode<ValidatingPolicy>(ParseForTest(R"yaml(apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: p, labels: {a: b}}
spec:
  matchConstraints:
    namespaceSelector: {matchLabels: {c: d}}
    matchPolicy: Exact
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods], scope: Namespaced}]
  variables: [{name: v, expression: object.spec.containers}]
  validations: [{expression: "variables.v.size() > 0", message: "object.spec is bad"}]
)yaml"));
  ASSERT_TRUE(policy) << policy.error().message();
  ASSERT_EQ((*policy)->variants.size(), 2u);
  const ValidatingPolicy& variant = *(*policy)->variants[1];
  EXPECT_EQ(variant.made_for, "defaults");
  EXPECT_EQ(variant.metadata.name, "p");
  EXPECT_EQ(variant.metadata.labels[0].value, "b");
  EXPECT_EQ(variant.variables[0].expression, "object.spec.template.spec.containers");
  EXPECT_EQ(variant.validations[0].message, "object.spec.template.spec is bad");
  EXPECT_EQ(variant.match_constraints->namespace_selector->match_labels[0].key, "c");
  EXPECT_EQ(variant.match_constraints->match_policy, "");
  EXPECT_EQ(variant.match_constraints->resource_rules[0].operations.size(), 2u);
  EXPECT_EQ(variant.match_constraints->resource_rules[0].scope, "");
  EXPECT_TRUE(variant.variants.empty());
  EXPECT_EQ((*policy)->made_for, "");
  EXPECT_EQ((*policy)->variables[0].expression, "object.spec.containers");
}

TEST(Variants, OfMutationsRewriteExpressionsOnly) {
  const auto policy = Decode<MutatingPolicy>(ParseForTest(R"yaml(apiVersion: policies.kyverno.io/v1
kind: MutatingPolicy
metadata: {name: p}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  matchConditions: [{name: c, expression: has(object.spec.a)}]
  variables: [{name: v, expression: object.spec.b}]
  mutations:
  - {patchType: JSONPatch, jsonPatch: {expression: "object.spec.x"}}
  - {patchType: ApplyConfiguration, applyConfiguration: {expression: "Object{spec: Object.spec{a: 1}}"}}
)yaml"));
  ASSERT_TRUE(policy) << policy.error().message();
  ASSERT_EQ((*policy)->variants.size(), 2u);
  const MutatingPolicy& variant = *(*policy)->variants[1];
  EXPECT_EQ(variant.match_conditions[0].expression, "has(object.spec.template.spec.a)");
  EXPECT_EQ(variant.variables[0].expression, "object.spec.b");
  EXPECT_EQ(variant.mutations[0].json_patch->expression, "object.spec.x");
  EXPECT_EQ(
      variant.mutations[1].apply_configuration->expression,
      "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{a: 1}}}}");
}

}  // namespace
}  // namespace ephor::policy
