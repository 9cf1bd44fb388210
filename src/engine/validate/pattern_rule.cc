#include "engine/validate/pattern_rule.h"

#include <charconv>

#include "engine/observe/pattern.h"

namespace ephor::engine {
namespace {

// "validation error: MESSAGE." and what stands behind it in every text of a failure.
std::string BeginningOf(std::string_view message, std::string_view rule_name, bool any) {
  std::string text = "validation error: ";
  text += message;
  if (!message.empty()) text += message.ends_with('.') ? " " : ". ";
  if (any) return text;
  text += "rule ";
  text += rule_name;
  text += " failed at path ";
  return text;
}

std::string_view Decimal(std::size_t number, Arena& arena) {
  char text[20];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return arena.Copy({text, static_cast<std::size_t>(end - text)});
}

}  // namespace

PatternRule PatternRule::Pattern(const json::Value& pattern, std::string_view rule_name,
                                 const Message& message) {
  return PatternRule(pattern, rule_name, message, false);
}

PatternRule PatternRule::AnyPattern(const json::Value& patterns, std::string_view rule_name,
                                    const Message& message) {
  return PatternRule(patterns, rule_name, message, true);
}

PatternRule::PatternRule(const json::Value& pattern, std::string_view rule_name, const Message& message,
                         bool any)
    : source_(&pattern), template_(pattern), rule_name_(rule_name), message_(&message), any_(any) {
  passed_ = "validation rule '" + std::string(rule_name) + "' passed.";
  if (message.is_constant()) failed_ = Beginning(BeginningOf(message.raw(), rule_name, any));
  if (!template_.is_constant()) return;
  arena_ = std::make_shared<Arena>(512);  // most patterns are small, and there may be thousands
  auto compiled = CompileIn(template_.document(), *arena_);
  if (compiled) {
    prepared_ = *compiled;
  } else {
    error_ = std::move(compiled).error();
  }
}

Result<PatternRule::Prepared> PatternRule::CompileIn(const json::Value& pattern, Arena& arena) const {
  if (any_ && !pattern.is_array()) {
    return Fail(ErrorCode::kEvaluation,
                "failed to deserialize anyPattern, expected type array: json: cannot unmarshal " +
                    std::string(pattern.is_object()   ? "object"
                                : pattern.is_string() ? "string"
                                : pattern.is_bool()   ? "bool"
                                                      : "number") +
                    " into Go value of type []interface {}");
  }
  const auto patterns = any_ ? pattern.items() : std::span(&pattern, 1);
  ArenaVector<pattern::Overlay> overlays(arena, patterns.size());
  for (const json::Value& each : patterns) {
    EPHOR_ASSIGN(const pattern::Overlay overlay, pattern::Overlay::Compile(each, arena));
    overlays.push_back(overlay);
  }
  return Prepared{overlays.span()};
}

Result<PatternRule::Prepared> PatternRule::Prepare(Context& context) const {
  if (prepared_) [[likely]]
    return *prepared_;
  if (error_) return std::unexpected(*error_);
  auto pattern = template_.Substitute(context);
  if (!pattern) return std::unexpected(std::move(pattern).error().Within("variable substitution failed"));
  // The overlays view the pattern itself, so it must live as long as they do.
  return CompileIn(*context.arena().New<json::Value>(*pattern), context.arena());
}

Outcome PatternRule::Evaluate(const Prepared& prepared, const json::Value& subject, Context& context) const {
  return any_ ? EvaluateAny(prepared.overlays, subject, context)
              : EvaluatePattern(prepared.overlays[0], subject, context);
}

// Inlined, so that nobody pays a call for who may watch.
[[gnu::always_inline]] inline pattern::MatchResult PatternRule::Match(const pattern::Overlay& overlay,
                                                                      const json::Value* source,
                                                                      const json::Value& subject,
                                                                      bool wants_text,
                                                                      Context& context) const {
  if (context.observer() != nullptr) [[unlikely]]
    return MatchObserved(overlay, source, subject, context.arena(), *context.observer());
  return wants_text ? overlay.Match(subject, context.arena()) : overlay.Find(subject, context.arena());
}

Outcome PatternRule::EvaluatePattern(const pattern::Overlay& overlay, const json::Value& subject,
                                     Context& context) const {
  using Kind = pattern::MatchResult::Kind;
  // The text of a failure is only shown where the rule's own message cannot be put together.
  const pattern::MatchResult match = Match(overlay, source_, subject, !message_->is_constant(), context);
  switch (match.kind) {
    case Kind::kPass:
      return {RuleStatus::kPass, passed_};
    case Kind::kSkip:
      return {RuleStatus::kSkip, match.message};
    case Kind::kFail:
      return Failure(match.path, match.message, context);
    case Kind::kError:
      return {RuleStatus::kError, FailureText("", match.message, context)};
  }
  return {};
}

Outcome PatternRule::Failure(std::string_view path, std::string_view error, Context& context) const {
  if (path.empty()) return {RuleStatus::kError, FailureText(path, error, context)};
  if (failed_.text().empty()) {
    return {.status = RuleStatus::kFail, .message = FailureText(path, error, context), .path = path};
  }
  return {.status = RuleStatus::kFail,
          .message = Concat(context.arena(), {failed_.text(), path}),
          .beginning = &failed_,
          .path = path};
}

// "validation error: MESSAGE. rule NAME failed at path PATH", or without a path "... execution error: ERROR".
std::string_view PatternRule::FailureText(std::string_view path, std::string_view error,
                                          Context& context) const {
  Arena& arena = context.arena();
  const std::string_view how = path.empty() ? " execution error: " : " failed at path ";
  const std::string_view what = path.empty() ? error : path;
  if (message_->empty()) return Concat(arena, {"validation error: rule ", rule_name_, how, what});
  auto message = message_->Render(context);
  if (!message) {
    return Concat(arena, {"validation error: variables substitution error in rule ", rule_name_,
                          " execution error: ", error});
  }
  return Concat(arena, {"validation error: ", *message, message->ends_with('.') ? "" : ".", " rule ",
                        rule_name_, how, what});
}

Outcome PatternRule::EvaluateAny(std::span<const pattern::Overlay> overlays, const json::Value& subject,
                                 Context& context) const {
  using Kind = pattern::MatchResult::Kind;
  Arena& arena = context.arena();
  // What each pattern says, joined with spaces: failures and skips apart, since one failure makes skips
  // irrelevant.
  ArenaVector<std::string_view> failures(arena), skips(arena);
  std::string_view first_path;
  for (std::size_t i = 0; i < overlays.size(); ++i) {
    const json::Value* source = i < source_->size() && source_->is_array() ? &source_->items()[i] : nullptr;
    const pattern::MatchResult match = Match(overlays[i], source, subject, false, context);
    const std::string_view index = Decimal(i, arena);
    if (match.kind == Kind::kPass) {
      return {RuleStatus::kPass,
              Concat(arena, {"validation rule '", rule_name_, "' anyPattern[", index, "] passed."})};
    }
    if (match.kind == Kind::kSkip) {
      skips.push_back(Concat(arena, {"rule ", rule_name_, "[", index, "] skipped: ", match.message}));
    } else if (match.path.empty()) {
      failures.push_back(Concat(arena, {"rule ", rule_name_, "[", index, "] failed: ", match.message}));
    } else {
      if (first_path.empty()) first_path = match.path;
      failures.push_back(Concat(arena, {"rule ", rule_name_, "[", index, "] failed at path ", match.path}));
    }
  }
  const auto join = [&](ArenaVector<std::string_view>& texts) {
    std::string_view joined;
    for (std::string_view text : texts) joined = joined.empty() ? text : Concat(arena, {joined, " ", text});
    return joined;
  };
  if (!failures.empty()) {
    Outcome outcome{.status = RuleStatus::kFail, .path = first_path};
    if (failed_.text().empty()) {
      outcome.message = AnyFailureText(join(failures), context);
    } else {
      outcome.message = Concat(arena, {failed_.text(), join(failures)});
      outcome.beginning = &failed_;
    }
    return outcome;
  }
  if (!skips.empty()) return {RuleStatus::kSkip, join(skips)};
  return {RuleStatus::kPass, message_->raw()};  // no patterns at all
}

std::string_view PatternRule::AnyFailureText(std::string_view failures, Context& context) const {
  Arena& arena = context.arena();
  if (message_->empty()) return Concat(arena, {"validation error: ", failures});
  auto message = message_->Render(context);
  if (!message) {
    return Concat(arena, {"validation error: variables substitution error in rule ", rule_name_,
                          " execution error: ", failures});
  }
  return Concat(arena, {"validation error: ", *message, message->ends_with('.') ? " " : ". ", failures});
}

}  // namespace ephor::engine
