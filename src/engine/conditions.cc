#include "engine/conditions.h"

#include "engine/context.h"
#include "engine/observe/observer.h"

namespace ephor::engine {
namespace {

json::Value ValueOrNull(const json::Value* value) {
  return value == nullptr ? json::Value() : *value;
}

}  // namespace

Conditions::Condition::Condition(const policy::Condition& source, Arena& arena)
    : key(ValueOrNull(source.key)),
      value(ValueOrNull(source.value)),
      prepared_value(ConditionOperand::Prepare(value.document(), arena)),
      op(ParseOperator(source.op)),
      message(source.message),
      source(&source) {}

// Inlined into both callers, so that nobody pays a call for who may watch.
[[gnu::always_inline]] inline Result<bool> Conditions::Condition::Decide(Context& context,
                                                                         Operands* seen) const {
  auto left = key.Substitute(context);
  if (!left) [[unlikely]] {
    return std::unexpected(std::move(left).error().Within("failed to substitute variables in condition key"));
  }
  auto right = value.Substitute(context);
  if (!right) [[unlikely]] {
    return std::unexpected(
        std::move(right).error().Within("failed to substitute variables in condition value"));
  }
  if (seen != nullptr) *seen = {*left, *right};
  if (!op) {
    // The reference's text has a formatting artefact at its end, which policies' reports show.
    return Fail(ErrorCode::kEvaluation, "failed to create handler for condition operator: %!w(<nil>)");
  }
  return EvaluateOperator(*op, ConditionOperand(*left),
                          value.is_constant() ? prepared_value : ConditionOperand(*right), context.arena());
}

Result<bool> Conditions::Condition::Evaluate(Context& context) const {
  if (context.observer() != nullptr) [[unlikely]]
    return EvaluateObserved(context);
  return Decide(context, nullptr);
}

Result<bool> Conditions::Condition::EvaluateObserved(Context& context) const {
  Observer& observer = *context.observer();
  observer.Begin({.kind = StepKind::kCondition, .source = source->source});
  Operands operands;
  auto holds = Decide(context, &operands);
  if (holds) {
    const Detail details[] = {
        {"key", operands.key}, {"operator", json::Value::String(source->op)}, {"value", operands.value}};
    observer.End({*holds ? Verdict::kTrue : Verdict::kFalse, message, details});
  } else {
    observer.End({Verdict::kError, holds.error().message(), {}});
  }
  return holds;
}

std::vector<Conditions::Condition> Conditions::Compile(std::span<const policy::Condition> conditions,
                                                       Arena& arena) {
  std::vector<Condition> compiled;
  compiled.reserve(conditions.size());
  for (const policy::Condition& condition : conditions) compiled.emplace_back(condition, arena);
  return compiled;
}

Conditions::Conditions(const policy::Conditions& source)
    : any_(Compile(source.any, *arena_)),
      all_(Compile(source.all, *arena_)),
      source_(source.source),
      has_any_(source.any.data() != nullptr),
      legacy_(source.legacy) {}

Result<Conditions::Outcome> Conditions::Evaluate(Context& context) const {
  Watched watched(context.observer(), {.kind = StepKind::kConditions, .source = source_});
  watched.Conclude(Verdict::kError);
  ArenaVector<std::string_view> true_messages(context.arena()), false_messages(context.arena());
  const auto note = [&](const Condition& condition, bool holds) {
    if (!condition.message.empty()) (holds ? true_messages : false_messages).push_back(condition.message);
  };
  bool any_holds = !has_any_;
  for (const Condition& condition : any_) {
    EPHOR_ASSIGN(any_holds, condition.Evaluate(context));
    note(condition, any_holds);
    if (any_holds) break;
  }
  bool all_hold = true;
  for (const Condition& condition : all_) {
    EPHOR_ASSIGN(all_hold, condition.Evaluate(context));
    note(condition, all_hold);
    if (!all_hold) break;
  }
  const bool hold = any_holds && all_hold;
  watched.Conclude(hold ? Verdict::kTrue : Verdict::kFalse);
  const auto& messages = hold ? true_messages : false_messages;
  return Outcome{hold, JoinNonEmpty(messages.span(), legacy_ ? ";" : "; ", context.arena())};
}

Result<bool> Conditions::EvaluateAllThenAny(Context& context) const {
  Watched watched(context.observer(), {.kind = StepKind::kConditions, .source = source_});
  watched.Conclude(Verdict::kError);
  bool hold = true;
  for (const Condition& condition : all_) {
    EPHOR_ASSIGN(hold, condition.Evaluate(context));
    if (!hold) break;
  }
  if (hold && !any_.empty()) {
    hold = false;
    for (const Condition& condition : any_) {
      EPHOR_ASSIGN(hold, condition.Evaluate(context));
      if (hold) break;
    }
  }
  watched.Conclude(hold ? Verdict::kTrue : Verdict::kFalse);
  return hold;
}

std::string_view JoinNonEmpty(std::span<const std::string_view> parts, std::string_view separator,
                              Arena& arena) {
  std::size_t size = 0, count = 0;
  std::string_view last;
  for (std::string_view part : parts) {
    if (part.empty()) continue;
    size += part.size();
    ++count;
    last = part;
  }
  if (count <= 1) return last;
  char* out = static_cast<char*>(arena.Allocate(size + (count - 1) * separator.size(), 1));
  char* at = out;
  for (std::string_view part : parts) {
    if (part.empty()) continue;
    if (at != out) at = std::copy(separator.begin(), separator.end(), at);
    at = std::copy(part.begin(), part.end(), at);
  }
  return {out, static_cast<std::size_t>(at - out)};
}

}  // namespace ephor::engine
