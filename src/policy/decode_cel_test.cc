#include <gtest/gtest.h>

#include "policy/decode.h"
#include "policy/decode_for_test.h"

namespace ephor::policy {
namespace {

TEST(KindOf, KnowsThePoliciesWrittenInCel) {
  struct Case {
    const char* api_version;
    const char* kind;
    Kind is;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"policies.kyverno.io/v1", "ValidatingPolicy", Kind::kValidatingPolicy},
           {"policies.kyverno.io/v1alpha1", "ValidatingPolicy", Kind::kValidatingPolicy},
           {"policies.kyverno.io/v1beta1", "NamespacedValidatingPolicy", Kind::kValidatingPolicy},
           {"policies.kyverno.io/v1alpha1", "NamespacedValidatingPolicy", Kind::kNone},
           {"policies.kyverno.io/v2", "ValidatingPolicy", Kind::kNone},
           {"kyverno.io/v1", "ValidatingPolicy", Kind::kNone},
           {"policies.kyverno.io/v1", "NamespacedDeletingPolicy", Kind::kDeletingPolicy},
           {"policies.kyverno.io/v1beta1", "PolicyException", Kind::kCelPolicyException},
           {"admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", Kind::kValidatingAdmissionPolicy},
           {"admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy",
            Kind::kMutatingAdmissionPolicy},
           {"admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding",
            Kind::kAdmissionPolicyBinding},
           {"admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", Kind::kNone},
       }) {
    SCOPED_TRACE(std::string(c.api_version) + " " + c.kind);
    EXPECT_EQ(KindOf(c.api_version, c.kind), c.is);
  }
}

TEST(DecodeValidatingPolicy, ReadsEverything) {
  const auto policy = Decode<ValidatingPolicy>(ParseForTest(R"(apiVersion: policies.kyverno.io/v1
kind: NamespacedValidatingPolicy
metadata: {name: p, namespace: ns}
spec:
  matchConstraints:
    matchPolicy: Exact
    namespaceSelector: {matchLabels: {a: b}}
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods, pods/status], scope: Namespaced}
    excludeResourceRules:
    - {apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"], resourceNames: [x]}
  matchConditions: [{name: c, expression: "true"}]
  variables: [{name: v, expression: "1"}]
  validations:
  - {expression: "object.spec.x == 1", message: m, messageExpression: "'m'", reason: Forbidden}
  auditAnnotations: [{key: k, valueExpression: "'v'"}]
  validationActions: [Warn, Audit]
  failurePolicy: Ignore
  evaluation: {mode: JSON, admission: {enabled: false}, background: {}}
  webhookConfiguration: {timeoutSeconds: 7}
  autogen: {podControllers: {controllers: []}, validatingAdmissionPolicy: {enabled: true}}
)"));
  ASSERT_TRUE(policy) << policy.error().message();
  const ValidatingPolicy& p = **policy;
  EXPECT_TRUE(p.is_namespaced());
  EXPECT_FALSE(p.fails_closed());
  EXPECT_EQ(p.match_constraints->match_policy, "Exact");
  EXPECT_EQ(p.match_constraints->namespace_selector->match_labels[0].value, "b");
  EXPECT_EQ(p.match_constraints->object_selector, nullptr);
  ASSERT_EQ(p.match_constraints->resource_rules.size(), 1u);
  EXPECT_EQ(p.match_constraints->resource_rules[0].resources[1], "pods/status");
  EXPECT_EQ(p.match_constraints->resource_rules[0].scope, "Namespaced");
  EXPECT_EQ(p.match_constraints->exclude_resource_rules[0].resource_names[0], "x");
  EXPECT_EQ(p.match_conditions[0].name, "c");
  EXPECT_EQ(p.variables[0].expression, "1");
  EXPECT_EQ(p.validations[0].message_expression, "'m'");
  EXPECT_EQ(p.audit_annotations[0].key, "k");
  EXPECT_EQ(p.validation_actions[0], "Warn");
  EXPECT_FALSE(p.evaluation.for_kubernetes());
  EXPECT_EQ(p.evaluation.admission.enabled, false);
  EXPECT_EQ(p.evaluation.background.enabled, true);  // by default
  EXPECT_EQ(p.webhook_configuration.timeout_seconds, 7);
  ASSERT_NE(p.autogen.pod_controllers, nullptr);
  EXPECT_NE(p.autogen.pod_controllers->controllers.data(), nullptr);
  EXPECT_EQ(p.autogen.validating_admission_policy.enabled, true);
}

TEST(DecodeMutatingPolicy, ReadsTargetsAndMutations) {
  const auto policy = Decode<MutatingPolicy>(ParseForTest(R"yaml(apiVersion: policies.kyverno.io/v1beta1
kind: MutatingPolicy
metadata: {name: p}
spec:
  evaluation: {mutateExisting: {enabled: true}, useServerSideApply: true}
  reinvocationPolicy: IfNeeded
  targetMatchConstraints: {expression: "resource.List('v1', 'pods', '')", resourceRules: [{resources: [pods]}]}
  targetMatchConditions: [{name: c, expression: "true"}]
  mutations:
  - {patchType: JSONPatch, jsonPatch: {expression: "[]"}}
  - {patchType: ApplyConfiguration, applyConfiguration: {expression: "Object{}"}}
)yaml"));
  ASSERT_TRUE(policy) << policy.error().message();
  const MutatingPolicy& p = **policy;
  EXPECT_EQ(p.target_match_constraints->expression, "resource.List('v1', 'pods', '')");
  EXPECT_EQ(p.target_match_constraints->resource_rules[0].resources[0], "pods");
  EXPECT_EQ(p.target_match_conditions.size(), 1u);
  EXPECT_EQ(p.mutations[0].json_patch->expression, "[]");
  EXPECT_EQ(p.mutations[1].apply_configuration->expression, "Object{}");
  EXPECT_EQ(p.evaluation.mutate_existing.enabled, true);
  EXPECT_TRUE(p.evaluation.use_server_side_apply);
  EXPECT_EQ(p.evaluation.skip_background_requests, true);  // by default
}

TEST(DecodeCelKinds, ReadsTheOthers) {
  const auto generating = Decode<GeneratingPolicy>(
      ParseForTest("apiVersion: policies.kyverno.io/v1\nkind: GeneratingPolicy\nmetadata: {name: p}\nspec:\n"
                   "  useServerSideApply: true\n  evaluation: {synchronize: {enabled: true}}\n"
                   "  generate: [{template: {value: 'kind: A'}}, {expression: 'true'}]\n"));
  ASSERT_TRUE(generating) << generating.error().message();
  EXPECT_EQ((*generating)->generate[0].template_->interpolate, "none");
  EXPECT_EQ((*generating)->generate[1].expression, "true");
  EXPECT_TRUE((*generating)->use_server_side_apply);
  EXPECT_EQ((*generating)->evaluation.synchronize.enabled, true);

  const auto deleting =
      Decode<DeletingPolicy>(ParseForTest("apiVersion: policies.kyverno.io/v1\nkind: "
                                          "NamespacedDeletingPolicy\nmetadata: {name: p, namespace: ns}\n"
                                          "spec: {schedule: '@daily', deletionPropagationPolicy: Orphan, "
                                          "conditions: [{name: a, expression: 'true'}]}\n"));
  ASSERT_TRUE(deleting) << deleting.error().message();
  EXPECT_EQ((*deleting)->schedule, "@daily");
  EXPECT_EQ((*deleting)->conditions[0].expression, "true");

  const auto images = Decode<ImageValidatingPolicy>(ParseForTest(
      "apiVersion: policies.kyverno.io/v1\nkind: ImageValidatingPolicy\nmetadata: {name: p}\nspec:\n"
      "  validationConfigurations: {required: false}\n  matchImageReferences: [{glob: 'ghcr.io/*'}]\n"
      "  attestors: [{name: a, cosign: {}}]\n  images: [{name: i, expression: '[]'}]\n  validations: []\n"));
  ASSERT_TRUE(images) << images.error().message();
  EXPECT_FALSE((*images)->validation_configurations.required);
  EXPECT_TRUE((*images)->validation_configurations.mutate_digest);
  EXPECT_EQ((*images)->match_image_references[0].glob, "ghcr.io/*");
  EXPECT_EQ((*images)->attestors->size(), 1u);
  EXPECT_EQ((*images)->attestations, nullptr);

  const auto exception = Decode<CelPolicyException>(ParseForTest(
      "apiVersion: policies.kyverno.io/v1alpha1\nkind: PolicyException\nmetadata: {name: p, namespace: "
      "ns}\nspec:\n"
      "  policyRefs: [{name: a, kind: ValidatingPolicy}]\n  images: [x]\n  properties: {a: b}\n"));
  ASSERT_TRUE(exception) << exception.error().message();
  EXPECT_EQ((*exception)->policy_refs[0].kind, "ValidatingPolicy");
  EXPECT_EQ((*exception)->report_result, "skip");  // by default
}

TEST(DecodeAdmissionPolicies, ReadsPoliciesAndBindings) {
  const auto policy = Decode<ValidatingAdmissionPolicy>(ParseForTest(
      "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: "
      "p}\nspec:\n"
      "  paramKind: {apiVersion: v1, kind: ConfigMap}\n  validations: [{expression: 'true'}]\n"));
  ASSERT_TRUE(policy) << policy.error().message();
  EXPECT_EQ((*policy)->param_kind->kind, "ConfigMap");
  EXPECT_TRUE((*policy)->fails_closed());
  const auto binding = Decode<AdmissionPolicyBinding>(
      ParseForTest("apiVersion: admissionregistration.k8s.io/v1\nkind: "
                   "ValidatingAdmissionPolicyBinding\nmetadata: {name: b}\n"
                   "spec: {policyName: p, validationActions: [Deny], paramRef: {name: x}, matchResources: "
                   "{objectSelector: {}}}\n"));
  ASSERT_TRUE(binding) << binding.error().message();
  EXPECT_EQ((*binding)->policy_name, "p");
  EXPECT_EQ((*binding)->param_ref->name, "x");
  EXPECT_NE((*binding)->match_resources->object_selector, nullptr);
  const auto mutating =
      Decode<AdmissionPolicyBinding>(ParseForTest("apiVersion: admissionregistration.k8s.io/v1beta1\nkind: "
                                                  "MutatingAdmissionPolicyBinding\nmetadata: {name: b}\n"
                                                  "spec: {policyName: p}\n"));
  EXPECT_TRUE(mutating) << mutating.error().message();
}

TEST(DecodeCelKinds, SaysWhatIsWrong) {
  struct Case {
    const char* api_version;
    const char* kind;
    const char* spec;
    const char* message;
  };
  constexpr const char* kCel = "policies.kyverno.io/v1";
  for (const Case& c : std::initializer_list<Case>{
           {kCel, "ValidatingPolicy", "{validation: []}",
            "failed to parse document (spec.validation: Invalid value: value provided for unknown field)"},
           {kCel, "ValidatingPolicy", "{evaluation: {mutateExisting: {}}}",
            "failed to parse document (spec.evaluation.mutateExisting: Invalid value: value provided for "
            "unknown "
            "field)"},
           {kCel, "ValidatingPolicy", "{validationActions: [Deny, Deny]}",
            "failed to validate resource (ValidatingPolicy.policies.kyverno.io \"p\" is invalid: "
            "spec.validationActions[1]: Duplicate value: \"Deny\")"},
           {kCel, "MutatingPolicy", "{variables: [{name: a, expression: x}, {name: a, expression: z}]}",
            "failed to validate resource (MutatingPolicy.policies.kyverno.io \"p\" is invalid: "
            "spec.variables[1]: Duplicate value: {\"name\":\"a\"})"},
           {kCel, "GeneratingPolicy", "{generate: []}",
            "failed to validate resource (GeneratingPolicy.policies.kyverno.io \"p\" is invalid: "
            "spec.generate: "
            "Invalid value: 0: spec.generate in body should have at least 1 items)"},
           {kCel, "GeneratingPolicy", "{generate: [{template: {value: ''}}]}",
            "failed to validate resource (GeneratingPolicy.policies.kyverno.io \"p\" is invalid: "
            "spec.generate[0].template.value: Invalid value: \"\": spec.generate[0].template.value in body "
            "should "
            "be at least 1 chars long)"},
           {kCel, "DeletingPolicy", "{}",
            "failed to validate resource (DeletingPolicy.policies.kyverno.io \"p\" is invalid: "
            "spec.schedule: "
            "Required value)"},
           {"admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "{policyName: p}",
            "failed to validate resource (ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io "
            "\"p\" is "
            "invalid: spec.validationActions: Required value)"},
           {"admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy",
            "{mutations: [{patchType: JsonPatch}]}",
            "failed to validate resource (MutatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is "
            "invalid: "
            "spec.mutations[0].patchType: Unsupported value: \"JsonPatch\": supported values: "
            "\"ApplyConfiguration\", \"JSONPatch\")"},
       }) {
    SCOPED_TRACE(c.spec);
    const std::string yaml = std::string("apiVersion: ") + c.api_version + "\nkind: " + c.kind +
                             "\nmetadata: {name: p}\nspec: " + c.spec + "\n";
    const SourceDocument document = ParseForTest(yaml);
    const auto message = [&]() -> std::string {
      switch (KindOf(*document.root)) {
        case Kind::kValidatingPolicy:
          return Decode<ValidatingPolicy>(document).error().message();
        case Kind::kMutatingPolicy:
          return Decode<MutatingPolicy>(document).error().message();
        case Kind::kGeneratingPolicy:
          return Decode<GeneratingPolicy>(document).error().message();
        case Kind::kDeletingPolicy:
          return Decode<DeletingPolicy>(document).error().message();
        case Kind::kMutatingAdmissionPolicy:
          return Decode<MutatingAdmissionPolicy>(document).error().message();
        default:
          return Decode<AdmissionPolicyBinding>(document).error().message();
      }
    };
    EXPECT_EQ(message(), c.message);
  }
}

}  // namespace
}  // namespace ephor::policy
