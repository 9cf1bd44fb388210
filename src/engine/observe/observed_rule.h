// A rule's evaluation, from its match to its response, told to an observer.
#pragma once

#include "engine/compiled_policy.h"
#include "engine/context.h"
#include "engine/observe/observer.h"

namespace ephor::engine {

Verdict VerdictOf(RuleStatus status);

// The policy's step lasts as long as this.
class ObservedPolicy {
 public:
  // `phase` is "validate", "mutate" or "generate".
  ObservedPolicy(const Context& context, const CompiledPolicy& policy, std::string_view phase)
      : observer_(context.observer()), phase_(phase) {
    if (observer_ != nullptr) [[unlikely]]
      Begin(policy);
  }
  ~ObservedPolicy() {
    if (observer_ != nullptr) [[unlikely]]
      End();
  }
  ObservedPolicy(const ObservedPolicy&) = delete;
  ObservedPolicy& operator=(const ObservedPolicy&) = delete;

  // The policy as a whole does not concern the request.
  void NotConcerned() { concerned_ = false; }

 private:
  void Begin(const CompiledPolicy& policy) const;
  void End() const;

  Observer* observer_;
  std::string_view phase_;
  bool concerned_ = true;
};

// Tells at once whether the rule matches; what follows is told within the rule's step, which lasts as long as
// this.
class ObservedRule {
 public:
  ObservedRule(Context& context, const CompiledRule& rule, const Request& request)
      : observer_(context.observer()) {
    if (observer_ != nullptr) [[unlikely]]
      Begin(context, rule, request);
  }
  ~ObservedRule() {
    if (observer_ != nullptr) [[unlikely]]
      observer_->End({verdict_, message_, {}});
  }
  ObservedRule(const ObservedRule&) = delete;
  ObservedRule& operator=(const ObservedRule&) = delete;

  // The rule has this to say; without it, it has nothing to say of the request.
  void Decided(const RuleResponse& response) {
    if (observer_ == nullptr) [[likely]]
      return;
    verdict_ = VerdictOf(response.status);
    message_ = response.message;
  }

 private:
  void Begin(Context& context, const CompiledRule& rule, const Request& request);

  Observer* observer_;
  Verdict verdict_ = Verdict::kNone;
  std::string_view message_;
};

}  // namespace ephor::engine
