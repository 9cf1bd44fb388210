// What the server counts, under the reference's names.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "server/series.h"

namespace ephor::server {

// What is known of a rule when its policy is loaded. An empty rule name stands for the policy as a whole. The
// views are of constants.
struct RuleLabels {
  std::string policy_namespace;  // "-" of a cluster-wide policy
  std::string policy_name;
  std::string_view policy_type;      // cluster, namespaced
  std::string_view validation_mode;  // enforce, audit; of policies written in CEL Deny, Audit
  std::string_view background_mode;  // true, false
  std::string rule_name;
  std::string_view rule_type;  // validate, mutate, generate, imageVerify, -
  std::string_view family;     // "" of kyverno.io; validating, mutating, ... of policies written in CEL

  auto operator<=>(const RuleLabels&) const = default;
};

// Numbers for rules. They stay as long as the process, so that counts survive a reload of a policy. Safe from
// any thread.
class RuleCatalog {
 public:
  RuleCatalog();
  std::uint32_t Id(const RuleLabels& labels);
  RuleLabels Of(std::uint32_t id) const;

 private:
  struct ByLabels {
    bool operator()(const RuleLabels* a, const RuleLabels* b) const { return *a < *b; }
  };

  mutable std::mutex mutex_;
  std::deque<RuleLabels> rules_;  // by their number; they never move
  std::map<const RuleLabels*, std::uint32_t, ByLabels> ids_;
};

enum class RuleResult : std::uint8_t { kOther, kPass, kFail, kWarn, kError, kSkip };

// One review, as far as labels go.
struct ReviewLabels {
  std::string_view kind;
  std::string_view namespace_;
  std::string_view operation;  // as the API server writes it: CREATE
  bool dry_run = false;
};

// The same as numbers of one shard, so that a review's labels are looked up once.
struct ReviewNumbers {
  std::uint32_t kind = kOther;
  std::uint32_t namespace_ = kOther;
  std::uint32_t operation = kOther;
  bool dry_run = false;
};

// The counts of one I/O thread. Only that thread may call the methods; they take no lock, and allocate only
// for labels that were not there before.
class MetricsShard {
 public:
  void CountHttp(std::string_view method, std::string_view path, std::string_view query,
                 std::uint64_t nanoseconds);
  ReviewNumbers NumbersOf(const ReviewLabels& review);
  void CountReview(const ReviewNumbers& review, bool allowed, bool mutating, std::uint64_t nanoseconds);
  void CountRule(std::uint32_t rule, RuleResult result, const ReviewNumbers& review,
                 std::uint64_t nanoseconds);
  // What evaluating a rule took, whatever came of it.
  void CountCost(std::uint32_t rule, std::uint64_t nanoseconds);
  void CountUnknownPolicy() { AddTo(unknown_policies_.value, 1); }

 private:
  friend class Metrics;

  LabelTexts texts_;
  std::string uri_;  // scratch
  CounterCell unknown_policies_;
  SeriesTable<2, CounterCell> http_requests_;       // method, URI
  SeriesTable<2, HistogramCell> http_durations_;    // method, URI
  SeriesTable<5, CounterCell> reviews_;             // kind, namespace, operation, allowed, mutating
  SeriesTable<4, HistogramCell> review_durations_;  // kind, operation, allowed, mutating
  SeriesTable<6, CounterCell> results_;             // rule, result, kind, namespace, operation, dry run
  SeriesTable<4, HistogramCell> rule_durations_;    // rule, result, kind, dry run
  SeriesTable<1, CostCell> costs_;                  // rule
};

struct Gauge {
  std::string name;
  std::string help;
  double value = 0;
  bool is_counter = false;
};

class Metrics {
 public:
  explicit Metrics(unsigned workers);

  RuleCatalog& rules() { return rules_; }
  MetricsShard& shard(unsigned worker) { return *shards_[worker]; }

  // The rules of the policies in force, numbers of the catalog.
  void SetRules(std::vector<std::uint32_t> rules);
  // A policy was "created", "updated" or "deleted"; the number is that of the policy as a whole.
  void CountPolicyChange(std::uint32_t policy, std::string_view change);
  // Asked at every exposition, on its thread.
  void AddSource(std::function<void(std::vector<Gauge>&)> source);

  // Appends everything in the text format of Prometheus.
  void Expose(std::string& out) const;

 private:
  RuleCatalog rules_;
  std::vector<std::unique_ptr<MetricsShard>> shards_;
  mutable std::mutex mutex_;  // for what follows
  std::vector<std::uint32_t> in_force_;
  std::map<std::pair<std::uint32_t, std::string>, std::uint64_t> changes_;
  std::vector<std::function<void(std::vector<Gauge>&)>> sources_;
};

}  // namespace ephor::server
