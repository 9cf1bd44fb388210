// Checks of the policy as a whole.
#include <algorithm>
#include <set>

#include "pattern/wildcard.h"
#include "policy/autogen.h"
#include "policy/checks.h"
#include "policy/field_error.h"
#include "policy/go_json.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kUseNewTimeout =
    "remove the deprecated field and use spec.webhookConfiguration.timeoutSeconds instead";
constexpr std::string_view kUseNewFailurePolicy =
    "remove the deprecated field and use spec.webhookConfiguration.failurePolicy instead";
constexpr std::string_view kUseNewGenerateExisting =
    "remove the deprecated field and use spec.generate[*].generateExisting instead";
constexpr std::string_view kTimeoutRange = "the timeout value must be between 1 and 30 seconds";

void CheckTimeout(std::string_view path, std::optional<std::int64_t> seconds, Texts& errors) {
  if (!seconds || (*seconds >= 1 && *seconds <= 30)) return;
  errors.push_back(InvalidField(path, json::Value::Int(*seconds), kTimeoutRange));
}

void CheckSpecFields(const Policy& policy, Texts& errors) {
  const Spec& spec = policy.spec;
  const WebhookConfiguration* webhook = spec.webhook_configuration;
  if (spec.webhook_timeout_seconds && webhook != nullptr && webhook->timeout_seconds) {
    errors.push_back(ForbiddenField("spec.webhookTimeoutSeconds", kUseNewTimeout));
  }
  if (!spec.failure_policy.empty() && webhook != nullptr && !webhook->failure_policy.empty()) {
    errors.push_back(ForbiddenField("spec.failurePolicy", kUseNewFailurePolicy));
  }
  if (spec.generate_existing_on_policy_update) {
    errors.push_back(ForbiddenField("spec.generateExistingOnPolicyUpdate", kUseNewGenerateExisting));
  }
  for (std::size_t i = 0; i < spec.rules.size(); ++i) {
    const Rule& rule = spec.rules[i];
    if (!rule.has_mutate() || !rule.mutate->targets.empty()) continue;
    if (spec.mutate_existing_on_policy_update ||
        rule.mutate->mutate_existing_on_policy_update.value_or(false)) {
      errors.push_back(
          ForbiddenField("spec.mutateExistingOnPolicyUpdate",
                         Indexed("rules", i) +
                             ".mutate.targets has to be specified when mutateExistingOnPolicyUpdate is set"));
    }
  }
  CheckTimeout("spec.webhookTimeoutSeconds", spec.webhook_timeout_seconds, errors);
  if (webhook != nullptr) {
    CheckTimeout("spec.webhookConfiguration.timeoutSeconds", webhook->timeout_seconds, errors);
  }
}

void CheckRuleType(const Rule& rule, std::string_view path, Texts& errors) {
  const int bodies = rule.has_mutate() + rule.has_validate() + rule.has_generate() + rule.has_verify_images();
  const std::string name(rule.name);
  if (bodies == 0) {
    errors.push_back(InvalidStruct(path, *rule.source, TableOf<Rule>(),
                                   "No operation defined in the rule '" + name +
                                       "'.(supported operations: mutate,validate,generate,verifyImages)"));
  } else if (bodies > 1) {
    errors.push_back(InvalidField(
        path, *rule.source,
        "Multiple operations defined in the rule '" + name +
            "', only one operation (mutate,validate,generate,verifyImages) is allowed per rule"));
  }
  if (rule.image_extractors.data() != nullptr && !rule.has_verify_images()) {
    errors.push_back(InvalidStruct(Child(path, "imageExtractors"), *rule.source, TableOf<Rule>(),
                                   "Invalid rule spec for rule '" + name +
                                       "', imageExtractors can only be defined for verifyImages rule"));
  }
}

// ---- Pod Security controls ----

constexpr std::string_view kContainerControls[] = {"Capabilities", "Privileged Containers", "Host Ports",
                                                   "/proc Mount Type", "Privilege Escalation"};
constexpr std::string_view kPodControls[] = {"Host Namespaces", "HostPath Volumes", "Sysctls",
                                             "Volume Types"};
// Those of the level "restricted" that "baseline" does not have in another form.
constexpr std::string_view kRestrictedControls[] = {"Volume Types", "Privilege Escalation",
                                                    "Running as Non-root", "Running as Non-root user"};

template <std::size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view text) {
  return std::ranges::find(list, text) != std::end(list);
}

void CheckPodSecurity(const Rule& rule, std::string_view path, Texts& errors) {
  if (rule.validate == nullptr || rule.validate->pod_security == nullptr) return;
  const PodSecurity& pods = *rule.validate->pod_security;
  for (std::size_t i = 0; i < pods.exclude.size(); ++i) {
    const std::string here = Indexed(Child(path, "podSecurity.exclude"), i);
    CheckPodSecurityControl(pods.exclude[i], here, errors);
    const std::string_view control = pods.exclude[i].control_name;
    if (pods.level == "baseline" && Contains(kRestrictedControls, control)) {
      errors.push_back(InvalidField(Child(here, "controlName"), control,
                                    "Invalid control name defined at the given level"));
    }
  }
}

void CheckRule(const Policy& policy, const Rule& rule, std::string_view path, const ClusterFacts* cluster,
               Texts& warnings, Texts& errors) {
  const bool namespaced = policy.is_namespaced();
  CheckRuleType(rule, path, errors);
  if (MatchesNothing(rule)) {
    errors.push_back(InvalidStruct(path, *rule.source, TableOf<Rule>(), "Rule is matching an empty set"));
  }
  CheckMatch(rule.match, Child(path, "match"), namespaced, cluster, errors);
  if (rule.exclude != nullptr) CheckMatch(*rule.exclude, Child(path, "exclude"), namespaced, cluster, errors);
  if (namespaced && rule.has_mutate_existing()) {
    for (std::size_t i = 0; i < rule.mutate->targets.size(); ++i) {
      const std::string_view target = rule.mutate->targets[i].resource.namespace_;
      if (target.empty() || target == policy.metadata.namespace_) continue;
      errors.push_back(
          InvalidField(Indexed(Child(path, "targets"), i) + ".namespace", target,
                       "This field can be ignored or should have value of the namespace where the "
                       "policy is being created"));
    }
  }
  CheckPodSecurity(rule, path, errors);
  if (rule.has_generate()) CheckGenerate(policy, *rule.generate, path, cluster, warnings, errors);
}

}  // namespace

void CheckPodSecurityControl(const PodSecurityStandard& exclude, std::string_view path, Texts& errors) {
  const std::string control = Child(path, "controlName");
  if (Contains(kContainerControls, exclude.control_name) && exclude.images.empty()) {
    errors.push_back(InvalidField(control, exclude.control_name,
                                  "exclude.images must be specified for the container level control"));
  }
  if (Contains(kPodControls, exclude.control_name) && !exclude.images.empty()) {
    errors.push_back(InvalidField(control, exclude.control_name,
                                  "exclude.images must not be specified for the pod level control"));
  }
  if (!exclude.restricted_field.empty() && exclude.values.empty()) {
    errors.push_back(ForbiddenField(Child(path, "values"), "values is required"));
  }
  if (exclude.restricted_field.empty() && !exclude.values.empty()) {
    errors.push_back(ForbiddenField(Child(path, "restrictedField"), "restrictedField is required"));
  }
}

void CheckSpec(const Policy& policy, const ClusterFacts* cluster, Texts& warnings, Texts& errors) {
  const std::string_view* controllers = Find(policy.metadata.annotations, kAutogenAnnotation);
  if (controllers != nullptr && *controllers == "all") {
    errors.push_back(ForbiddenField("metadata.annotations",
                                    "Autogen annotation does not support 'all' anymore, remove the "
                                    "annotation or set it to a valid value"));
  }
  if (policy.metadata.name.size() > 63) errors.emplace_back("name: Too long: may not be more than 63 bytes");
  CheckSpecFields(policy, errors);
  const std::span<const Rule> rules = policy.spec.rules;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (names.insert(rules[i].name).second) continue;
    errors.push_back(InvalidStruct(Indexed("spec.rules", i) + ".name", *rules[i].source, TableOf<Rule>(),
                                   "Duplicate rule name: '" + std::string(rules[i].name) + "'"));
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    CheckRule(policy, rules[i], Indexed("spec.rules", i), cluster, warnings, errors);
  }
  if (policy.is_namespaced() && !policy.spec.validation_failure_action_overrides.empty()) {
    errors.push_back(
        ForbiddenField("spec.validationFailureActionOverrides",
                       "Use of validationFailureActionOverrides is supported only with ClusterPolicy"));
  }
}

// ---- failure actions ----

Texts WarnOfOldActions(const Spec& spec) {
  const auto is_old = [](std::string_view action) { return action == "enforce" || action == "audit"; };
  const auto any_old = [&](std::string_view action, std::span<const FailureActionOverride> overrides) {
    return is_old(action) || std::ranges::any_of(overrides, is_old, &FailureActionOverride::action);
  };
  constexpr std::string_view kWarning =
      "Validation failure actions enforce/audit are deprecated, use Enforce/Audit instead.";
  Texts warnings;
  if (any_old(spec.validation_failure_action, spec.validation_failure_action_overrides)) {
    warnings.emplace_back(kWarning);
  }
  for (const Rule& rule : spec.rules) {
    if (!rule.has_validate() || rule.validate->failure_action.empty()) continue;
    if (any_old(rule.validate->failure_action, rule.validate->failure_action_overrides)) {
      warnings.emplace_back(kWarning);
    }
  }
  return warnings;
}

namespace {

using Names = std::set<std::string_view>;

// No namespace may be both enforced and audited, directly or by wildcards.
struct Side {
  Names names, wildcards;
};

Result<void> CheckMatches(const Names& patterns, const Names& names, std::string_view relation) {
  for (const std::string_view name : names) {
    for (const std::string_view pattern : patterns) {
      if (!pattern::WildcardMatch(pattern, name)) continue;
      return Refuse(std::string("wildcard pattern '")
                        .append(pattern)
                        .append("' ")
                        .append(relation)
                        .append(" '")
                        .append(name)
                        .append("'"));
    }
  }
  return {};
}

// What an override adds against all that was said for the other action.
Result<void> CheckWildcards(const Side& added, const Side& other, bool added_enforces) {
  const Side& enforce = added_enforces ? added : other;
  const Side& audit = added_enforces ? other : added;
  EPHOR_TRY(CheckMatches(audit.wildcards, enforce.names, "matches with namespace"));
  EPHOR_TRY(CheckMatches(enforce.wildcards, audit.names, "matches with namespace"));
  EPHOR_TRY(CheckMatches(audit.wildcards, enforce.wildcards, "conflicts with the pattern"));
  return CheckMatches(enforce.wildcards, audit.wildcards, "conflicts with the pattern");
}

Result<void> CheckOverrideList(std::span<const FailureActionOverride> overrides, std::string_view path) {
  Side enforce, audit;
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    if (overrides[i].action.empty()) return Refuse("invalid action");
    const std::string here = Indexed(path, i) + ".namespaces";
    const bool enforces = Enforces(overrides[i].action);
    Side& own = enforces ? enforce : audit;
    const Side& other = enforces ? audit : enforce;
    Side added;
    for (const std::string_view name : overrides[i].namespaces) {
      (pattern::HasWildcard(name) ? added.wildcards : added.names).insert(name);
    }
    std::string both;
    for (const std::string_view name : added.names) {
      if (other.names.contains(name)) both.append(both.empty() ? "" : ", ").append(name);
    }
    if (!both.empty()) return Refuse("conflicting namespaces found in path: " + here + ": " + both);
    if (auto checked = CheckWildcards(added, other, enforces); !checked) {
      return Refuse("path: " + here + ": " + checked.error().message());
    }
    own.names.merge(added.names);
    own.wildcards.merge(added.wildcards);
  }
  return {};
}

}  // namespace

Result<void> CheckOverrides(const Policy& policy) {
  if (policy.is_namespaced()) return {};
  for (std::size_t i = 0; i < policy.spec.rules.size(); ++i) {
    const Rule& rule = policy.spec.rules[i];
    if (!rule.has_validate()) continue;
    EPHOR_TRY(CheckOverrideList(rule.validate->failure_action_overrides,
                                Indexed("spec.rules", i) + ".validate.validationFailureActionOverrides"));
  }
  return CheckOverrideList(policy.spec.validation_failure_action_overrides,
                           "spec.validationFailureActionOverrides");
}

Result<void> CheckProcessing(const Spec& spec) {
  if (spec.admission_enabled()) return {};
  if (!spec.background_enabled()) {
    return Refuse("disabling both admission and background processing is not allowed");
  }
  const auto only_admission = [](const Rule& rule) {
    return rule.has_mutate() || rule.has_generate() || rule.has_verify_images();
  };
  if (std::ranges::any_of(spec.rules, only_admission)) {
    return Refuse("disabling admission processing is only allowed with validation policies");
  }
  return {};
}

}  // namespace ephor::policy
