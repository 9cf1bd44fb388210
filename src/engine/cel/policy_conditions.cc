#include "engine/cel/policy_conditions.h"

namespace ephor::engine {

Result<bool> HoldAll(std::span<const CelExpression> conditions, CelActivation& activation) {
  std::string errors;
  bool failed = false;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const auto value = activation.Evaluate(conditions[i]);
    if (!value) {
      if (failed) errors += "; ";
      errors += value.error().message();
      failed = true;
    } else if (!value->is_true()) {
      for (const CelExpression& rest : conditions.subspan(i + 1)) activation.TellNotReached(rest);
      return false;
    }
  }
  if (failed) return Fail(ErrorCode::kEvaluation, std::move(errors));
  return true;
}

Result<bool> HoldAll(std::span<const CelExpression> conditions, bool fails_closed,
                     CelActivation& activation) {
  auto hold = HoldAll(conditions, activation);
  if (!hold && !fails_closed) return false;
  return hold;
}

}  // namespace ephor::engine
