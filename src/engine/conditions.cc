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

void Conditions::TellNotReached(std::span<const Condition> conditions, std::size_t from, Context& context) {
  if (context.observer() == nullptr) [[likely]]
    return;
  for (const Condition& condition : conditions.subspan(from)) {
    context.observer()->Tell({.kind = StepKind::kCondition, .source = condition.source->source},
                             {Verdict::kNotReached, {}, {}});
  }
}

Result<Conditions::Outcome> Conditions::Evaluate(Context& context) const {
  Watched watched(context.observer(), {.kind = StepKind::kConditions, .source = source_});
  watched.Conclude(Verdict::kError);
  ArenaVector<std::string_view> true_messages(context.arena()), false_messages(context.arena());
  const auto note = [&](const Condition& condition, bool holds) {
    if (!condition.message.empty()) (holds ? true_messages : false_messages).push_back(condition.message);
  };
  bool any_holds = !has_any_;
  for (std::size_t i = 0; i < any_.size() && !any_holds; ++i) {
    EPHOR_ASSIGN(any_holds, any_[i].Evaluate(context));
    note(any_[i], any_holds);
    if (any_holds) TellNotReached(any_, i + 1, context);
  }
  bool all_hold = true;
  for (std::size_t i = 0; i < all_.size() && all_hold; ++i) {
    EPHOR_ASSIGN(all_hold, all_[i].Evaluate(context));
    note(all_[i], all_hold);
    if (!all_hold) TellNotReached(all_, i + 1, context);
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
  for (std::size_t i = 0; i < all_.size() && hold; ++i) {
    EPHOR_ASSIGN(hold, all_[i].Evaluate(context));
    if (!hold) TellNotReached(all_, i + 1, context);
  }
  if (!hold) {
    TellNotReached(any_, 0, context);
  } else if (!any_.empty()) {
    hold = false;
    for (std::size_t i = 0; i < any_.size() && !hold; ++i) {
      EPHOR_ASSIGN(hold, any_[i].Evaluate(context));
      if (hold) TellNotReached(any_, i + 1, context);
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
