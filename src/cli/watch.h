// The evaluation of a policy written in CEL as a step for who watches.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "cli/session.h"
#include "engine/observe/observed_rule.h"
#include "engine/policy_identity.h"
#include "engine/response.h"

namespace ephor::cli {

// The policy's step lasts as long as this. It bears the policy's kind, and of one that was made for pod
// controllers for which.
class WatchedPolicy {
 public:
  template <class Compiled>
  WatchedPolicy(const Session& session, const Compiled& policy)
      : WatchedPolicy(session, policy, policy.source().made_for) {}
  ~WatchedPolicy() {
    if (observer_ != nullptr) [[unlikely]]
      End();
  }
  WatchedPolicy(const WatchedPolicy&) = delete;
  WatchedPolicy& operator=(const WatchedPolicy&) = delete;

  // Without it the policy has nothing to say of the object. The message must outlive this.
  void Decided(const engine::RuleResponse& response) {
    verdict_ = engine::VerdictOf(response.status);
    message_ = response.message;
  }

 private:
  WatchedPolicy(const Session& session, const engine::PolicyIdentity& policy, std::string_view made_for)
      : observer_(session.observer), kind_(policy.object().kind), made_for_(made_for) {
    if (observer_ != nullptr) [[unlikely]] {
      observer_->Begin(
          {.kind = engine::StepKind::kPolicy, .source = policy.object().document, .name = policy.key()});
    }
  }
  void End() const {
    const std::array details = {engine::Detail{"kind", json::Value::String(kind_)},
                                engine::Detail{"autogen", json::Value::String(made_for_)}};
    observer_->End({verdict_, message_, std::span(details).first(made_for_.empty() ? 1 : 2)});
  }

  engine::Observer* observer_;
  std::string_view kind_, made_for_;
  engine::Verdict verdict_ = engine::Verdict::kNone;
  std::string_view message_ = "does not concern this object";
};

// What `evaluate` gives: the policy's response.
template <class Compiled, class Evaluate>
engine::PolicyResponse Watch(const Session& session, const Compiled& policy, Evaluate evaluate) {
  WatchedPolicy watched(session, policy);
  const engine::PolicyResponse response = evaluate();
  if (!response.rules.empty()) watched.Decided(response.rules[0]);
  return response;
}

}  // namespace ephor::cli
