// The body of validate rules.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kActions[] = {"Audit", "Enforce"};
constexpr std::string_view kActionsOld[] = {"audit", "enforce", "Audit", "Enforce"};
constexpr std::string_view kControls[] = {
    "HostProcess",
    "Host Namespaces",
    "Privileged Containers",
    "Capabilities",
    "HostPath Volumes",
    "Host Ports",
    "AppArmor",
    "SELinux",
    "/proc Mount Type",
    "Seccomp",
    "Sysctls",
    "Volume Types",
    "Privilege Escalation",
    "Running as Non-root",
    "Running as Non-root user",
};
constexpr std::string_view kLevels[] = {"privileged", "baseline", "restricted"};
constexpr std::string_view kPodSecurityVersions[] = {
    "v1.19", "v1.20", "v1.21", "v1.22", "v1.23", "v1.24", "v1.25",  "v1.26",
    "v1.27", "v1.28", "v1.29", "v1.30", "v1.31", "v1.32", "latest",
};

constexpr Field kFailureActionOverride[] = {
    F<&FailureActionOverride::action>("action", "Audit or Enforce.").OneOf(kActionsOld),
    F<&FailureActionOverride::namespaces>("namespaces", "Namespaces it is for; wildcards are allowed."),
    F<&FailureActionOverride::namespace_selector>("namespaceSelector", "Labels of the namespaces it is for."),
};

constexpr Field kDeny[] = {
    FreeConditions<&Deny::conditions>("conditions", "Where these hold, the resource is denied.").In(kV1),
    F<&Deny::conditions>("conditions", "Where these hold, the resource is denied.")
        .By(&ConditionsWithoutIn)
        .In(kV2beta1),
};

// The schema describes deny conditions inside foreach as v1 does, whatever the version.
constexpr Field kForEachDeny[] = {
    FreeConditions<&Deny::conditions>("conditions", "Where these hold, the resource is denied."),
};

const Table& ForEachDeny() {
  static constexpr Table kTable{"Deny", kForEachDeny};
  return kTable;
}

constexpr Field kForEachValidation[] = {
    F<&ForEachValidation::list>("list", "JMESPath of the elements."),
    F<&ForEachValidation::element_scope>("elementScope", "Whether patterns see the element alone."),
    F<&ForEachValidation::context>("context", "Variables of each element."),
    F<&ForEachValidation::preconditions>("preconditions", "Which elements are looked at.").KeepingUnknown(),
    F<&ForEachValidation::pattern>("pattern", "What an element must look like."),
    F<&ForEachValidation::any_pattern>("anyPattern", "Patterns of which one must match."),
    F<&ForEachValidation::deny>("deny", "When an element is denied.").By(&ForEachDeny),
    F<&ForEachValidation::foreach>("foreach", "Checks of lists inside the element.").Schemaless(),
};

constexpr Field kPodSecurityStandard[] = {
    F<&PodSecurityStandard::control_name>("controlName", "The control that is left out.")
        .Required()
        .OneOf(kControls),
    F<&PodSecurityStandard::images>("images", "Images it is left out for; wildcards are allowed."),
    F<&PodSecurityStandard::restricted_field>("restrictedField", "The field it is left out for."),
    F<&PodSecurityStandard::values>("values", "Values of that field that are allowed."),
};

constexpr Field kPodSecurity[] = {
    F<&PodSecurity::level>("level", "Level of the Pod Security Standards.").OneOf(kLevels),
    F<&PodSecurity::version>("version", "Kubernetes version whose standards apply.")
        .OneOf(kPodSecurityVersions),
    F<&PodSecurity::exclude>("exclude", "Controls that are left out."),
};

constexpr Field kCelExpression[] = {
    F<&CelExpression::expression>("expression", "A CEL expression that must be true.").Required(),
    F<&CelExpression::message>("message", "Shown where it is false."),
    F<&CelExpression::reason>("reason", "Machine-readable reason of the failure."),
    F<&CelExpression::message_expression>("messageExpression", "Computes the message."),
};

constexpr Field kCelParamKind[] = {
    F<&CelParamKind::api_version>("apiVersion", "API version of the parameters."),
    F<&CelParamKind::kind>("kind", "Kind of the parameters."),
};

constexpr Field kCelParamRef[] = {
    F<&CelParamRef::name>("name", "Name of the object that holds the parameters."),
    F<&CelParamRef::namespace_>("namespace", "Its namespace."),
    F<&CelParamRef::selector>("selector", "Labels of the objects that hold the parameters."),
    F<&CelParamRef::parameter_not_found_action>("parameterNotFoundAction", "Allow or Deny."),
};

constexpr Field kCelAuditAnnotation[] = {
    F<&CelAuditAnnotation::key>("key", "Key of the annotation.").Required(),
    F<&CelAuditAnnotation::value_expression>("valueExpression", "A CEL expression that gives its text.")
        .Required(),
};

constexpr Field kCelVariable[] = {
    F<&CelVariable::name>("name", "Name of the variable.").Required(),
    F<&CelVariable::expression>("expression", "A CEL expression that gives its value.").Required(),
};

constexpr Field kCel[] = {
    F<&Cel::generate>("generate", "Make a ValidatingAdmissionPolicy of the rule.")
        .Default(json::Value::Bool(false)),
    F<&Cel::expressions>("expressions", "What must hold."),
    F<&Cel::param_kind>("paramKind", "Kind of the parameters."),
    F<&Cel::param_ref>("paramRef", "Where the parameters are."),
    F<&Cel::audit_annotations>("auditAnnotations", "Annotations of the audit event."),
    F<&Cel::variables>("variables", "Named expressions."),
};

constexpr Field kManifestObject[] = {
    F<&ManifestObject::group>("group", "API group; wildcards are allowed."),
    F<&ManifestObject::version>("version", "API version."),
    F<&ManifestObject::kind>("kind", "Kind."),
    F<&ManifestObject::name>("name", "Name."),
    F<&ManifestObject::namespace_>("namespace", "Namespace."),
};

constexpr Field kManifestIgnoreFields[] = {
    F<&ManifestIgnoreFields::fields>("fields", "Fields that may differ from the signed manifest."),
    F<&ManifestIgnoreFields::objects>("objects", "Objects this is for."),
};

constexpr Field kManifestDryRun[] = {
    F<&ManifestDryRun::enable>("enable", "Compare with what the API server would make of the manifest."),
    F<&ManifestDryRun::namespace_>("namespace", "Where to try."),
};

constexpr Field kManifests[] = {
    F<&Manifests::attestors>("attestors", "Who must have signed the manifest."),
    F<&Manifests::annotation_domain>("annotationDomain", "Prefix of the annotations with the signature."),
    F<&Manifests::ignore_fields>("ignoreFields", "Fields that may differ from the signed manifest."),
    F<&Manifests::dry_run>("dryRun", "Settings of the trial run.").Always(),
    F<&Manifests::repository>("repository", "Where the signatures are."),
};

constexpr Field kValidation[] = {
    F<&Validation::failure_action>("failureAction", "What a violation leads to.").OneOf(kActions),
    F<&Validation::failure_action_overrides>("failureActionOverrides", "Other actions by namespace."),
    F<&Validation::allow_existing_violations>("allowExistingViolations",
                                              "Allow updates of resources that violated the rule before.")
        .Default(json::Value::Bool(true))
        .In(kV1),
    F<&Validation::message>("message", "Shown with a violation."),
    F<&Validation::manifests>("manifests", "Signatures of the manifest."),
    F<&Validation::foreach>("foreach", "Checks of each element of lists."),
    F<&Validation::pattern>("pattern", "What the resource must look like."),
    F<&Validation::any_pattern>("anyPattern", "Patterns of which one must match."),
    F<&Validation::deny>("deny", "When the request is denied."),
    F<&Validation::pod_security>("podSecurity", "Pod Security Standards."),
    F<&Validation::cel>("cel", "CEL expressions."),
    F<&Validation::assert_tree>("assert", "No longer supported."),
};

}  // namespace

template <>
const Table& TableOf<FailureActionOverride>() {
  static constexpr Table kTable{"FailureActionOverride", kFailureActionOverride};
  return kTable;
}

template <>
const Table& TableOf<Deny>() {
  static constexpr Table kTable{"Deny", kDeny};
  return kTable;
}

template <>
const Table& TableOf<ForEachValidation>() {
  static constexpr Table kTable{"ForEachValidation", kForEachValidation};
  return kTable;
}

template <>
const Table& TableOf<PodSecurityStandard>() {
  static constexpr Table kTable{"PodSecurityStandard", kPodSecurityStandard};
  return kTable;
}

template <>
const Table& TableOf<PodSecurity>() {
  static constexpr Table kTable{"PodSecurity", kPodSecurity};
  return kTable;
}

template <>
const Table& TableOf<CelExpression>() {
  static constexpr Table kTable{"CelExpression", kCelExpression};
  return kTable;
}

template <>
const Table& TableOf<CelParamKind>() {
  static constexpr Table kTable{.name = "CelParamKind", .fields = kCelParamKind, .atomic = true};
  return kTable;
}

template <>
const Table& TableOf<CelParamRef>() {
  static constexpr Table kTable{.name = "CelParamRef", .fields = kCelParamRef, .atomic = true};
  return kTable;
}

template <>
const Table& TableOf<CelAuditAnnotation>() {
  static constexpr Table kTable{"CelAuditAnnotation", kCelAuditAnnotation};
  return kTable;
}

template <>
const Table& TableOf<CelVariable>() {
  static constexpr Table kTable{.name = "CelVariable", .fields = kCelVariable, .atomic = true};
  return kTable;
}

template <>
const Table& TableOf<Cel>() {
  static constexpr Table kTable{"Cel", kCel};
  return kTable;
}

template <>
const Table& TableOf<ManifestObject>() {
  static constexpr Table kTable{"ManifestObject", kManifestObject};
  return kTable;
}

template <>
const Table& TableOf<ManifestIgnoreFields>() {
  static constexpr Table kTable{"ManifestIgnoreFields", kManifestIgnoreFields};
  return kTable;
}

template <>
const Table& TableOf<ManifestDryRun>() {
  static constexpr Table kTable{"ManifestDryRun", kManifestDryRun};
  return kTable;
}

template <>
const Table& TableOf<Manifests>() {
  static constexpr Table kTable{"Manifests", kManifests};
  return kTable;
}

template <>
const Table& TableOf<Validation>() {
  static constexpr Table kTable{"Validation", kValidation};
  return kTable;
}

}  // namespace ephor::policy
