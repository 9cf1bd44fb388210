#include "server/metrics.h"

namespace ephor::server {
namespace {

// The numbers of labels that are true or false; kOther is neither.
std::uint32_t Truth(bool value) {
  return value ? 2 : 1;
}

}  // namespace

// The first is kOther.
RuleCatalog::RuleCatalog() {
  Id({"other", "other", "other", "other", "other", "other", "other"});
}

std::uint32_t RuleCatalog::Id(const RuleLabels& labels) {
  const std::lock_guard lock(mutex_);
  if (const auto found = ids_.find(&labels); found != ids_.end()) return found->second;
  const auto id = static_cast<std::uint32_t>(rules_.size());
  ids_.emplace(&rules_.emplace_back(labels), id);
  return id;
}

RuleLabels RuleCatalog::Of(std::uint32_t id) const {
  const std::lock_guard lock(mutex_);
  return rules_[id];
}

void MetricsShard::CountHttp(std::string_view method, std::string_view path, std::string_view query,
                             std::uint64_t nanoseconds) {
  uri_.assign(path);
  if (!query.empty()) uri_.append("?").append(query);
  const std::uint32_t method_id = texts_.Id(method), uri_id = texts_.Id(uri_);
  AddTo(http_requests_.At({method_id, uri_id}).value, 1);
  http_durations_.At({method_id, uri_id}).Observe(nanoseconds);
}

ReviewNumbers MetricsShard::NumbersOf(const ReviewLabels& review) {
  return {texts_.Id(review.kind), texts_.Id(review.namespace_), texts_.Id(review.operation), review.dry_run};
}

void MetricsShard::CountReview(const ReviewNumbers& review, bool allowed, bool mutating,
                               std::uint64_t nanoseconds) {
  AddTo(
      reviews_.At({review.kind, review.namespace_, review.operation, Truth(allowed), Truth(mutating)}).value,
      1);
  review_durations_.At({review.kind, review.operation, Truth(allowed), Truth(mutating)}).Observe(nanoseconds);
}

void MetricsShard::CountRule(std::uint32_t rule, RuleResult result, const ReviewNumbers& review,
                             std::uint64_t nanoseconds) {
  const std::uint32_t number = static_cast<std::uint32_t>(result), dry_run = Truth(review.dry_run);
  AddTo(results_.At({rule, number, review.kind, review.namespace_, review.operation, dry_run}).value, 1);
  rule_durations_.At({rule, number, review.kind, dry_run}).Observe(nanoseconds);
}

void MetricsShard::CountCost(std::uint32_t rule, std::uint64_t nanoseconds) {
  CostCell& cell = costs_.At({rule});
  AddTo(cell.count, 1);
  AddTo(cell.sum_nanoseconds, nanoseconds);
}

Metrics::Metrics(unsigned workers) {
  for (unsigned i = 0; i < workers; ++i) shards_.push_back(std::make_unique<MetricsShard>());
}

void Metrics::SetRules(std::vector<std::uint32_t> rules) {
  const std::lock_guard lock(mutex_);
  in_force_ = std::move(rules);
}

void Metrics::CountPolicyChange(std::uint32_t policy, std::string_view change) {
  const std::lock_guard lock(mutex_);
  ++changes_[{policy, std::string(change)}];
}

void Metrics::AddSource(std::function<void(std::vector<Gauge>&)> source) {
  const std::lock_guard lock(mutex_);
  sources_.push_back(std::move(source));
}

}  // namespace ephor::server
