#include "engine/observe/observed_rule.h"

#include "engine/observe/matching.h"

namespace ephor::engine {

Verdict VerdictOf(RuleStatus status) {
  switch (status) {
    case RuleStatus::kPass:
      return Verdict::kPass;
    case RuleStatus::kFail:
      return Verdict::kFail;
    case RuleStatus::kWarning:
      return Verdict::kWarning;
    case RuleStatus::kError:
      return Verdict::kError;
    case RuleStatus::kSkip:
      return Verdict::kSkip;
  }
  return Verdict::kNone;
}

void ObservedPolicy::Begin(const CompiledPolicy& policy) const {
  observer_->Begin({.kind = StepKind::kPolicy, .source = policy.source().document, .name = policy.key()});
}

void ObservedPolicy::End() const {
  const Detail phase{"phase", json::Value::String(phase_)};
  const std::string_view message = concerned_ ? "" : "a Policy concerns only its own namespace";
  observer_->End({Verdict::kNone, message, std::span(&phase, 1)});
}

void ObservedRule::Begin(Context& context, const CompiledRule& rule, const Request& request) {
  observer_->Begin({.kind = StepKind::kRule, .source = rule.source->source, .name = rule.name});
  TellMatch(rule.match, request, context.arena(), *observer_);
  message_ = rule.match.Matches(request) ? "nothing to decide" : "does not concern this object";
}

}  // namespace ephor::engine
