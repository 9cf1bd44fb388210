#include "server/metrics.h"

#include <gtest/gtest.h>

#include <thread>

namespace ephor::server {
namespace {

bool Holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(SeriesTableTest, KeepsEveryCellAndThenOneForTheRest) {
  SeriesTable<2, CounterCell> table;
  constexpr std::uint32_t kMany = 20'000;  // more than a table holds
  for (std::uint32_t i = 0; i < kMany; ++i) AddTo(table.At({i % 7, i}).value, 1);
  for (std::uint32_t i = 0; i < 100; ++i) AddTo(table.At({i % 7, i}).value, 1);
  std::uint64_t sum = 0, cells = 0, largest = 0;
  table.ForEach([&](const auto&, const CounterCell& cell) {
    sum += cell.value;
    ++cells;
    largest = std::max<std::uint64_t>(largest, cell.value);
  });
  EXPECT_EQ(sum, kMany + 100);
  EXPECT_EQ(cells, 64u * 256u + 1);
  EXPECT_EQ(largest, kMany - 64u * 256u);
}

TEST(MetricsTest, SeriesBeyondTheBoundAreNobodysInParticular) {
  Metrics metrics(1);
  const std::uint32_t rule = metrics.rules().Id({"-", "p", "cluster", "enforce", "true", "r", "validate"});
  MetricsShard& shard = metrics.shard(0);
  for (const char* kind : {"Pod", "Secret"}) {
    for (int i = 0; i < 10'000; ++i) {
      const ReviewNumbers review = shard.NumbersOf({kind, "n" + std::to_string(i), "CREATE"});
      shard.CountRule(rule, RuleResult::kFail, review, 1);
      shard.CountReview(review, true, true, 1);
    }
  }
  std::string text;
  metrics.Expose(text);
  EXPECT_TRUE(Holds(text,
                    R"(policy_name="other",rule_name="other",rule_type="other",resource_kind="other",)"
                    R"(resource_namespace="other",resource_request_operation="other",)"
                    R"(rule_result="other",rule_execution_cause="admission_request",dry_run="other"} 3616)"))
      << text.substr(text.find("\"other\"") - 300, 600);
  EXPECT_TRUE(Holds(text, R"(request_allowed="other",request_webhook="other"} 3616)"));
  EXPECT_FALSE(Holds(text, R"(request_allowed="false")"));
}

TEST(LabelTextsTest, NumbersTextsAndBoundsThem) {
  LabelTexts texts;
  const std::uint32_t a = texts.Id("a"), empty = texts.Id("");
  EXPECT_NE(a, empty);
  EXPECT_EQ(texts.Id("a"), a);
  EXPECT_EQ(texts.Text(a), "a");
  EXPECT_EQ(texts.Text(empty), "");
  EXPECT_EQ(texts.Text(texts.Id(std::string(600, 'x'))), "other");
  for (int i = 0; i < 20'000; ++i) texts.Id(std::to_string(i));
  EXPECT_EQ(texts.Text(texts.Id("one more")), "other");
  EXPECT_EQ(texts.Id("a"), a);
}

TEST(HistogramCellTest, BucketsHoldTheirUpperBound) {
  HistogramCell cell;
  for (const std::uint64_t ns : {0ull, 5'000'000ull, 5'000'001ull, 30'000'000'000ull, 30'000'000'001ull}) {
    cell.Observe(ns);
  }
  EXPECT_EQ(cell.buckets[0], 2u);
  EXPECT_EQ(cell.buckets[1], 1u);
  EXPECT_EQ(cell.buckets[14], 1u);
  EXPECT_EQ(cell.buckets[15], 1u);
}

TEST(MetricsTest, ShardsAreAddedUp) {
  Metrics metrics(2);
  const std::uint32_t rule = metrics.rules().Id({"-", "p", "cluster", "enforce", "true", "r", "validate"});
  for (unsigned worker = 0; worker < 2; ++worker) {
    MetricsShard& shard = metrics.shard(worker);
    if (worker == 1) shard.NumbersOf({.kind = "Secret"});  // so that the numbers of the shards differ
    const ReviewNumbers review =
        shard.NumbersOf({.kind = "Pod", .namespace_ = "a\"b\n", .operation = "UPDATE", .dry_run = true});
    shard.CountReview(review, true, true, 6'000'000);
    shard.CountRule(rule, RuleResult::kWarn, review, 1'000);
    shard.CountHttp("POST", "/mutate", "", 1'000);
  }
  metrics.SetRules({rule});
  metrics.CountPolicyChange(rule, "created");
  metrics.AddSource([](std::vector<Gauge>& gauges) { gauges.push_back({"g", "help", 1.5}); });
  std::string text;
  metrics.Expose(text);
  EXPECT_TRUE(Holds(text, R"(kyverno_admission_requests_total{otel_scope_name="kyverno",resource_kind="Pod",)"
                          R"(resource_namespace="a\"b\n",resource_request_operation="update",)"
                          R"(request_allowed="true",request_webhook="MutatingWebhookConfiguration"} 2)"));
  EXPECT_TRUE(Holds(text, R"(request_webhook="MutatingWebhookConfiguration",le="0.005"} 0)"));
  EXPECT_TRUE(Holds(text, R"(request_webhook="MutatingWebhookConfiguration",le="0.01"} 2)"));
  EXPECT_TRUE(
      Holds(text, R"(rule_result="warn",rule_execution_cause="admission_request",dry_run="true"} 2)"));
  EXPECT_TRUE(Holds(text, R"(http_url="/mutate"} 2)"));
  EXPECT_TRUE(Holds(text, R"(rule_type="validate",status_ready="true"} 1)"));
  EXPECT_TRUE(Holds(text, R"(policy_name="p",policy_change_type="created"} 1)"));
  EXPECT_TRUE(Holds(text, "# HELP g help\n# TYPE g gauge\ng 1.5\n"));
}

TEST(MetricsTest, MayBeReadWhileItCounts) {
  Metrics metrics(1);
  std::thread writer([&metrics] {
    for (int i = 0; i < 3'000; ++i) {
      metrics.shard(0).CountHttp("POST", "/" + std::to_string(i), "", 10);
    }
  });
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text.clear();
    metrics.Expose(text);
  }
  writer.join();
  text.clear();
  metrics.Expose(text);
  EXPECT_TRUE(Holds(text, R"(http_url="/2999"} 1)"));
}

}  // namespace
}  // namespace ephor::server
