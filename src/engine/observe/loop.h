// An element of a loop, told to an observer.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/context.h"
#include "engine/observe/observed_rule.h"

namespace ephor::engine {

// The element's step lasts as long as this.
class ObservedElement {
 public:
  ObservedElement(const Context& context, std::size_t index, const json::Value& element)
      : observer_(context.observer()) {
    if (observer_ != nullptr) [[unlikely]]
      Begin(index, element);
  }
  ~ObservedElement() {
    if (observer_ != nullptr) [[unlikely]]
      observer_->End({verdict_, message_, {}});
  }
  ObservedElement(const ObservedElement&) = delete;
  ObservedElement& operator=(const ObservedElement&) = delete;

  // Without it the element had nothing to say. The message is in the arena.
  void Decided(RuleStatus status, std::string_view message) {
    if (observer_ == nullptr) [[likely]]
      return;
    verdict_ = VerdictOf(status);
    message_ = message;
  }

 private:
  void Begin(std::size_t index, const json::Value& element) const;

  Observer* observer_;
  Verdict verdict_ = Verdict::kNone;
  std::string_view message_;
};

}  // namespace ephor::engine
