#include "engine/expression.h"

#include "engine/context.h"
#include "engine/observe/observer.h"
#include "pattern/text.h"

namespace ephor::engine {
Expression::Expression(std::string_view text) : text_(pattern::TrimSpace(text)) {
  if (text_.empty()) {
    error_.emplace(ErrorCode::kEvaluation, "invalid query (nil)");
    return;
  }
  auto query = jmespath::Query::Compile(text_);
  if (query) {
    query_ = *std::move(query);
  } else {
    error_ = std::move(query).error();
  }
}

// Inlined into both callers, so that nobody pays a call for who may watch.
[[gnu::always_inline]] inline Result<json::Value> Expression::Query(Context& context) const {
  // Entries come first: an entry that cannot be loaded is reported even where the query itself is broken.
  EPHOR_TRY(context.LoadMentioned(text_));
  if (!query_) {
    if (text_.empty()) return std::unexpected(*error_);
    return Fail(ErrorCode::kEvaluation, "incorrect query " + text_ + ": " + error_->message());
  }
  auto result = query_->Evaluate(context.root(), context.env());
  if (!result) [[unlikely]]
    return std::unexpected(std::move(result).error().Within("JMESPath query failed"));
  return result;
}

Result<json::Value> Expression::Evaluate(Context& context) const {
  if (context.observer() != nullptr) [[unlikely]]
    return EvaluateObserved(context);
  return Query(context);
}

Result<json::Value> Expression::EvaluateObserved(Context& context) const {
  Observer& observer = *context.observer();
  observer.Begin({.kind = StepKind::kQuery, .text = text_});
  auto value = Query(context);
  if (value) {
    const Detail detail{"value", *value};
    observer.End({Verdict::kNone, {}, std::span(&detail, 1)});
  } else {
    observer.End({Verdict::kError, value.error().message(), {}});
  }
  return value;
}

Result<json::Value> Expression::Apply(const json::Value& input, Context& context) const {
  if (!query_) {
    return Fail(ErrorCode::kEvaluation,
                "failed to compile JMESPath: " + text_ + ", error: " + error_->message());
  }
  return query_->Evaluate(input, context.env());
}

Result<json::Value> Expression::ApplyOnce(const json::Value& input, Context& context) const {
  EPHOR_ASSIGN(const json::Value value, Apply(input, context));
  return json::DeepCopy(value, context.arena());
}

}  // namespace ephor::engine
