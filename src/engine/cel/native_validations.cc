#include "engine/cel/native_validations.h"

#include "engine/run.h"
#include "pattern/text.h"
#include "policy/field_error.h"

namespace ephor::engine {
namespace {

constexpr std::size_t kLongestMessage = 5 * 1024;

std::string FailedText(std::string_view expression, const Error& error) {
  if (error.code() == ErrorCode::kInvalidPolicy) return error.message();
  return "expression '" + std::string(expression) + "' resulted in error: " + error.message();
}

}  // namespace

NativeConditions::NativeConditions(std::span<const policy::MatchCondition> conditions, CelScope scope)
    : scope_(std::move(scope)) {
  conditions_.reserve(conditions.size());
  for (const policy::MatchCondition& condition : conditions)
    conditions_.emplace_back(condition.expression, scope_.env(), CelOutput::kBool, condition.name);
}

Result<bool> NativeConditions::Hold(const CelInput& input, const ports::World& world, Arena& arena) const {
  CelActivation activation(scope_, input, world, arena);
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
    const CelExpression& condition = conditions_[i];
    const auto value = activation.Evaluate(condition);
    if (!value) {
      errors.push_back(FailedText(condition.text(), value.error()));
    } else if (!value->is_true()) {
      for (++i; i < conditions_.size(); ++i) activation.TellNotReached(conditions_[i]);
      return false;
    }
  }
  if (!errors.empty()) return Fail(ErrorCode::kEvaluation, policy::Aggregate(errors));
  return true;
}

NativeValidations::NativeValidations(std::span<const policy::CelExpression> source,
                                     const std::shared_ptr<const cel::Env>& env, std::string_view message) {
  validations_.reserve(source.size());
  for (const policy::CelExpression& expression : source) {
    Validation& validation = validations_.emplace_back(
        Validation{CelExpression(expression.expression, env, CelOutput::kBool), std::nullopt,
                   expression.message.empty() ? message : expression.message, expression.reason});
    if (!expression.message_expression.empty())
      validation.message_expression.emplace(expression.message_expression, env, CelOutput::kString);
  }
}

NativeValidations::Verdict NativeValidations::VerdictOf(std::size_t index, CelActivation& activation) const {
  const Validation& validation = validations_[index];
  const auto value = activation.Evaluate(validation.expression);
  if (!value) {
    const std::string text = FailedText(validation.expression.text(), value.error());
    return {RuleStatus::kError, activation.arena().Copy(text), {}, index};
  }
  if (value->is_true()) return {RuleStatus::kPass, {}, {}, index};
  return {RuleStatus::kFail, FailureText(validation, activation), validation.reason, index};
}

NativeValidations::Verdict NativeValidations::Evaluate(CelActivation& activation) const {
  for (std::size_t i = 0; i < validations_.size(); ++i) {
    const Verdict verdict = VerdictOf(i, activation);
    if (verdict.status == RuleStatus::kPass) continue;
    for (++i; i < validations_.size(); ++i) activation.TellNotReached(validations_[i].expression);
    return verdict;
  }
  return {RuleStatus::kPass, {}, {}};
}

std::span<const NativeValidations::Verdict> NativeValidations::Failures(CelActivation& activation) const {
  ArenaVector<Verdict> failures(activation.arena());
  for (std::size_t i = 0; i < validations_.size(); ++i) {
    const Verdict verdict = VerdictOf(i, activation);
    if (verdict.status != RuleStatus::kPass) failures.push_back(verdict);
  }
  return failures.span();
}

// The value of the messageExpression where it is one short line, else the message, else the expression.
std::string_view NativeValidations::FailureText(const Validation& validation, CelActivation& activation) {
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
  return Concat(activation.arena(),
                {"failed expression: ", pattern::TrimSpace(validation.expression.text())});
}

NativeAnnotations::NativeAnnotations(std::span<const policy::CelAuditAnnotation> source,
                                     const std::shared_ptr<const cel::Env>& env) {
  entries_.reserve(source.size());
  for (const policy::CelAuditAnnotation& annotation : source) {
    entries_.push_back(
        {annotation.key, CelExpression(annotation.value_expression, env, CelOutput::kStringOrNull)});
  }
}

std::span<const NativeAnnotations::Annotation> NativeAnnotations::Evaluate(CelActivation& activation) const {
  Arena& arena = activation.arena();
  ArenaVector<Annotation> annotations(arena);
  for (const Entry& entry : entries_) {
    const auto value = activation.Evaluate(entry.expression);
    if (!value) {
      annotations.push_back({entry.key, {}, arena.Copy(FailedText(entry.expression.text(), value.error()))});
    } else if (value->is_string()) {
      const std::string_view text = pattern::TrimSpace(value->text());
      if (!text.empty()) annotations.push_back({entry.key, text, {}});
    }
  }
  return annotations.span();
}

}  // namespace ephor::engine
