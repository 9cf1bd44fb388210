// The specs of Kubernetes' own admission policies and of their bindings. The allowed words stand in their
// order in the API server's messages.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kOperations[] = {"*", "CONNECT", "CREATE", "DELETE", "UPDATE"};
constexpr std::string_view kScopes[] = {"*", "Cluster", "Namespaced"};
constexpr std::string_view kMatchPolicies[] = {"Equivalent", "Exact"};
constexpr std::string_view kFailurePolicies[] = {"Fail", "Ignore"};
constexpr std::string_view kActions[] = {"Audit", "Deny", "Warn"};
constexpr std::string_view kPatchTypes[] = {"ApplyConfiguration", "JSONPatch"};
constexpr std::string_view kReinvocations[] = {"IfNeeded", "Never"};

constexpr Field kNamedRule[] = {
    F<&NamedRuleWithOperations::api_groups>("apiGroups", "API groups, or *.").Atomic(),
    F<&NamedRuleWithOperations::api_versions>("apiVersions", "API versions, or *.").Atomic(),
    F<&NamedRuleWithOperations::operations>("operations", "CREATE, UPDATE, DELETE, CONNECT or *.")
        .Atomic()
        .OneOf(kOperations),
    F<&NamedRuleWithOperations::resource_names>("resourceNames", "Names of resources; any by default.")
        .Atomic(),
    F<&NamedRuleWithOperations::resources>("resources", "Plural names, with /subresource; *, pods/* and */*.")
        .Atomic(),
    F<&NamedRuleWithOperations::scope>("scope", "Cluster, Namespaced or *, the default.").OneOf(kScopes),
};

const Table& NativeRule() {
  static constexpr Table kTable{.name = "NamedRuleWithOperations", .fields = kNamedRule, .atomic = true};
  return kTable;
}

constexpr Field kMatchResources[] = {
    F<&MatchConstraints::exclude_resource_rules>("excludeResourceRules", "Requests that are left out.")
        .Atomic()
        .By(&NativeRule),
    F<&MatchConstraints::match_policy>("matchPolicy", "Exact, or Equivalent, the default.")
        .OneOf(kMatchPolicies),
    F<&MatchConstraints::namespace_selector>("namespaceSelector", "On the labels of the namespace."),
    F<&MatchConstraints::object_selector>("objectSelector", "On the labels of the object."),
    F<&MatchConstraints::resource_rules>("resourceRules", "Requests of which one must match.")
        .Atomic()
        .By(&NativeRule),
};

const Table& NativeMatchResources() {
  static constexpr Table kTable{.name = "MatchResources", .fields = kMatchResources, .atomic = true};
  return kTable;
}

constexpr Field kMutation[] = {
    F<&CelMutation::apply_configuration>("applyConfiguration", "Part of an object that is merged into it."),
    F<&CelMutation::json_patch>("jsonPatch", "A list of JSON patches."),
    F<&CelMutation::patch_type>("patchType", "ApplyConfiguration or JSONPatch.")
        .Required()
        .OneOf(kPatchTypes),
};

const Table& NativeMutation() {
  static constexpr Table kTable{"Mutation", kMutation};
  return kTable;
}

constexpr Field kFailurePolicy =
    F<&CelPolicy::failure_policy>("failurePolicy", "Ignore or Fail, the default: what happens on failures.")
        .OneOf(kFailurePolicies);
constexpr Field kMatchConditions =
    F<&CelPolicy::match_conditions>("matchConditions", "CEL conditions that must all hold.").KeyedBy("name");
constexpr Field kMatchConstraints =
    F<&CelPolicy::match_constraints>("matchConstraints", "Which requests it is for.")
        .By(&NativeMatchResources);
constexpr Field kVariables = F<&CelPolicy::variables>("variables", "Named expressions that others may use.");
constexpr Field kOfValidating[] = {
    F<&CelPolicy::audit_annotations>("auditAnnotations", "Annotations of the audit event.").Atomic(),
    kFailurePolicy, kMatchConditions, kMatchConstraints, kVariables.KeyedBy("name")};
constexpr Field kOfMutating[] = {kFailurePolicy, kMatchConditions, kMatchConstraints, kVariables.Atomic()};

const Table& FieldsOfValidating() {
  static constexpr Table kTable{"CelPolicy", kOfValidating};
  return kTable;
}

const Table& FieldsOfMutating() {
  static constexpr Table kTable{"CelPolicy", kOfMutating};
  return kTable;
}

constexpr Field kValidatingAdmissionPolicy[] = {
    InlineBase<ValidatingAdmissionPolicy, CelPolicy>(&FieldsOfValidating),
    F<&ValidatingAdmissionPolicy::param_kind>("paramKind", "Kind of the parameters."),
    F<&ValidatingAdmissionPolicy::validations>("validations", "What must hold.").Atomic(),
};

constexpr Field kMutatingAdmissionPolicy[] = {
    InlineBase<MutatingAdmissionPolicy, CelPolicy>(&FieldsOfMutating),
    F<&MutatingAdmissionPolicy::mutations>("mutations", "The changes, in order.")
        .Atomic()
        .By(&NativeMutation),
    F<&MutatingAdmissionPolicy::param_kind>("paramKind", "Kind of the parameters."),
    F<&MutatingAdmissionPolicy::reinvocation_policy>("reinvocationPolicy", "Never or IfNeeded.")
        .OneOf(kReinvocations),
};

constexpr Field kBindingResources =
    F<&AdmissionPolicyBinding::match_resources>("matchResources", "Which of the policy's requests it is for.")
        .By(&NativeMatchResources);
constexpr Field kBindingParams =
    F<&AdmissionPolicyBinding::param_ref>("paramRef", "Where the parameters are.");
constexpr Field kBindingPolicy = F<&AdmissionPolicyBinding::policy_name>("policyName", "Name of the policy.");
constexpr Field kValidatingBinding[] = {
    kBindingResources, kBindingParams, kBindingPolicy.Required(),
    F<&AdmissionPolicyBinding::validation_actions>("validationActions", "Deny, Warn, Audit.")
        .Required()
        .Set()
        .OneOf(kActions)};
constexpr Field kMutatingBinding[] = {kBindingResources, kBindingParams, kBindingPolicy};

}  // namespace

const Table& ValidatingBinding() {
  static constexpr Table kTable{"ValidatingAdmissionPolicyBinding", kValidatingBinding};
  return kTable;
}

template <>
const Table& TableOf<AdmissionPolicyBinding>() {
  static constexpr Table kTable{"MutatingAdmissionPolicyBinding", kMutatingBinding};
  return kTable;
}

template <>
const Table& TableOf<ValidatingAdmissionPolicy>() {
  static constexpr Table kTable{"ValidatingAdmissionPolicy", kValidatingAdmissionPolicy};
  return kTable;
}

template <>
const Table& TableOf<MutatingAdmissionPolicy>() {
  static constexpr Table kTable{"MutatingAdmissionPolicy", kMutatingAdmissionPolicy};
  return kTable;
}

}  // namespace ephor::policy
