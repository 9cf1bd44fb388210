#include "engine/validate/cel_rule.h"

#include "cel/lib/environments.h"
#include "engine/context.h"

namespace ephor::engine {

CelRule::CelRule(const policy::Cel& source, std::span<const policy::MatchCondition> preconditions,
                 std::string_view rule_name, std::string_view message)
    : preconditions_(preconditions, CelScope(cel::lib::NativePolicyEnv(false), CelFamily::kKubernetes)),
      scope_(cel::lib::NativePolicyEnv(source.param_kind != nullptr), CelFamily::kKubernetes),
      passed_("Validation rule '" + std::string(rule_name) + "' passed.") {
  if (source.param_kind != nullptr && source.param_ref != nullptr) {
    unavailable_ = "error in parameterized resource: validate.cel with paramKind is not available yet";
  }
  scope_.Declare(source.variables);
  validations_ = NativeValidations(source.expressions, scope_.env(), message);
}

Outcome CelRule::Evaluate(const Run& run) const {
  if (!unavailable_.empty()) return {RuleStatus::kError, unavailable_};
  Arena& arena = run.context.arena();
  const CelInput input = MakeCelInput(run.request, run.context.world(), arena);
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
