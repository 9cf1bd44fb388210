#include "server/review_observer.h"

namespace ephor::server {
namespace {

constexpr json::Key kDryRun("dryRun");

RuleResult ResultOf(engine::RuleStatus status) {
  switch (status) {
    case engine::RuleStatus::kPass:
      return RuleResult::kPass;
    case engine::RuleStatus::kFail:
      return RuleResult::kFail;
    case engine::RuleStatus::kWarning:
      return RuleResult::kWarn;
    case engine::RuleStatus::kError:
      return RuleResult::kError;
    case engine::RuleStatus::kSkip:
      return RuleResult::kSkip;
  }
  return RuleResult::kError;
}

}  // namespace

void ReviewObserver::OnResponse(const engine::Request& request, const engine::PolicyResponse& response) {
  const auto now = std::chrono::steady_clock::now();
  const auto taken =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now - last_).count());
  last_ = now;
  if (!numbered_) {
    const json::Value* const dry_run = request.variables.Find(kDryRun);
    numbers_ = shard_.NumbersOf({.kind = request.kind.kind,
                                 .namespace_ = request.subject().namespace_,
                                 .operation = request.operation,
                                 .dry_run = dry_run != nullptr && dry_run->is_bool() && dry_run->as_bool()});
    numbered_ = true;
  }
  if (response.rules.empty()) return shard_.CountCost(snapshot_.NumberOf(*response.policy), taken);
  if (response.rules[0].rule == nullptr) {  // written in CEL: it counts as a whole
    const std::uint32_t number = snapshot_.NumberOf(*response.policy);
    shard_.CountRule(number, ResultOf(response.rules[0].status), numbers_, taken);
    shard_.CountCost(number, taken);
    return;
  }
  const std::uint64_t share = taken / response.rules.size();
  for (const engine::RuleResponse& rule : response.rules) {
    const std::uint32_t number = snapshot_.NumberOf(*rule.rule);
    shard_.CountRule(number, ResultOf(rule.status), numbers_, share);
    shard_.CountCost(number, share);
  }
}

void ReviewObserver::OnUnknownPolicy(std::string_view) {
  shard_.CountUnknownPolicy();
}

}  // namespace ephor::server
