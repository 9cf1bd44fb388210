#include "policy/validate.h"

#include <algorithm>
#include <set>

#include "base/quote.h"
#include "json/builder.h"
#include "json/write.h"
#include "policy/autogen.h"
#include "policy/checks.h"
#include "policy/field_error.h"
#include "policy/kind_names.h"

namespace ephor::policy {

std::string GoList(const Texts& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list.append(list.size() > 1 ? " " : "").append(text);
  return list + "]";
}

std::string GoQuotedList(std::span<const std::string_view> texts) {
  std::string list = "[";
  for (const std::string_view text : texts) list.append(list.size() > 1 ? " " : "").append(GoQuote(text));
  return list + "]";
}

namespace {

constexpr std::string_view kClusterNamespace = "A clusterpolicy should not have the namespace defined";
constexpr std::string_view kPatchOnPod =
    "Pods managed by workload controllers should not be directly mutated using policies. Use the autogen "
    "feature "
    "or write policies that match Pod controllers.";
constexpr std::string_view kPodsOfControllers =
    "Policies that match Pods apply to all Pods including those created and managed by controllers excluded "
    "from "
    "autogen. Use preconditions to exclude the Pods managed by controllers which are excluded from autogen. "
    "Refer "
    "to https://kyverno.io/docs/policy-types/cluster-policy/autogen/ for details.";
constexpr std::string_view kLabelsAreStrings =
    "labels and annotations supports only string values, \"use double quotes around the non string values\"";
constexpr std::string_view kNoScale =
    "You are matching on replicas but not including the scale subresource in the policy.";
constexpr std::string_view kNoStatus =
    "You are matching on status but not including the status subresource in the policy.";

// ---- warnings about one rule ----

bool PatchesPods(const Rule& rule) {
  const StringList kinds = rule.match.resources.kinds;
  return rule.has_mutate() && !rule.mutate->patches_json6902.empty() &&
         std::ranges::find(kinds, "Pod") != kinds.end();
}

// Whether the annotation leaves some controllers out, by the reference's list of five.
bool LeavesControllersOut(const Policy& policy) {
  const std::string_view* text = Find(policy.metadata.annotations, kAutogenAnnotation);
  if (text == nullptr || *text == "none") return false;
  std::multiset<std::string> names;
  std::string name;
  for (const char c : std::string(*text) + ",") {
    if (c == ',') {
      names.insert(std::exchange(name, {}));
    } else {
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return names != std::multiset<std::string>{"cronjob", "daemonset", "deployment", "job", "statefulset"};
}

bool MatchesOnlyPods(const Rule& rule) {
  std::set<std::string> kinds;
  for (const std::string_view written : KindsOf(rule.match)) {
    std::string kind = SplitKindName(written).kind;
    if (std::ranges::count(kind, '/') == 1) kind.resize(kind.find('/'));
    kinds.insert(std::move(kind));
  }
  return kinds == std::set<std::string>{"Pod"};
}

bool AnyContains(const std::vector<std::string_view>& kinds, std::string_view word) {
  return std::ranges::any_of(kinds, [&](std::string_view kind) {
    std::string lower(kind);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower.find(word) != std::string::npos;
  });
}

// A body that speaks of replicas or of a status is meant for subresources, too.
void WarnOfSubresources(const json::Value& body, const std::vector<std::string_view>& kinds,
                        Texts& warnings) {
  const std::string text = json::ToString(body);
  if (text.find("replicas") != std::string::npos && !AnyContains(kinds, "scale"))
    warnings.emplace_back(kNoScale);
  const bool status =
      text.find(".status") != std::string::npos || text.find("\"status\":") != std::string::npos;
  if (status && !AnyContains(kinds, "status")) warnings.emplace_back(kNoStatus);
}

json::Value WithoutDenyConditions(const json::Value& body, Arena& arena) {
  const json::Value* deny = body.Find("deny");
  if (deny == nullptr) return body;
  return json::WithMember(body, "deny", json::WithoutMember(*deny, "conditions", arena), arena);
}

void WarnOfOldPredicateTypes(const Rule& rule, Texts& warnings) {
  for (const ImageVerification& images : rule.verify_images) {
    for (const Attestation& attestation : images.attestations) {
      const std::string type(attestation.predicate_type);
      if (type.empty()) continue;
      warnings.push_back("predicateType has been deprecated use 'type: " + type +
                         "' instead of 'predicateType: " + type + "'");
    }
  }
}

// ---- one rule ----

// Asks once what is the same for every rule: whether the policy may run when it changes.
class OnUpdate {
 public:
  Result<void> Check(const Policy& policy) {
    if (std::exchange(checked_, true)) return {};
    return CheckVariablesOnUpdate(policy);
  }

 private:
  bool checked_ = false;
};

Result<void> CheckLast(const Policy& policy, const Rule& rule, OnUpdate& on_update, Texts& warnings) {
  Arena arena(4 << 10);
  std::vector<std::string_view> kinds = KindsOf(rule.match);
  if (rule.exclude != nullptr) {
    const std::vector<std::string_view> excluded = KindsOf(*rule.exclude);
    kinds.insert(kinds.end(), excluded.begin(), excluded.end());
  }
  if (rule.has_validate()) {
    WarnOfSubresources(WithoutDenyConditions(*rule.validate->source, arena), kinds, warnings);
  }
  if (rule.has_mutate()) {
    for (const MutateTarget& target : rule.mutate->targets) kinds.push_back(target.resource.kind);
    WarnOfSubresources(*rule.mutate->source, kinds, warnings);
    if (rule.mutate->mutate_existing_on_policy_update.value_or(
            policy.spec.mutate_existing_on_policy_update)) {
      EPHOR_TRY(on_update.Check(policy));
    }
  }
  if (rule.has_verify_images()) {
    WarnOfOldPredicateTypes(rule, warnings);
    if (rule.has_validate_image_verification()) {
      for (const ImageVerification& images : rule.verify_images) {
        if (const json::Value* body = images.source->Find("validate")) {
          WarnOfSubresources(WithoutDenyConditions(*body, arena), kinds, warnings);
        }
      }
    }
  }
  WarnOfOldOperators(rule, warnings);
  return {};
}

Result<void> CheckRule(const Policy& policy, std::size_t index, const ValidateOptions& options,
                       OnUpdate& on_update, Texts& warnings) {
  const Rule& rule = policy.effective_rules[index];
  const std::string path = Indexed("spec.rules", index);
  const auto placed = [&](std::string_view separator, const Result<void>& checked) {
    return Refuse("path: " + path + std::string(separator) + checked.error().message());
  };
  EPHOR_TRY(CheckJsonPatch(rule, index));
  if (PatchesPods(rule)) warnings.emplace_back(kPatchOnPod);
  if (const auto checked = CheckMatchShape(rule); !checked) return placed(".", checked);
  if (const auto checked = CheckConditions(rule); !checked) return placed(".", checked);
  EPHOR_TRY(CheckElementOutsideForeach(rule));
  if (const auto checked = CheckContext(rule); !checked) return placed(": ", checked);
  if (const auto checked = CheckImageExtractors(rule); !checked) return placed(": ", checked);
  EPHOR_TRY(CheckKindsAreNamed(rule));
  EPHOR_TRY(CheckBodies(rule, index, options, warnings));
  if (rule.has_verify_images()) {
    const Texts errors = CheckVerifyImages(policy, rule, path);
    if (!errors.empty()) return Refuse(Aggregate(errors));
  }
  if (MatchesOnlyPods(rule) && LeavesControllersOut(policy)) warnings.emplace_back(kPodsOfControllers);
  if (!HasStringLabels(rule)) return Refuse(std::string(kLabelsAreStrings));
  if (rule.validate != nullptr && rule.validate->assert_tree != nullptr) {
    warnings.push_back("validate.assert is not supported and has no effect: rule '" + std::string(rule.name) +
                       "'");
  }
  return CheckLast(policy, rule, on_update, warnings);
}

// All checks in order. `rule` tells the caller which rule an error is about.
Result<void> Check(const Policy& policy, const ValidateOptions& options, Texts& warnings, const Rule*& rule) {
  if (policy.kind == "ClusterPolicy" && !policy.metadata.namespace_.empty()) {
    warnings.emplace_back(kClusterNamespace);
    return Refuse(std::string(kClusterNamespace));
  }
  const WebhookConfiguration* webhook = policy.spec.webhook_configuration;
  const bool has_conditions = webhook != nullptr && !webhook->match_conditions.empty();
  if (has_conditions && options.cluster != nullptr && !options.cluster->HasMatchConditions()) {
    return Refuse("custom webhook configurations are only supported in kubernetes version 1.27.0 and above");
  }
  for (std::string& warning : WarnOfOldActions(policy.spec)) warnings.push_back(std::move(warning));
  if (has_conditions && options.compile_conditions) {
    const Texts errors = options.compile_conditions(webhook->match_conditions);
    if (!errors.empty()) return Refuse("match conditions compilation errors: " + GoList(errors));
  }
  EPHOR_TRY(ValidateVariables(policy, policy.spec.background_enabled()));
  Texts errors;
  CheckSpec(policy, options.cluster, warnings, errors);
  if (!errors.empty()) return Refuse(Aggregate(errors));
  EPHOR_TRY(CheckOverrides(policy));
  EPHOR_TRY(CheckProcessing(policy.spec));

  std::string warning;
  const auto immutable = CheckImmutable(policy, options.old, warning);
  if (!warning.empty()) warnings.push_back(warning);
  if (!immutable || !warning.empty()) return immutable;
  EPHOR_TRY(CheckKinds(policy, options.cluster, warning));
  if (!warning.empty()) {
    warnings.push_back(std::move(warning));
    return {};
  }
  OnUpdate on_update;
  for (std::size_t i = 0; i < policy.effective_rules.size(); ++i) {
    rule = &policy.effective_rules[i];
    EPHOR_TRY(CheckRule(policy, i, options, on_update, warnings));
  }
  return {};
}

}  // namespace

ValidationReport ValidatePolicy(const Policy& policy, const ValidateOptions& options) {
  ValidationReport report;
  const Rule* rule = nullptr;
  if (auto checked = Check(policy, options, report.warnings, rule); !checked) {
    // A generated rule has no place of its own: the one it was made from is meant.
    const json::Value* at = rule != nullptr ? policy.spec.rules[rule->origin].source : nullptr;
    const SourcePosition position = policy.PositionOf(at);
    report.error =
        std::move(checked).error().At(position.line != 0 ? position : SourcePosition{policy.line, 0});
  }
  return report;
}

std::string DeprecationWarning(std::string_view kind) {
  struct Row {
    std::string_view kind, instead;
  };
  constexpr Row kRows[] = {
      {"ClusterPolicy", "ValidatingPolicy, MutatingPolicy, GeneratingPolicy or ImageValidatingPolicy"},
      {"Policy",
       "NamespacedValidatingPolicy, NamespacedMutatingPolicy, NamespacedGeneratingPolicy or "
       "NamespacedImageValidatingPolicy"},
      {"ClusterCleanupPolicy", "DeletingPolicy"},
      {"CleanupPolicy", "NamespacedDeletingPolicy"},
      {"PolicyException", "PolicyException"},
  };
  const auto* row = std::ranges::find(kRows, kind, &Row::kind);
  if (row == std::end(kRows)) return {};
  return std::string(kind)
      .append(" (kyverno.io) is deprecated and will be removed in a future release; migrate to ")
      .append(row->instead)
      .append(" (policies.kyverno.io), see https://kyverno.io/docs/guides/migration-to-cel/");
}

}  // namespace ephor::policy
