#include "engine/cel/policy_conditions.h"

namespace ephor::engine {

Result<bool> HoldAll(std::span<const cel::Program> conditions, CelActivation& activation) {
  std::string errors;
  bool failed = false;
  for (const cel::Program& condition : conditions) {
    const auto value = activation.Evaluate(condition);
    if (!value) {
      if (failed) errors += "; ";
      errors += value.error().message();
      failed = true;
    } else if (!value->is_true()) {
      return false;
    }
  }
  if (failed) return Fail(ErrorCode::kEvaluation, std::move(errors));
  return true;
}

Result<bool> HoldAll(std::span<const cel::Program> conditions, bool fails_closed, CelActivation& activation) {
  auto hold = HoldAll(conditions, activation);
  if (!hold && !fails_closed) return false;
  return hold;
}

}  // namespace ephor::engine
