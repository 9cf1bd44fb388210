// The specs of PolicyException, of cleanup policies and of GlobalContextEntry.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kPropagation[] = {"Foreground", "Background", "Orphan"};
constexpr std::string_view kSources[] = {"kubernetesResource", "apiCall"};

constexpr Field kExceptionEntry[] = {
    F<&ExceptionEntry::policy_name>("policyName", "The policy, as name or namespace/name.").Required(),
    F<&ExceptionEntry::rule_names>("ruleNames", "Its rules; wildcards are allowed.").Required(),
};

constexpr Field kPolicyException[] = {
    F<&PolicyException::background>("background", "Whether background scans honour it."),
    F<&PolicyException::match>("match", "Which resources are excepted.").Required(),
    F<&PolicyException::conditions>("conditions", "When they are excepted.").By(&ConditionsWithoutIn),
    F<&PolicyException::exceptions>("exceptions", "From which policies and rules.").Required(),
    F<&PolicyException::pod_security>("podSecurity", "From which Pod Security controls only."),
};

constexpr Field kCleanupPolicy[] = {
    F<&CleanupPolicy::context>("context", "Variables of the policy."),
    F<&CleanupPolicy::match>("match", "Which resources are deleted.").Required(),
    F<&CleanupPolicy::exclude>("exclude", "Which of these are kept."),
    F<&CleanupPolicy::schedule>("schedule", "When, in cron format.").Required(),
    F<&CleanupPolicy::conditions>("conditions", "Which of these are deleted.").By(&ConditionsWithoutIn),
    F<&CleanupPolicy::deletion_propagation_policy>("deletionPropagationPolicy", "What happens to dependents.")
        .OneOf(kPropagation),
};

constexpr Field kGlobalContextProjection[] = {
    F<&GlobalContextProjection::name>("name", "Name of the projection.").Required(),
    F<&GlobalContextProjection::jmes_path>("jmesPath", "Applied to the data.").Required(),
};

constexpr Field kGlobalContextResource[] = {
    F<&GlobalContextResource::group>("group", "API group."),
    F<&GlobalContextResource::version>("version", "API version.").Required(),
    F<&GlobalContextResource::resource>("resource", "Plural name of the kind.").Required(),
    F<&GlobalContextResource::namespace_>("namespace", "Namespace; all by default."),
};

constexpr Field kGlobalContextApiCall[] = {
    Inline<&GlobalContextApiCall::call>(),
    F<&GlobalContextApiCall::refresh_interval>("refreshInterval", "How often it is asked, as a duration.")
        .Format("duration")
        .Default(json::Value::String("10m")),
    F<&GlobalContextApiCall::retry_limit>("retryLimit", "How often a failed call is repeated.")
        .Minimum(1)
        .Default(json::Value::Int(3)),
};

constexpr Field kGlobalContextEntry[] = {
    F<&GlobalContextEntry::kubernetes_resource>("kubernetesResource", "Resources that are watched."),
    F<&GlobalContextEntry::api_call>("apiCall", "An answer that is asked for again and again."),
    F<&GlobalContextEntry::projections>("projections", "Named parts of the data."),
};

}  // namespace

template <>
const Table& TableOf<ExceptionEntry>() {
  static constexpr Table kTable{"ExceptionEntry", kExceptionEntry};
  return kTable;
}

template <>
const Table& TableOf<PolicyException>() {
  static constexpr Table kTable{"PolicyException", kPolicyException};
  return kTable;
}

template <>
const Table& TableOf<CleanupPolicy>() {
  static constexpr Table kTable{"CleanupPolicy", kCleanupPolicy};
  return kTable;
}

template <>
const Table& TableOf<GlobalContextProjection>() {
  static constexpr Table kTable{"GlobalContextProjection", kGlobalContextProjection};
  return kTable;
}

template <>
const Table& TableOf<GlobalContextResource>() {
  static constexpr Table kTable{"GlobalContextResource", kGlobalContextResource};
  return kTable;
}

template <>
const Table& TableOf<GlobalContextApiCall>() {
  static constexpr Table kTable{"GlobalContextApiCall", kGlobalContextApiCall};
  return kTable;
}

template <>
const Table& TableOf<GlobalContextEntry>() {
  static constexpr Table kTable{
      "GlobalContextEntry", kGlobalContextEntry, {Choice::Rule::kExactlyOne, kSources}};
  return kTable;
}

}  // namespace ephor::policy
