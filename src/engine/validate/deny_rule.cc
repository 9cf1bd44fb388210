#include "engine/validate/deny_rule.h"

namespace ephor::engine {

DenyRule::DenyRule(const policy::Deny& source, std::string_view rule_name, const Message& message)
    : message_(&message),
      passed_("validation rule '" + std::string(rule_name) + "' passed."),
      failed_("validation error: rule " + std::string(rule_name) + " failed") {
  if (source.conditions != nullptr) conditions_.emplace(*source.conditions);
}

Outcome DenyRule::Evaluate(Context& context) const {
  Conditions::Outcome outcome{.hold = true, .messages = {}};
  if (conditions_) {
    auto evaluated = conditions_->Evaluate(context);
    if (!evaluated)
      return ErrorOutcome(context.arena(), "failed to check deny conditions", evaluated.error());
    outcome = *evaluated;
  }
  if (!outcome.hold) return {RuleStatus::kPass, passed_};
  return {RuleStatus::kFail, FailureText(outcome.messages, context)};
}

// The rule's message and those of the conditions are one text, whose variables are replaced together.
std::string_view DenyRule::FailureText(std::string_view condition_messages, Context& context) const {
  if (message_->empty() && condition_messages.empty()) return failed_;
  Result<json::Value> text = json::Value();
  if (condition_messages.empty()) {
    text = message_->Substitute(context);
  } else {
    const std::string_view parts[] = {message_->raw(), condition_messages};
    text = SubstituteText(JoinNonEmpty(parts, "; ", context.arena()), "", context);
  }
  if (!text) return condition_messages;
  return text->string_or("the produced message didn't resolve to a string, check your policy definition.");
}

}  // namespace ephor::engine
