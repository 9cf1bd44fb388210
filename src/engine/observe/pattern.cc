#include "engine/observe/pattern.h"

#include <string>
#include <vector>

namespace ephor::engine {
namespace {

Verdict VerdictOf(pattern::MatchResult::Kind kind) {
  switch (kind) {
    case pattern::MatchResult::Kind::kPass:
      return Verdict::kPass;
    case pattern::MatchResult::Kind::kFail:
      return Verdict::kFail;
    case pattern::MatchResult::Kind::kSkip:
      return Verdict::kSkip;
    case pattern::MatchResult::Kind::kError:
      return Verdict::kError;
  }
  return Verdict::kNone;
}

// Follows the walk through the pattern as it is written, by keys and places, since the pattern that is walked
// may be a copy with its variables replaced.
class Nodes final : public pattern::OverlayObserver {
 public:
  Nodes(const json::Value* source, const json::Value& subject, Observer& observer) : observer_(observer) {
    open_.push_back({source, &subject});
  }

  void Begin(const pattern::OverlayStep& step) override {
    const json::Value* const source = Inner(open_.back().source, step);
    open_.back().is_leaf = false;
    open_.push_back({source, step.value});
    const std::string index = std::to_string(step.index);
    observer_.Begin({.kind = StepKind::kPatternNode,
                     .source = source,
                     .name = step.is_element() ? std::string_view(index) : step.written,
                     .subject = step.value});
  }

  void End(pattern::MatchResult::Kind verdict) override {
    const Open node = open_.back();
    open_.pop_back();
    // Of others, what is below says it all.
    Detail details[2];
    std::size_t count = 0;
    if (node.is_leaf && node.source != nullptr) details[count++] = {"wanted", *node.source};
    if (node.is_leaf && node.subject != nullptr) details[count++] = {"found", *node.subject};
    observer_.End(
        {VerdictOf(verdict), node.subject == nullptr ? "not there" : "", std::span(details, count)});
  }

 private:
  struct Open {
    const json::Value* source;
    const json::Value* subject;
    bool is_leaf = true;
  };

  static const json::Value* Inner(const json::Value* source, const pattern::OverlayStep& step) {
    if (source == nullptr) return nullptr;
    if (!step.is_element()) return source->Find(json::Key(step.written));
    if (!source->is_array() || step.pattern_index >= source->size()) return nullptr;
    return &source->items()[step.pattern_index];
  }

  Observer& observer_;
  std::vector<Open> open_;
};

}  // namespace

pattern::MatchResult MatchObserved(const pattern::Overlay& overlay, const json::Value* source,
                                   const json::Value& subject, Arena& arena, Observer& observer) {
  observer.Begin({.kind = StepKind::kPattern, .source = source, .subject = &subject});
  Nodes nodes(source, subject, observer);
  const pattern::MatchResult result = overlay.Match(subject, arena, nodes);
  observer.End({VerdictOf(result.kind), result.message, {}});
  return result;
}

}  // namespace ephor::engine
