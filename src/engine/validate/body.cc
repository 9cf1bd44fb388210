#include "engine/validate/body.h"

#include "engine/validate/foreach_rule.h"

namespace ephor::engine {
namespace {

template <class Source>
std::optional<PatternRule> CompilePattern(const Source& source, const BodyContext& context) {
  if (source.pattern != nullptr)
    return PatternRule::Pattern(*source.pattern, context.rule_name, context.message);
  if (source.any_pattern != nullptr) {
    return PatternRule::AnyPattern(*source.any_pattern, context.rule_name, context.message);
  }
  return std::nullopt;
}

template <class Source>
std::optional<DenyRule> CompileDeny(const Source& source, const BodyContext& context) {
  if (source.deny == nullptr) return std::nullopt;
  return DenyRule(*source.deny, context.rule_name, context.message);
}

template <class Source>
std::unique_ptr<const ForEachRule> CompileForEach(const Source& source, const BodyContext& context) {
  if (source.foreach.data() == nullptr) return nullptr;
  return std::make_unique<ForEachRule>(source.foreach, context);
}

}  // namespace

Outcome PreconditionsNotMet(std::string_view messages, Arena& arena) {
  if (messages.empty()) return {RuleStatus::kSkip, "preconditions not met"};
  return {RuleStatus::kSkip, Concat(arena, {"preconditions not met; ", messages})};
}

Body::Body(const policy::Validation& source, const BodyContext& context)
    : deny_(CompileDeny(source, context)),
      pattern_(CompilePattern(source, context)),
      foreach_(CompileForEach(source, context)) {}

Body::Body(const policy::ForEachValidation& source, const BodyContext& context)
    : entries_(source.context, context.policy_namespace),
      deny_(CompileDeny(source, context)),
      pattern_(CompilePattern(source, context)),
      foreach_(CompileForEach(source, context)) {
  if (source.preconditions != nullptr) preconditions_.emplace(*source.preconditions);
}

Body::~Body() = default;

std::optional<Outcome> Body::Evaluate(const Run& run) const {
  entries_.AddTo(run.context);
  if (preconditions_) {
    auto met = preconditions_->Evaluate(run.context);
    if (!met) return ErrorOutcome(run.context.arena(), "failed to evaluate preconditions", met.error());
    if (!met->hold) return PreconditionsNotMet(met->messages, run.context.arena());
  }
  std::optional<PatternRule::Prepared> prepared;
  return Judge(run, prepared);
}

std::optional<Outcome> Body::Judge(const Run& run, std::optional<PatternRule::Prepared>& prepared) const {
  if (deny_) return deny_->Evaluate(run.context);
  if (pattern_) return JudgePattern(run, prepared);
  if (foreach_) return foreach_->Evaluate(run);
  return std::nullopt;
}

std::optional<Outcome> Body::JudgePattern(const Run& run,
                                          std::optional<PatternRule::Prepared>& prepared) const {
  if (!prepared) {
    auto made = pattern_->Prepare(run.context);
    if (!made) return Outcome{RuleStatus::kError, run.context.arena().Copy(made.error().message())};
    prepared = *made;
  }
  // A deleted object need not be right any more; an element of it is judged all the same, as in the
  // reference.
  if (!run.subject_is_element && run.request.is_delete()) return std::nullopt;
  return pattern_->Evaluate(*prepared, run.subject, run.context);
}

}  // namespace ephor::engine
