#include "engine/validate/cel_rule.h"

#include "cel/lib/environments.h"
#include "engine/context.h"
#include "pattern/text.h"

namespace ephor::engine {
namespace {

constexpr std::size_t kLongestMessage = 5 * 1024;

std::vector<NamedExpression> Named(std::span<const policy::CelVariable> variables) {
  std::vector<NamedExpression> named;
  for (const policy::CelVariable& variable : variables) named.push_back({variable.name, variable.expression});
  return named;
}

std::string FailedText(std::string_view expression, const Error& error) {
  if (error.code() == ErrorCode::kInvalidPolicy) return error.message();
  return "expression '" + std::string(expression) + "' resulted in error: " + error.message();
}

}  // namespace

MatchConditions::MatchConditions(std::span<const policy::MatchCondition> conditions)
    : scope_(cel::lib::AdmissionPolicyEnv(), {}) {
  conditions_.reserve(conditions.size());
  for (const policy::MatchCondition& condition : conditions)
    conditions_.emplace_back(condition.expression, scope_.env());
}

Result<bool> MatchConditions::Hold(const CelInput& input, const ports::World& world, Arena& arena) const {
  CelActivation activation(scope_, input, world, arena);
  std::string errors;
  for (const CelExpression& condition : conditions_) {
    const auto value = activation.Evaluate(condition);
    if (!value) {
      if (!errors.empty()) errors += ", ";
      errors += FailedText(condition.text(), value.error());
    } else if (!value->is_true()) {
      return false;
    }
  }
  if (!errors.empty()) return Fail(ErrorCode::kEvaluation, errors);
  return true;
}

CelRule::CelRule(const policy::Cel& source, std::span<const policy::MatchCondition> preconditions,
                 std::string_view rule_name, std::string_view message)
    : preconditions_(preconditions),
      scope_(cel::lib::AdmissionPolicyEnv(), Named(source.variables)),
      passed_("Validation rule '" + std::string(rule_name) + "' passed.") {
  if (source.param_kind != nullptr && source.param_ref != nullptr) {
    unavailable_ = "error in parameterized resource: validate.cel with paramKind is not available yet";
  }
  validations_.reserve(source.expressions.size());
  for (const policy::CelExpression& expression : source.expressions) {
    Validation& validation =
        validations_.emplace_back(Validation{CelExpression(expression.expression, scope_.env()), std::nullopt,
                                             expression.message.empty() ? message : expression.message});
    if (!expression.message_expression.empty()) {
      validation.message_expression.emplace(expression.message_expression, scope_.env());
    }
  }
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
  for (const Validation& validation : validations_) {
    const auto value = activation.Evaluate(validation.expression);
    if (!value)
      return {RuleStatus::kFail, arena.Copy(FailedText(validation.expression.text(), value.error()))};
    if (!value->is_true()) return {RuleStatus::kFail, FailureText(validation, activation, arena)};
  }
  return {RuleStatus::kPass, passed_};
}

// The value of the messageExpression where it is one short line, else the message, else the expression.
std::string_view CelRule::FailureText(const Validation& validation, CelActivation& activation,
                                      Arena& arena) const {
  if (validation.message_expression) {
    const auto value = activation.Evaluate(*validation.message_expression);
    if (value && value->is_string()) {
      const std::string_view text = pattern::TrimSpace(value->text());
      if (!text.empty() && text.size() <= kLongestMessage && text.find('\n') == std::string_view::npos)
        return text;
    }
  }
  if (const std::string_view message = pattern::TrimSpace(validation.message); !message.empty())
    return message;
  return Concat(arena, {"failed expression: ", pattern::TrimSpace(validation.expression.text())});
}

}  // namespace ephor::engine
