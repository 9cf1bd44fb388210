// The shards added up, as Prometheus reads them.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <sstream>

#include "server/metrics.h"

namespace ephor::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

using Labels = std::vector<std::pair<const char*, std::string>>;

// Series of one family while shards are added up.
template <class Sum>
using Sums = std::map<Labels, Sum>;

struct HistogramSum {
  std::array<std::uint64_t, HistogramCell::kBounds.size() + 1> buckets{};
  std::uint64_t sum_nanoseconds = 0;
};

std::uint64_t Load(const std::atomic<std::uint64_t>& counter) {
  return counter.load(std::memory_order_relaxed);
}

void Add(const CounterCell& cell, std::uint64_t& sum) {
  sum += Load(cell.value);
}

void Add(const HistogramCell& cell, HistogramSum& sum) {
  for (std::size_t i = 0; i < cell.buckets.size(); ++i) sum.buckets[i] += Load(cell.buckets[i]);
  sum.sum_nanoseconds += Load(cell.sum_nanoseconds);
}

ClientMetric WithLabels(const Labels& labels) {
  ClientMetric metric;
  // The reference's exporter marks its series with the name of their meter.
  metric.label.push_back({"otel_scope_name", "kyverno"});
  for (const auto& [name, value] : labels) metric.label.push_back({name, value});
  return metric;
}

void Fill(ClientMetric& metric, std::uint64_t sum) {
  metric.counter.value = static_cast<double>(sum);
}

void Fill(ClientMetric& metric, double sum) {
  metric.counter.value = sum;
}

void Fill(ClientMetric& metric, const HistogramSum& sum) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < sum.buckets.size(); ++i) {
    count += sum.buckets[i];
    const bool last = i == HistogramCell::kBounds.size();
    metric.histogram.bucket.push_back(
        {count, last ? std::numeric_limits<double>::infinity() : HistogramCell::kBounds[i]});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = static_cast<double>(sum.sum_nanoseconds) * 1e-9;
}

constexpr MetricType TypeOf(std::uint64_t) {
  return MetricType::Counter;
}
constexpr MetricType TypeOf(double) {
  return MetricType::Counter;
}
MetricType TypeOf(const HistogramSum&) {
  return MetricType::Histogram;
}

template <class Sum>
MetricFamily Family(const char* name, const char* help, const Sums<Sum>& sums) {
  MetricFamily family{name, help, TypeOf(Sum()), {}};
  for (const auto& [labels, sum] : sums) {
    family.metric.push_back(WithLabels(labels));
    Fill(family.metric.back(), sum);
  }
  return family;
}

// Of a label that is one of two texts.
std::string Either(std::uint32_t label, const char* if_false, const char* if_true) {
  return label == kOther ? "other" : label == 1 ? if_false : if_true;
}

std::string Bool(std::uint32_t label) {
  return Either(label, "false", "true");
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

std::string Webhook(std::uint32_t mutating) {
  return Either(mutating, "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration");
}

const char* ResultName(std::uint32_t result) {
  switch (static_cast<RuleResult>(result)) {
    case RuleResult::kOther:
      return "other";
    case RuleResult::kPass:
      return "pass";
    case RuleResult::kFail:
      return "fail";
    case RuleResult::kWarn:
      return "warn";
    case RuleResult::kError:
      return "error";
    case RuleResult::kSkip:
      return "skip";
  }
  return "";
}

Labels RuleLabelsOf(const RuleLabels& rule) {
  return {{"policy_validation_mode", std::string(rule.validation_mode)},
          {"policy_type", std::string(rule.policy_type)},
          {"policy_background_mode", std::string(rule.background_mode)},
          {"policy_namespace", rule.policy_namespace},
          {"policy_name", rule.policy_name},
          {"rule_name", rule.rule_name},
          {"rule_type", std::string(rule.rule_type)}};
}

// Of policies written in CEL, which count under a name of their kind.
Labels CelLabelsOf(const RuleLabels& policy) {
  Labels labels;
  if (policy.family != "mutating") labels.emplace_back("policy_validation_mode", policy.validation_mode);
  labels.insert(labels.end(), {{"policy_background_mode", std::string(policy.background_mode)},
                               {"policy_namespace", policy.policy_namespace},
                               {"policy_name", policy.policy_name}});
  return labels;
}

// The reference does not evaluate native policies at admission: their series are our own.
std::string NamePrefix(std::string_view family) {
  return std::string(family.starts_with("native") ? "ephor_" : "kyverno_").append(family);
}

}  // namespace

void Metrics::Expose(std::string& out) const {
  Sums<std::uint64_t> http_requests, reviews, results, evaluations, changes, rule_info;
  Sums<HistogramSum> http_durations, review_durations, rule_durations;
  std::map<std::string_view, Sums<std::uint64_t>> cel_results;  // by family
  std::map<std::string_view, Sums<HistogramSum>> cel_durations;
  Sums<double> evaluation_seconds;
  std::uint64_t unknown_policies = 0;

  for (const auto& shard : shards_) {
    const auto text = [&shard](std::uint32_t id) { return std::string(shard->texts_.Text(id)); };
    unknown_policies += Load(shard->unknown_policies_.value);
    const auto http = [&](const auto& l) {
      return Labels{{"http_method", text(l[0])}, {"http_url", text(l[1])}};
    };
    shard->http_requests_.ForEach(
        [&](const auto& l, const auto& cell) { Add(cell, http_requests[http(l)]); });
    shard->http_durations_.ForEach(
        [&](const auto& l, const auto& cell) { Add(cell, http_durations[http(l)]); });
    shard->reviews_.ForEach([&](const auto& l, const auto& cell) {
      Add(cell, reviews[{{"resource_kind", text(l[0])},
                         {"resource_namespace", text(l[1])},
                         {"resource_request_operation", Lower(text(l[2]))},
                         {"request_allowed", Bool(l[3])},
                         {"request_webhook", Webhook(l[4])}}]);
    });
    shard->review_durations_.ForEach([&](const auto& l, const auto& cell) {
      Add(cell, review_durations[{{"resource_kind", text(l[0])},
                                  {"resource_request_operation", Lower(text(l[1]))},
                                  {"request_allowed", Bool(l[2])},
                                  {"request_webhook", Webhook(l[3])}}]);
    });
    shard->results_.ForEach([&](const auto& l, const auto& cell) {
      const RuleLabels rule = rules_.Of(l[0]);
      if (!rule.family.empty()) {
        Labels labels = CelLabelsOf(rule);
        labels.insert(labels.end(), {{"resource_kind", text(l[2])},
                                     {"resource_namespace", text(l[3])},
                                     {"resource_request_operation", Lower(text(l[4]))},
                                     {"execution_cause", "admission_request"},
                                     {"result", ResultName(l[1])}});
        return Add(cell, cel_results[rule.family][labels]);
      }
      Labels labels = RuleLabelsOf(rule);
      labels.insert(labels.end(), {{"resource_kind", text(l[2])},
                                   {"resource_namespace", text(l[3])},
                                   {"resource_request_operation", Lower(text(l[4]))},
                                   {"rule_result", ResultName(l[1])},
                                   {"rule_execution_cause", "admission_request"},
                                   {"dry_run", Bool(l[5])}});
      Add(cell, results[labels]);
    });
    shard->rule_durations_.ForEach([&](const auto& l, const auto& cell) {
      const RuleLabels rule = rules_.Of(l[0]);
      if (!rule.family.empty()) {
        Labels labels = CelLabelsOf(rule);
        labels.insert(labels.end(), {{"resource_kind", text(l[2])},
                                     {"execution_cause", "admission_request"},
                                     {"result", ResultName(l[1])}});
        return Add(cell, cel_durations[rule.family][labels]);
      }
      Labels labels = RuleLabelsOf(rule);
      labels.insert(labels.end(), {{"resource_kind", text(l[2])},
                                   {"rule_result", ResultName(l[1])},
                                   {"rule_execution_cause", "admission_request"},
                                   {"dry_run", Bool(l[3])}});
      Add(cell, rule_durations[labels]);
    });
    shard->costs_.ForEach([&](const auto& l, const auto& cell) {
      const RuleLabels rule = rules_.Of(l[0]);
      const Labels labels{{"policy_namespace", rule.policy_namespace},
                          {"policy_name", rule.policy_name},
                          {"rule_name", rule.rule_name}};
      evaluations[labels] += Load(cell.count);
      evaluation_seconds[labels] += static_cast<double>(Load(cell.sum_nanoseconds)) * 1e-9;
    });
  }

  std::vector<MetricFamily> families;
  families.push_back(Family("kyverno_admission_requests_total", "number of admission requests", reviews));
  families.push_back(
      Family("kyverno_admission_review_duration_seconds", "duration of admission reviews", review_durations));
  families.push_back(Family("kyverno_http_requests_total", "number of http requests", http_requests));
  families.push_back(
      Family("kyverno_http_requests_duration_seconds", "duration of http requests", http_durations));
  families.push_back(Family("kyverno_policy_results_total", "results of rules", results));
  families.push_back(
      Family("kyverno_policy_execution_duration_seconds", "time that rules took, by result", rule_durations));
  for (const auto& [family, sums] : cel_results) {
    const std::string name = NamePrefix(family) + "_policy_results_total";
    families.push_back(Family(name.c_str(), "results of policies", sums));
  }
  for (const auto& [family, sums] : cel_durations) {
    const std::string name = NamePrefix(family) + "_policy_execution_duration_seconds";
    families.push_back(Family(name.c_str(), "time that policies took, by result", sums));
  }
  // Without a rule's name: of policies none of whose rules had a result.
  families.push_back(Family("ephor_rule_evaluations_total", "evaluations of rules", evaluations));
  families.push_back(
      Family("ephor_rule_evaluation_seconds_total", "time that rules took", evaluation_seconds));

  std::vector<Gauge> gauges;
  {
    const std::lock_guard lock(mutex_);
    for (const std::uint32_t id : in_force_) {
      Labels labels = RuleLabelsOf(rules_.Of(id));
      labels.emplace_back("status_ready", "true");
      rule_info[labels] = 1;
    }
    for (const auto& [key, count] : changes_) {
      const RuleLabels policy = rules_.Of(key.first);
      changes[{{"policy_validation_mode", std::string(policy.validation_mode)},
               {"policy_type", std::string(policy.policy_type)},
               {"policy_background_mode", std::string(policy.background_mode)},
               {"policy_namespace", policy.policy_namespace},
               {"policy_name", policy.policy_name},
               {"policy_change_type", key.second}}] += count;
    }
    for (const auto& source : sources_) source(gauges);
  }
  MetricFamily info = Family("kyverno_policy_rule_info_total", "rules of the policies in force", rule_info);
  info.type = MetricType::Gauge;
  for (ClientMetric& metric : info.metric) metric.gauge.value = 1;
  families.push_back(std::move(info));
  families.push_back(Family("kyverno_policy_changes_total", "changes of policies", changes));
  gauges.push_back({"ephor_unknown_policies_total", "policies that a path named and that there are not",
                    static_cast<double>(unknown_policies), true});
  for (const Gauge& gauge : gauges) {
    MetricFamily family{
        gauge.name, gauge.help, gauge.is_counter ? MetricType::Counter : MetricType::Gauge, {}};
    ClientMetric metric;
    metric.counter.value = metric.gauge.value = gauge.value;
    family.metric.push_back(std::move(metric));
    families.push_back(std::move(family));
  }

  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  out.append(text.str());
}

}  // namespace ephor::server
