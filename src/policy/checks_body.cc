// Checks of the bodies of mutate, validate and generate rules.
#include <algorithm>

#include "kube/kinds.h"
#include "pattern/wildcard.h"
#include "policy/checks.h"
#include "policy/kind_names.h"
#include "policy/variable_text.h"

namespace ephor::policy {
namespace {

// The texts of these errors begin with the place within the body.

constexpr std::string_view kReportVerbs[] = {"get", "list", "watch"};

// Warns where the reports controller may not read what the rule matches; only of the first kind where asked
// so.
void WarnOfReports(const Rule& rule, const ValidateOptions& options, bool first_only, Texts& warnings) {
  if (options.cluster == nullptr || options.reports_account.empty()) return;
  Texts found;
  for (const std::string_view kind : KindsOf(rule.match)) {
    if (pattern::HasWildcard(kind)) return;
    std::string lacks =
        options.cluster->LacksPermission(options.reports_account, kReportVerbs, kind, "", "", "");
    if (lacks.empty()) continue;
    found.push_back(std::move(lacks));
    if (first_only) break;
  }
  warnings.insert(warnings.end(), found.begin(), found.end());
}

// ---- mutate ----

Result<void> CheckMutateForeach(std::string tag, std::span<const ForEachMutation> list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const ForEachMutation& foreach = list[i];
    tag += Indexed("foreach", i);
    const bool merges = foreach.patch_strategic_merge != nullptr;
    const bool patches = !foreach.patches_json6902.empty();
    if (!foreach.foreach.empty()) {
      if (foreach.context.data() != nullptr || foreach.preconditions != nullptr || patches || merges) {
        return Refuse(tag + ".: a nested foreach cannot contain other declarations");
      }
      return CheckMutateForeach(std::move(tag), foreach.foreach);
    }
    if (merges == patches) {
      return Refuse(tag + ".: only one of `patchStrategicMerge` or `patchesJson6902` is allowed");
    }
  }
  return {};
}

Result<void> CheckTargetPermissions(const Mutation& mutate, const ValidateOptions& options) {
  if (options.cluster == nullptr || options.background_account.empty()) return {};
  constexpr std::string_view kVerbs[] = {"get", "update"};
  std::string lacking;
  for (const MutateTarget& target : mutate.targets) {
    if (HasVariables(target.resource.kind)) continue;
    const kube::KindSelector kind = kube::KindSelector::Parse(target.resource.kind);
    const std::string lacks = options.cluster->LacksPermission(
        options.background_account, kVerbs, std::string(target.resource.api_version) + "/" + kind.kind(),
        target.resource.namespace_, target.resource.name, kind.subresource());
    if (!lacks.empty()) lacking.append(lacking.empty() ? "" : "; ").append(lacks);
  }
  if (lacking.empty()) return {};
  return Refuse("targets.: auth check fails, additional privileges are required for the service account '" +
                std::string(options.background_account) + "': " + lacking);
}

Result<void> CheckMutate(const Rule& rule, const ValidateOptions& options, Texts& warnings) {
  const Mutation& mutate = *rule.mutate;
  const bool merges = mutate.patch_strategic_merge != nullptr;
  const bool patches = !mutate.patches_json6902.empty();
  if (!mutate.foreach.empty()) {
    if (merges || patches) {
      return Refuse(
          "foreach.: only one of `foreach`, `patchStrategicMerge`, or `patchesJson6902` is allowed");
    }
    return CheckMutateForeach("", mutate.foreach);
  }
  if (merges && patches) {
    return Refuse("foreach.: only one of `patchStrategicMerge` or `patchesJson6902` is allowed");
  }
  if (rule.cel_preconditions.data() != nullptr) {
    return Refuse(".: celPrecondition can only be used with validate.cel");
  }
  EPHOR_TRY(CheckTargetPermissions(mutate, options));
  WarnOfReports(rule, options, false, warnings);
  return {};
}

// ---- validate ----

Result<void> CheckPatterns(const Validation& validate) {
  std::string path;
  if (validate.pattern != nullptr) {
    if (auto checked = CheckAnchors(*validate.pattern, true, path); !checked) {
      return Refuse("pattern." + path + ".: " + checked.error().message());
    }
  }
  if (validate.any_pattern == nullptr) return {};
  if (!validate.any_pattern->is_array()) {
    const json::Value& any = *validate.any_pattern;
    const char* kind = any.is_object()   ? "object"
                       : any.is_string() ? "string"
                       : any.is_bool()   ? "bool"
                                         : "number";
    return Refuse(
        std::string("anyPattern.: failed to deserialize anyPattern, expect array: json: cannot unmarshal ") +
        kind + " into Go value of type []interface {}");
  }
  for (std::size_t i = 0; i < validate.any_pattern->items().size(); ++i) {
    if (auto checked = CheckAnchors(validate.any_pattern->items()[i], true, path); !checked) {
      return Refuse(Indexed("anyPattern", i) + "." + path + ".: " + checked.error().message());
    }
  }
  return {};
}

Result<void> CheckValidateForeach(std::span<const ForEachValidation> list) {
  for (const ForEachValidation& foreach : list) {
    if (foreach.list.empty()) return Refuse(".: foreach.list is required");
    const int checks = (foreach.pattern != nullptr) + (foreach.any_pattern != nullptr) +
                       (foreach.deny != nullptr) + !foreach.foreach.empty();
    if (checks == 0) {
      return Refuse(".: one of pattern, anyPattern, deny, or a nested foreach must be specified");
    }
    if (checks > 1) {
      return Refuse(".: only one of pattern, anyPattern, deny, or a nested foreach can be specified");
    }
  }
  return {};
}

// The first thing that is wrong with the CEL part; empty where nothing is.
std::string_view CelTrouble(const Cel& cel) {
  if (std::ranges::any_of(cel.expressions, [](const CelExpression& e) { return e.expression.empty(); })) {
    return "cel.expressions.expression is required";
  }
  if (cel.param_kind != nullptr) {
    if (cel.param_kind->api_version.empty()) return "cel.paramKind.apiVersion is required";
    if (cel.param_kind->kind.empty()) return "cel.paramKind.kind is required";
    if (cel.param_ref == nullptr) return "cel.paramRef is required";
  }
  if (cel.param_ref != nullptr) {
    if (cel.param_ref->name.empty() == (cel.param_ref->selector == nullptr)) {
      return "one of cel.paramRef.name or cel.paramRef.selector must be set";
    }
    if (cel.param_ref->parameter_not_found_action.empty()) {
      return "cel.paramRef.parameterNotFoundAction is required";
    }
    if (cel.param_kind == nullptr) return "cel.paramKind is required";
  }
  for (const CelAuditAnnotation& annotation : cel.audit_annotations) {
    if (annotation.key.empty()) return "cel.auditAnnotation.key is required";
    if (annotation.value_expression.empty()) return "cel.auditAnnotation.valueExpression is required";
  }
  return {};
}

Result<void> CheckValidate(const Rule& rule, const ValidateOptions& options, Texts& warnings) {
  const Validation& validate = *rule.validate;
  const int checks = (validate.pattern != nullptr) + (validate.any_pattern != nullptr) +
                     (validate.deny != nullptr) + (validate.foreach.data() != nullptr) +
                     (validate.pod_security != nullptr) + (validate.cel != nullptr) +
                     rule.has_verify_manifests();
  if (checks == 0) return Refuse(".: one of pattern, anyPattern, deny, foreach, cel must be specified");
  if (checks > 1) return Refuse(".: only one of pattern, anyPattern, deny, foreach, cel can be specified");
  EPHOR_TRY(CheckPatterns(validate));
  EPHOR_TRY(CheckValidateForeach(validate.foreach));
  if (rule.cel_preconditions.data() != nullptr && validate.cel == nullptr) {
    return Refuse(".: celPrecondition can only be used with validate.cel");
  }
  if (validate.cel != nullptr) {
    if (const std::string_view trouble = CelTrouble(*validate.cel); !trouble.empty()) {
      return Refuse(std::string(".: ").append(trouble));
    }
  }
  WarnOfReports(rule, options, true, warnings);
  return {};
}

// ---- generate ----

bool HasWildcards(const LabelSelector& selector) {
  using pattern::HasWildcard;
  return std::ranges::any_of(
             selector.match_labels,
             [](const StringPair& l) { return HasWildcard(l.key) || HasWildcard(l.value); }) ||
         std::ranges::any_of(selector.match_expressions, [](const LabelSelectorRequirement& r) {
           return HasWildcard(r.key) || HasWildcard(r.op) || std::ranges::any_of(r.values, HasWildcard);
         });
}

// What the account lacks for the pattern's target. Of a list of kinds only the first is looked at, as in the
// reference.
std::string LacksForTarget(const GeneratePattern& pattern, std::span<const std::string_view> verbs,
                           std::string_view account, const ClusterFacts& cluster) {
  std::string kind = std::string(pattern.resource.api_version) + "/";
  std::string_view written = pattern.resource.kind;
  KindName name;
  if (!pattern.clone_list.kinds.empty()) {
    name = SplitKindName(pattern.clone_list.kinds[0]);
    kind = name.api_version.find('*') == std::string::npos ? name.api_version + "/" : "";
    written = name.kind;
  }
  const std::size_t slash = written.find('/');
  kind += written.substr(0, slash);
  const std::string_view subresource = slash == std::string_view::npos ? "" : written.substr(slash + 1);
  if (HasVariables(kind)) return {};
  return cluster.LacksPermission(account, verbs, kind, pattern.resource.namespace_, "", subresource);
}

Result<void> CheckGenerateFor(const Rule& rule, std::string_view account,
                              std::span<const std::string_view> verbs, const ValidateOptions& options,
                              Texts& warnings) {
  const Generation& generate = *rule.generate;
  const LabelSelector* selector = generate.generate.clone_list.selector;
  if (selector != nullptr && HasWildcards(*selector)) {
    return Refuse("selector.: wildcard characters `*/?` not supported");
  }
  if (options.cluster != nullptr && rule.cel_preconditions.data() != nullptr) {
    return Refuse(".: celPrecondition can only be used with validate.cel");
  }
  if (const json::Value* data = generate.generate.data) {
    std::string path;
    if (auto checked = CheckAnchors(*data, false, path); !checked) {
      return Refuse("data." + path +
                    ".: anchors not supported on generate resources: " + checked.error().message());
    }
  }
  if (options.cluster == nullptr || account.empty()) return {};
  if (generate.foreach.data() != nullptr) {
    for (const ForEachGeneration& foreach : generate.foreach) {
      const std::string lacks = LacksForTarget(foreach.generate, verbs, account, *options.cluster);
      if (!lacks.empty()) return Refuse("foreach.: " + lacks);
    }
  } else if (const std::string lacks = LacksForTarget(generate.generate, verbs, account, *options.cluster);
             !lacks.empty()) {
    return Refuse(".: " + lacks);
  }
  WarnOfReports(rule, options, false, warnings);
  return {};
}

Result<void> CheckGenerateBody(const Rule& rule, const ValidateOptions& options, Texts& warnings) {
  constexpr std::string_view kRead[] = {"list", "get"};
  constexpr std::string_view kCreate[] = {"get", "create"};
  constexpr std::string_view kSynchronize[] = {"get", "create", "update", "delete"};
  const bool synchronizes = rule.generate->synchronize;
  if (options.cluster != nullptr && synchronizes) {
    EPHOR_TRY(CheckGenerateFor(rule, options.admission_account, kRead, options, warnings));
  }
  const std::span<const std::string_view> verbs =
      synchronizes ? std::span<const std::string_view>(kSynchronize) : kCreate;
  return CheckGenerateFor(rule, options.background_account, verbs, options, warnings);
}

}  // namespace

Result<void> CheckBodies(const Rule& rule, std::size_t index, const ValidateOptions& options,
                         Texts& warnings) {
  const auto placed = [&](const char* body, const Result<void>& checked) {
    return Refuse("path: " + Indexed("spec.rules", index) + "." + body + "." + checked.error().message());
  };
  if (rule.has_mutate()) {
    if (const auto checked = CheckMutate(rule, options, warnings); !checked) return placed("mutate", checked);
  }
  if (rule.has_validate()) {
    if (const auto checked = CheckValidate(rule, options, warnings); !checked)
      return placed("validate", checked);
  }
  if (rule.has_generate()) {
    if (const auto checked = CheckGenerateBody(rule, options, warnings); !checked) {
      return placed("generate", checked);
    }
    const StringList kinds = rule.match.resources.kinds;
    if (std::ranges::find(kinds, rule.generate->generate.resource.kind) != kinds.end()) {
      return Refuse("generation kind and match resource kind should not be the same");
    }
  }
  return {};
}

}  // namespace ephor::policy
