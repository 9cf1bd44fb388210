// What the policies of policies.kyverno.io share: what they match, how they are evaluated, autogen.
#include "policy/descriptors_cel.h"

#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr json::Value kTrue = json::Value::Bool(true);
constexpr json::Value kFalse = json::Value::Bool(false);
constexpr std::string_view kFailurePolicies[] = {"Ignore", "Fail"};

constexpr Field kNamedRule[] = {
    F<&NamedRuleWithOperations::api_groups>("apiGroups", "API groups, or *.").Atomic(),
    F<&NamedRuleWithOperations::api_versions>("apiVersions", "API versions, or *.").Atomic(),
    F<&NamedRuleWithOperations::operations>("operations", "CREATE, UPDATE, DELETE, CONNECT or *.").Atomic(),
    F<&NamedRuleWithOperations::resource_names>("resourceNames", "Names of resources; any by default.")
        .Atomic(),
    F<&NamedRuleWithOperations::resources>("resources", "Plural names, with /subresource; *, pods/* and */*.")
        .Atomic(),
    F<&NamedRuleWithOperations::scope>("scope", "Cluster, Namespaced or *, the default."),
};

constexpr Field kMatchConstraints[] = {
    F<&MatchConstraints::exclude_resource_rules>("excludeResourceRules", "Requests that are left out.")
        .Atomic(),
    F<&MatchConstraints::match_policy>("matchPolicy", "Exact or Equivalent."),
    F<&MatchConstraints::namespace_selector>("namespaceSelector", "On the labels of the namespace."),
    F<&MatchConstraints::object_selector>("objectSelector", "On the labels of the object."),
    F<&MatchConstraints::resource_rules>("resourceRules", "Requests of which one must match.").Atomic(),
};

constexpr Field kTargetMatchConstraints[] = {
    InlineBase<TargetMatchConstraints, MatchConstraints>(&TableOf<MatchConstraints>),
    F<&TargetMatchConstraints::expression>("expression", "A CEL expression that gives the objects."),
};

constexpr Field kSwitch[] = {F<&Switch::enabled>("enabled", "Whether it is on.")};
constexpr Field kSwitchOn[] = {F<&Switch::enabled>("enabled", "Whether it is on.").Default(kTrue)};
constexpr Field kSwitchOff[] = {F<&Switch::enabled>("enabled", "Whether it is on.").Default(kFalse)};

const Table& SwitchOn() {
  static constexpr Table kTable{"Switch", kSwitchOn};
  return kTable;
}

const Table& SwitchOff() {
  static constexpr Table kTable{"Switch", kSwitchOff};
  return kTable;
}

constexpr Field kMode = F<&CelEvaluation::mode>("mode", "Kubernetes, the default, JSON, HTTP or Envoy.");
constexpr Field kAdmission =
    F<&CelEvaluation::admission>("admission", "Evaluate admission requests.").By(&SwitchOn);
constexpr Field kBackground =
    F<&CelEvaluation::background>("background", "Evaluate existing resources.").By(&SwitchOn);
constexpr Field kMutateExisting =
    F<&CelEvaluation::mutate_existing>("mutateExisting", "Change existing resources.").By(&SwitchOff);
constexpr Field kSkipBackgroundRequests =
    F<&CelEvaluation::skip_background_requests>("skipBackgroundRequests",
                                                "Leave out requests of the background controller.")
        .Default(kTrue);
constexpr Field kUseServerSideApply = F<&CelEvaluation::use_server_side_apply>(
    "useServerSideApply", "Apply configurations as the server does, atomic lists included.");
constexpr Field kGenerateExisting =
    F<&CelEvaluation::generate_existing>("generateExisting", "Generate for existing resources.")
        .By(&SwitchOff);
constexpr Field kSynchronize =
    F<&CelEvaluation::synchronize>("synchronize", "Keep what was generated as it was generated.")
        .By(&SwitchOff);
constexpr Field kOrphan =
    F<&CelEvaluation::orphan_downstream_on_policy_delete>("orphanDownstreamOnPolicyDelete",
                                                          "Leave what was generated without the policy.")
        .By(&SwitchOff);

constexpr Field kEvaluation[] = {kMode,
                                 kAdmission,
                                 kBackground,
                                 kMutateExisting,
                                 kSkipBackgroundRequests,
                                 kUseServerSideApply,
                                 kGenerateExisting,
                                 kSynchronize,
                                 kOrphan};
constexpr Field kValidatingEvaluation[] = {kAdmission, kBackground, kMode};
constexpr Field kMutatingEvaluation[] = {
    kAdmission, kBackground, kMode, kMutateExisting, kSkipBackgroundRequests, kUseServerSideApply};
constexpr Field kGeneratingEvaluation[] = {kAdmission, kGenerateExisting, kOrphan, kSkipBackgroundRequests,
                                           kSynchronize};

const Table& ValidatingEvaluation() {
  static constexpr Table kTable{"CelEvaluation", kValidatingEvaluation};
  return kTable;
}

const Table& MutatingEvaluation() {
  static constexpr Table kTable{"CelEvaluation", kMutatingEvaluation};
  return kTable;
}

const Table& GeneratingEvaluation() {
  static constexpr Table kTable{"CelEvaluation", kGeneratingEvaluation};
  return kTable;
}

constexpr Field kPodControllers[] = {
    F<&CelPodControllers::controllers>(
        "controllers", "deployments, daemonsets, statefulsets, replicasets, jobs, cronjobs; all by default."),
};

constexpr Field kAutogenControllers =
    F<&CelAutogen::pod_controllers>("podControllers", "Controllers that the policy is made for, too.");
constexpr Field kAutogenValidating = F<&CelAutogen::validating_admission_policy>(
    "validatingAdmissionPolicy", "Make a ValidatingAdmissionPolicy of the policy.");
constexpr Field kAutogenMutating = F<&CelAutogen::mutating_admission_policy>(
    "mutatingAdmissionPolicy", "Make a MutatingAdmissionPolicy of the policy.");
constexpr Field kAutogen[] = {kAutogenMutating, kAutogenControllers, kAutogenValidating};
constexpr Field kValidatingAutogen[] = {kAutogenControllers, kAutogenValidating};
constexpr Field kMutatingAutogen[] = {kAutogenMutating, kAutogenControllers};
constexpr Field kImageAutogen[] = {kAutogenControllers};

const Table& ValidatingAutogen() {
  static constexpr Table kTable{"CelAutogen", kValidatingAutogen};
  return kTable;
}

const Table& MutatingAutogen() {
  static constexpr Table kTable{"CelAutogen", kMutatingAutogen};
  return kTable;
}

const Table& ImageAutogen() {
  static constexpr Table kTable{"CelAutogen", kImageAutogen};
  return kTable;
}

constexpr Field kWebhookConfiguration[] = {
    F<&CelWebhookConfiguration::timeout_seconds>("timeoutSeconds", "1 to 30; 10 by default.").Int32(),
};

// ---- the fields of CelPolicy, of which each kind has some ----

constexpr Field kConstraints =
    F<&CelPolicy::match_constraints>("matchConstraints", "Which requests it is for.");
constexpr Field kConditions =
    F<&CelPolicy::match_conditions>("matchConditions", "CEL conditions that must all hold.").KeyedBy("name");
constexpr Field kVariables =
    F<&CelPolicy::variables>("variables", "Named expressions that others may use.").KeyedBy("name");
constexpr Field kAnnotations =
    F<&CelPolicy::audit_annotations>("auditAnnotations", "Annotations of the audit event and of results.");
constexpr Field kFailurePolicy =
    F<&CelPolicy::failure_policy>("failurePolicy", "Ignore or Fail, the default: what happens on failures.")
        .OneOf(kFailurePolicies);
constexpr Field kWebhook =
    F<&CelPolicy::webhook_configuration>("webhookConfiguration", "Settings of the webhook.");
constexpr Field kEvaluationField = F<&CelPolicy::evaluation>("evaluation", "When and how it is evaluated.");
constexpr Field kAutogenField = F<&CelPolicy::autogen>("autogen", "What is made of the policy.");

constexpr Field kOfValidating[] = {kAnnotations.Atomic(),
                                   kAutogenField.By(&ValidatingAutogen),
                                   kEvaluationField.By(&ValidatingEvaluation),
                                   kFailurePolicy,
                                   kConditions,
                                   kConstraints,
                                   kVariables,
                                   kWebhook};
constexpr Field kOfMutating[] = {kAnnotations,
                                 kAutogenField.By(&MutatingAutogen),
                                 kEvaluationField.By(&MutatingEvaluation),
                                 kFailurePolicy,
                                 kConditions,
                                 kConstraints,
                                 kVariables,
                                 kWebhook};
constexpr Field kOfGenerating[] = {kAnnotations, kEvaluationField.By(&GeneratingEvaluation),
                                   kConditions,  kConstraints,
                                   kVariables,   kWebhook};
constexpr Field kOfDeleting[] = {kConstraints, kVariables};
constexpr Field kOfImageValidating[] = {kAnnotations.Atomic(),
                                        kAutogenField.By(&ImageAutogen),
                                        kEvaluationField.By(&ValidatingEvaluation),
                                        kFailurePolicy,
                                        kConditions.KeyedBy({}),
                                        kConstraints,
                                        kVariables.KeyedBy({}),
                                        kWebhook};

}  // namespace

const Table& FieldsOfValidating() {
  static constexpr Table kTable{"CelPolicy", kOfValidating};
  return kTable;
}

const Table& FieldsOfMutating() {
  static constexpr Table kTable{"CelPolicy", kOfMutating};
  return kTable;
}

const Table& FieldsOfGenerating() {
  static constexpr Table kTable{"CelPolicy", kOfGenerating};
  return kTable;
}

const Table& FieldsOfDeleting() {
  static constexpr Table kTable{"CelPolicy", kOfDeleting};
  return kTable;
}

const Table& FieldsOfImageValidating() {
  static constexpr Table kTable{"CelPolicy", kOfImageValidating};
  return kTable;
}

template <>
const Table& TableOf<NamedRuleWithOperations>() {
  static constexpr Table kTable{.name = "NamedRuleWithOperations", .fields = kNamedRule, .atomic = true};
  return kTable;
}

template <>
const Table& TableOf<MatchConstraints>() {
  static constexpr Table kTable{.name = "MatchConstraints", .fields = kMatchConstraints, .atomic = true};
  return kTable;
}

template <>
const Table& TableOf<TargetMatchConstraints>() {
  static constexpr Table kTable{
      .name = "TargetMatchConstraints", .fields = kTargetMatchConstraints, .atomic = true};
  return kTable;
}

template <>
const Table& TableOf<Switch>() {
  static constexpr Table kTable{"Switch", kSwitch};
  return kTable;
}

template <>
const Table& TableOf<CelEvaluation>() {
  static constexpr Table kTable{"CelEvaluation", kEvaluation};
  return kTable;
}

template <>
const Table& TableOf<CelPodControllers>() {
  static constexpr Table kTable{"CelPodControllers", kPodControllers};
  return kTable;
}

template <>
const Table& TableOf<CelAutogen>() {
  static constexpr Table kTable{"CelAutogen", kAutogen};
  return kTable;
}

template <>
const Table& TableOf<CelWebhookConfiguration>() {
  static constexpr Table kTable{"CelWebhookConfiguration", kWebhookConfiguration};
  return kTable;
}

}  // namespace ephor::policy
