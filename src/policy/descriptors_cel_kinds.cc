// The specs of the kinds of policies.kyverno.io.
#include "policy/decoder.h"
#include "policy/descriptors_cel.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kActions[] = {"Deny", "Audit", "Warn"};
constexpr std::string_view kPropagation[] = {"Foreground", "Background", "Orphan"};
constexpr std::string_view kInterpolations[] = {"none", "cel"};
constexpr std::string_view kReportResults[] = {"skip", "pass"};
constexpr std::string_view kGlobOrExpression[] = {"glob", "expression"};
constexpr std::string_view kExpressionOrTemplate[] = {"expression", "template"};
constexpr json::Value kTrue = json::Value::Bool(true);

constexpr Field kValidatingPolicy[] = {
    InlineBase<ValidatingPolicy, CelPolicy>(&FieldsOfValidating),
    F<&ValidatingPolicy::validation_actions>("validationActions", "Deny, the default, Audit, Warn.")
        .Set()
        .OneOf(kActions),
    F<&ValidatingPolicy::validations>("validations", "What must hold.").Atomic(),
};

constexpr Field kPatch[] = {
    F<&CelPatch::expression>("expression", "A CEL expression that gives the change.")};

constexpr Field kMutation[] = {
    F<&CelMutation::apply_configuration>("applyConfiguration", "Part of an object that is merged into it."),
    F<&CelMutation::json_patch>("jsonPatch", "A list of JSON patches."),
    F<&CelMutation::patch_type>("patchType", "ApplyConfiguration or JSONPatch.").Required(),
};

constexpr Field kMutatingPolicy[] = {
    InlineBase<MutatingPolicy, CelPolicy>(&FieldsOfMutating),
    F<&MutatingPolicy::mutations>("mutations", "The changes, in order.").Atomic(),
    F<&MutatingPolicy::reinvocation_policy>("reinvocationPolicy", "Never, the default, or IfNeeded."),
    F<&MutatingPolicy::target_match_conditions>("targetMatchConditions", "CEL conditions on the targets.")
        .KeyedBy("name"),
    F<&MutatingPolicy::target_match_constraints>("targetMatchConstraints", "Existing resources to change."),
};

constexpr Field kGenerationTemplate[] = {
    F<&CelGenerationTemplate::interpolate>("interpolate", "none, or cel: (( expressions )) are replaced.")
        .OneOf(kInterpolations)
        .Default(json::Value::String("none")),
    F<&CelGenerationTemplate::value>("value", "The resources as YAML.").Required().MinLength(1),
};

constexpr Field kGeneration[] = {
    F<&CelGeneration::expression>("expression", "A CEL expression that calls the generator."),
    F<&CelGeneration::template_>("template", "The resources as text."),
};

constexpr Field kGeneratingPolicy[] = {
    InlineBase<GeneratingPolicy, CelPolicy>(&FieldsOfGenerating),
    F<&GeneratingPolicy::generate>("generate", "What is generated.").Required().MinLength(1),
    F<&GeneratingPolicy::use_server_side_apply>("useServerSideApply", "Generate by server-side apply."),
};

constexpr Field kDeletingPolicy[] = {
    InlineBase<DeletingPolicy, CelPolicy>(&FieldsOfDeleting),
    F<&DeletingPolicy::conditions>("conditions", "CEL conditions on what is deleted.").KeyedBy("name"),
    F<&DeletingPolicy::deletion_propagation_policy>("deletionPropagationPolicy",
                                                    "What happens to dependents.")
        .OneOf(kPropagation),
    F<&DeletingPolicy::schedule>("schedule", "When, in cron format.").Required(),
};

constexpr Field kMatchImageReference[] = {
    F<&MatchImageReference::expression>("expression", "A CEL expression on `ref`, the image."),
    F<&MatchImageReference::glob>("glob", "A pattern of images."),
};

constexpr Field kImageRequirements[] = {
    F<&ImageRequirements::mutate_digest>("mutateDigest", "Replace tags by digests.").Default(kTrue),
    F<&ImageRequirements::required>("required", "Each image must have been verified.").Default(kTrue),
    F<&ImageRequirements::verify_digest>("verifyDigest", "Each image must have a digest.").Default(kTrue),
};

constexpr Field kImageExpression[] = {
    F<&ImageExpression::expression>("expression", "A CEL expression that gives a list of images.").Required(),
    F<&ImageExpression::name>("name", "Their name: images.<name>.").Required(),
};

constexpr Field kImageValidatingPolicy[] = {
    InlineBase<ImageValidatingPolicy, CelPolicy>(&FieldsOfImageValidating),
    F<&ImageValidatingPolicy::attestations>("attestations", "Attestations that expressions may verify."),
    F<&ImageValidatingPolicy::attestors>("attestors", "Who signs.").Required(),
    F<&ImageValidatingPolicy::credentials>("credentials", "How registries are asked."),
    F<&ImageValidatingPolicy::images>("images", "Where images are, beside the usual places."),
    F<&ImageValidatingPolicy::match_image_references>("matchImageReferences", "Images it is for."),
    F<&ImageValidatingPolicy::validation_actions>("validationActions", "Deny, the default, Audit, Warn.")
        .Set()
        .OneOf(kActions),
    F<&ImageValidatingPolicy::validation_configurations>("validationConfigurations",
                                                         "What is demanded of each image."),
    F<&ImageValidatingPolicy::validations>("validations", "What must hold.").Required().Atomic(),
};

constexpr Field kPolicyReference[] = {
    F<&PolicyReference::kind>("kind", "Kind of the policy.").Required(),
    F<&PolicyReference::name>("name", "Name of the policy.").Required(),
};

constexpr Field kPolicyException[] = {
    F<&CelPolicyException::allowed_values>("allowedValues", "Values that expressions may accept."),
    Unread("evaluationMode", "For other evaluators."),
    F<&CelPolicyException::expires_at>("expiresAt", "Until when it holds.").Format("date-time"),
    F<&CelPolicyException::images>("images", "Images that expressions may accept."),
    F<&CelPolicyException::match_conditions>("matchConditions", "CEL conditions on what is excepted."),
    F<&CelPolicyException::policy_refs>("policyRefs", "From which policies.").Required(),
    Unread("properties", "Notes."),
    F<&CelPolicyException::report_result>("reportResult", "skip or pass: how results name it.")
        .OneOf(kReportResults)
        .Default(json::Value::String("skip")),
};

}  // namespace

template <>
const Table& TableOf<CelPatch>() {
  static constexpr Table kTable{"CelPatch", kPatch};
  return kTable;
}

template <>
const Table& TableOf<CelMutation>() {
  static constexpr Table kTable{"CelMutation", kMutation};
  return kTable;
}

template <>
const Table& TableOf<CelGenerationTemplate>() {
  static constexpr Table kTable{"CelGenerationTemplate", kGenerationTemplate};
  return kTable;
}

template <>
const Table& TableOf<CelGeneration>() {
  static constexpr Table kTable{
      "CelGeneration", kGeneration, {Choice::Rule::kExactlyOne, kExpressionOrTemplate}};
  return kTable;
}

template <>
const Table& TableOf<MatchImageReference>() {
  static constexpr Table kTable{
      "MatchImageReference", kMatchImageReference, {Choice::Rule::kExactlyOne, kGlobOrExpression}};
  return kTable;
}

template <>
const Table& TableOf<ImageRequirements>() {
  static constexpr Table kTable{"ImageRequirements", kImageRequirements};
  return kTable;
}

template <>
const Table& TableOf<ImageExpression>() {
  static constexpr Table kTable{"ImageExpression", kImageExpression};
  return kTable;
}

template <>
const Table& TableOf<PolicyReference>() {
  static constexpr Table kTable{"PolicyReference", kPolicyReference};
  return kTable;
}

template <>
const Table& TableOf<ValidatingPolicy>() {
  static constexpr Table kTable{"ValidatingPolicy", kValidatingPolicy};
  return kTable;
}

template <>
const Table& TableOf<MutatingPolicy>() {
  static constexpr Table kTable{"MutatingPolicy", kMutatingPolicy};
  return kTable;
}

template <>
const Table& TableOf<GeneratingPolicy>() {
  static constexpr Table kTable{"GeneratingPolicy", kGeneratingPolicy};
  return kTable;
}

template <>
const Table& TableOf<DeletingPolicy>() {
  static constexpr Table kTable{"DeletingPolicy", kDeletingPolicy};
  return kTable;
}

template <>
const Table& TableOf<ImageValidatingPolicy>() {
  static constexpr Table kTable{"ImageValidatingPolicy", kImageValidatingPolicy};
  return kTable;
}

template <>
const Table& TableOf<CelPolicyException>() {
  static constexpr Table kTable{"CelPolicyException", kPolicyException};
  return kTable;
}

}  // namespace ephor::policy
