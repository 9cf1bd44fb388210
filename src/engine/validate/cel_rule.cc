#include "engine/validate/cel_rule.h"

#include "cel/lib/environments.h"
#include "engine/context.h"

namespace ephor::engine {

CelRule::CelRule(const policy::Cel& source, std::span<const policy::MatchCondition> preconditions,
                 std::string_view rule_name, std::string_view message)
    : preconditions_(preconditions, CelScope(cel::lib::NativePolicyEnv(source.param_kind != nullptr),
                                             CelFamily::kKubernetes)),
      scope_(cel::lib::NativePolicyEnv(source.param_kind != nullptr), CelFamily::kKubernetes),
      passed_("Validation rule '" + std::string(rule_name) + "' passed.") {
  if (source.param_kind != nullptr && source.param_ref != nullptr) {
    params_.emplace(*source.param_kind, *source.param_ref,
                    "can't use namespaced paramRef to match cluster-scoped resources");
  }
  scope_.Declare(source.variables);
  validations_ = NativeValidations(source.expressions, scope_.env(), message);
}

Outcome CelRule::Evaluate(const Run& run) const {
  if (!params_) return Evaluate(json::Value(), run);
  Arena& arena = run.context.arena();
  const bool is_namespace = run.request.kind.kind == "Namespace";
  const auto found =
      params_->Find(is_namespace ? "" : run.request.subject().namespace_, run.context.world(), arena);
  if (!found || (found->empty() && params_->denies_without())) {
    const std::string why = found ? "no params found" : found.error().message();
    return {RuleStatus::kError, arena.Copy("error in parameterized resource: " + why)};
  }
  for (const json::Value& params : *found) {
    const Outcome outcome = Evaluate(params, run);
    if (outcome.status != RuleStatus::kPass) return outcome;
  }
  return {RuleStatus::kPass, passed_};
}

Outcome CelRule::Evaluate(const json::Value& params, const Run& run) const {
  Arena& arena = run.context.arena();
  CelInput input = MakeCelInput(run.request, run.context.world(), arena);
  input.params = params;
  input.observer = run.context.observer();
  if (!preconditions_.empty()) {
    const auto hold = preconditions_.Hold(input, run.context.world(), arena);
    if (!hold) return {RuleStatus::kFail, arena.Copy(hold.error().message())};
    if (!*hold) return {RuleStatus::kSkip, "cel preconditions not met"};
  }
  CelActivation activation(scope_, input, run.context.world(), arena);
  const NativeValidations::Verdict verdict = validations_.Evaluate(activation);
  if (verdict.status == RuleStatus::kPass) return {RuleStatus::kPass, passed_};
  return {RuleStatus::kFail, verdict.message};
}

}  // namespace ephor::engine
