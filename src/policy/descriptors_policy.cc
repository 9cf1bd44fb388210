// Rules, and the spec of ClusterPolicy and Policy.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kApplyRules[] = {"All", "One"};
constexpr std::string_view kFailurePolicies[] = {"Ignore", "Fail"};
constexpr std::string_view kActionsOld[] = {"audit", "enforce", "Audit", "Enforce"};
constexpr json::Value kTrue = json::Value::Bool(true);

constexpr Field kRule[] = {
    F<&Rule::name>("name", "Unique in the policy.").Required().MaxLength(63),
    F<&Rule::context>("context", "Variables of the rule."),
    F<&Rule::report_properties>("reportProperties", "Added to the results in reports."),
    F<&Rule::match>("match", "Which requests the rule is for.").Required(),
    F<&Rule::exclude>("exclude", "Which of these it is not for."),
    F<&Rule::image_extractors>("imageExtractors", "Where images are in other kinds than Pods."),
    FreeConditions<&Rule::preconditions>("preconditions", "When the rule is applied.").In(kV1),
    F<&Rule::preconditions>("preconditions", "When the rule is applied.")
        .By(&ConditionsWithoutIn)
        .In(kV2beta1),
    F<&Rule::cel_preconditions>("celPreconditions", "When the rule is applied, in CEL."),
    F<&Rule::mutate>("mutate", "Changes the resource."),
    F<&Rule::validate>("validate", "Checks the resource."),
    F<&Rule::generate>("generate", "Makes other resources."),
    F<&Rule::verify_images>("verifyImages", "Checks the images of the resource."),
    F<&Rule::skip_background_requests>("skipBackgroundRequests",
                                       "Leave out requests of the background controller.")
        .Default(kTrue),
};

constexpr Field kWebhookConfiguration[] = {
    F<&WebhookConfiguration::failure_policy>("failurePolicy",
                                             "What happens where the webhook is not reached.")
        .OneOf(kFailurePolicies),
    F<&WebhookConfiguration::timeout_seconds>("timeoutSeconds", "1 to 30.").Int32(),
    F<&WebhookConfiguration::match_conditions>("matchConditions", "CEL conditions of the webhook."),
};

constexpr Field kSpec[] = {
    F<&Spec::rules>("rules", "The rules, in the order in which they are applied."),
    F<&Spec::apply_rules>("applyRules", "All, or One: end with the first rule that gives a result.")
        .OneOf(kApplyRules),
    F<&Spec::failure_policy>("failurePolicy", "Deprecated: use webhookConfiguration.failurePolicy.")
        .OneOf(kFailurePolicies),
    F<&Spec::validation_failure_action>("validationFailureAction", "Deprecated: use validate.failureAction.")
        .OneOf(kActionsOld)
        .Default(json::Value::String("Audit")),
    F<&Spec::validation_failure_action_overrides>("validationFailureActionOverrides",
                                                  "Deprecated: use validate.failureActionOverrides."),
    F<&Spec::emit_warning>("emitWarning", "Answer with warnings of violations.")
        .Default(json::Value::Bool(false)),
    F<&Spec::admission>("admission", "Apply the rules to admission requests.").Default(kTrue),
    F<&Spec::background>("background", "Apply the rules to existing resources.").Default(kTrue),
    F<&Spec::schema_validation>("schemaValidation", "No effect."),
    F<&Spec::webhook_timeout_seconds>("webhookTimeoutSeconds",
                                      "Deprecated: use webhookConfiguration.timeoutSeconds.")
        .Int32(),
    F<&Spec::mutate_existing_on_policy_update>("mutateExistingOnPolicyUpdate",
                                               "Deprecated: use mutate.mutateExistingOnPolicyUpdate."),
    F<&Spec::generate_existing_on_policy_update>("generateExistingOnPolicyUpdate",
                                                 "Removed: use generate.generateExisting."),
    F<&Spec::generate_existing>("generateExisting", "Deprecated: use generate.generateExisting."),
    F<&Spec::use_server_side_apply>("useServerSideApply", "Generate by server-side apply."),
    F<&Spec::webhook_configuration>("webhookConfiguration", "Settings of the webhook."),
};

}  // namespace

template <>
const Table& TableOf<Rule>() {
  static constexpr Table kTable{"Rule", kRule};
  return kTable;
}

template <>
const Table& TableOf<WebhookConfiguration>() {
  static constexpr Table kTable{"WebhookConfiguration", kWebhookConfiguration};
  return kTable;
}

template <>
const Table& TableOf<Spec>() {
  static constexpr Table kTable{"Spec", kSpec};
  return kTable;
}

}  // namespace ephor::policy
