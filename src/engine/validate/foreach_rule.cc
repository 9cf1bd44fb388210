#include "engine/validate/foreach_rule.h"

#include "engine/element.h"
#include "engine/observe/loop.h"
#include "pattern/text.h"

namespace ephor::engine {
struct ForEachRule::Loop {
  Expression list;
  std::optional<bool> element_scope;
  std::unique_ptr<const Body> body;
  const json::Value* source;
};

ForEachRule::ForEachRule(std::span<const policy::ForEachValidation> entries, const BodyContext& context) {
  loops_.reserve(entries.size());
  for (const policy::ForEachValidation& entry : entries) {
    loops_.push_back(
        {Expression(entry.list), entry.element_scope, std::make_unique<Body>(entry, context), entry.source});
  }
}

ForEachRule::~ForEachRule() = default;
ForEachRule::ForEachRule(ForEachRule&&) noexcept = default;

std::optional<Outcome> ForEachRule::Evaluate(const Run& run) const {
  Arena& arena = run.context.arena();
  int counted = 0;
  std::optional<Error> list_error;
  for (const Loop& loop : loops_) {
    const Watched watched(run.context.observer(),
                          {.kind = StepKind::kForEach, .source = loop.source, .text = loop.list.text()});
    auto list = loop.list.Evaluate(run.context);
    if (!list) {
      // A list that is not there has no elements. The reference decides by the text of the error, and so must
      // we: the error of a broken context entry may hold another one's text.
      if (list.error().message().find("Unknown key") == std::string::npos)
        list_error = std::move(list).error();
      continue;
    }
    // Anything but a list is a list of itself.
    const auto elements =
        list->is_array() ? list->items() : std::span<const json::Value>(arena.New<json::Value>(*list), 1);
    if (auto outcome = EvaluateElements(loop, elements, run, counted)) return outcome;
  }
  if (counted > 0) return Outcome{RuleStatus::kPass, "rule passed"};
  if (list_error) return ErrorOutcome(arena, "failed to evaluate list", *list_error);
  return std::nullopt;
}

std::optional<Outcome> ForEachRule::EvaluateElements(const Loop& loop, std::span<const json::Value> elements,
                                                     const Run& run, int& counted) const {
  Arena& arena = run.context.arena();
  Context::Scope scope(run.context);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const json::Value& element = elements[i];
    if (element.is_null()) continue;
    scope.Reset();
    SetElement(element, i, run.nesting, run.context);
    ObservedElement observed(run.context, i, element);

    const bool scoped = loop.element_scope.value_or(element.is_object());
    if (scoped && !element.is_object()) {
      return Outcome{
          RuleStatus::kError,
          Concat(arena, {"failed to process foreach: cannot use elementScope=true foreach rules for elements "
                         "that are not maps, expected type=map got type=",
                         pattern::GoTypeName(element)})};
    }
    Run inner = run;
    ++inner.nesting;
    if (scoped) {
      // An element without members counts as none: the patterns then look at the object.
      inner.subject_is_element = element.size() > 0;
      inner.subject = inner.subject_is_element ? element : run.request.object.object;
    }
    const std::optional<Outcome> outcome = loop.body->Evaluate(inner);
    if (outcome) observed.Decided(outcome->status, outcome->message);
    if (!outcome || outcome->status == RuleStatus::kSkip) continue;
    if (outcome->status == RuleStatus::kPass) {
      ++counted;
      continue;
    }
    if (outcome->status == RuleStatus::kError &&
        outcome->message.find("failed to evaluate preconditions") != std::string_view::npos) {
      continue;
    }
    return Outcome{outcome->status, Concat(arena, {"validation failure: ", outcome->message})};
  }
  return std::nullopt;
}

}  // namespace ephor::engine
