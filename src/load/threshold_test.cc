#include "load/threshold.h"

#include <gtest/gtest.h>

namespace ephor::load {
namespace {

// A hundred requests of 1 to 100 ms over two seconds; those of more than 90 ms failed.
std::unique_ptr<Metrics> Sample() {
  auto metrics = std::make_unique<Metrics>();
  for (int i = 1; i <= 100; ++i) {
    Exchange exchange;
    exchange.sent = true;
    exchange.waiting = Nanoseconds{i} * 1'000'000;
    exchange.status = i > 90 ? 500 : 200;
    exchange.bytes_sent = 10;
    metrics->Record(exchange);
    metrics->RecordIteration(exchange.duration());
  }
  metrics->checks = {{"a", 90, 10}, {"b", 100, 0}};
  metrics->elapsed = 2'000'000'000;
  metrics->users = 7;
  return metrics;
}

struct JudgeCase {
  std::string_view text;
  bool holds;
  std::string_view described;
};

TEST(Threshold, Judges) {
  const auto metrics = Sample();
  const JudgeCase cases[] = {
      {"http_req_duration:p(95)<96", true, "p(95)=95.2ms"},
      {"http_req_duration:p(95)<95", false, "p(95)=95.2ms"},
      {"http_req_duration:p(95)<1s", true, "p(95)=95.2ms"},
      {"http_req_duration:p(95)<0.001m", false, "p(95)=95.2ms"},
      {" http_req_duration : max <= 100 ", true, "max=100ms"},
      {"http_req_duration:max<100", false, "max=100ms"},
      {"http_req_duration:min==1", true, "min=1.00ms"},
      {"http_req_duration:min>=1000us", true, "min=1.00ms"},
      {"http_req_duration:avg>50.4", true, "avg=50.5ms"},
      {"http_req_duration:count==100", true, "count=100"},
      {"http_req_duration{expected_response:true}:max<=90", true, "max=90.0ms"},
      {"http_req_failed:rate<0.11", true, "rate=0.1"},
      {"http_req_failed:rate<10%", false, "rate=0.1"},
      {"checks:rate>0.9", true, "rate=0.95"},
      {"checks:rate>0.99", false, "rate=0.95"},
      {"http_reqs:count>=100", true, "count=100"},
      {"http_reqs:rate>49.9", true, "rate=50"},
      {"iterations:count!=100", false, "count=100"},
      {"dropped_iterations:count==0", true, "count=0"},
      {"data_sent:count==1000", true, "count=1000"},
      {"vus:value<8", true, "value=7"},
  };
  for (const JudgeCase& c : cases) {
    SCOPED_TRACE(c.text);
    const auto threshold = Threshold::Parse(c.text);
    ASSERT_TRUE(threshold) << threshold.error().message();
    const auto outcome = threshold->Judge(*metrics);
    EXPECT_EQ(outcome.holds, c.holds);
    EXPECT_EQ(threshold->Describe(outcome), c.described);
  }
}

TEST(Threshold, WithoutSamplesHoldsNothing) {
  const Metrics metrics;
  for (const std::string_view text :
       {"http_req_duration:p(95)<50", "checks:rate>=0", "http_req_failed:rate<1"}) {
    const auto threshold = Threshold::Parse(text);
    const auto outcome = threshold->Judge(metrics);
    EXPECT_FALSE(outcome.holds) << text;
    EXPECT_FALSE(outcome.samples) << text;
  }
  EXPECT_TRUE(Threshold::Parse("http_reqs:count==0")->Judge(metrics).holds);
}

struct WrongCase {
  std::string text;
  std::string_view says;
};

TEST(Threshold, NamesTheRightForm) {
  const WrongCase cases[] = {
      {"", "threshold '': a colon is missing after the metric"},
      {"http_req_duration", "a colon is missing after the metric"},
      {"http_req_duraton:p(95)<50",
       "there is no metric 'http_req_duraton', did you mean 'http_req_duration'?"},
      {"check:rate>0.9", "there is no metric 'check', did you mean 'checks'?"},
      {"latency:p(95)<50", "there is no metric 'latency';"},
      {"http_req_duration:p95<50",
       "'p95' is no aggregate of http_req_duration, which has avg, min, med, max, count and p(0) to p(100)"},
      {"http_req_duration:p(101)<50", "'p(101)' is no aggregate"},
      {"http_req_duration:p()<50", "'p()' is no aggregate"},
      {"checks:p(95)>0", "'p(95)' is no aggregate of checks, which has rate"},
      {"http_reqs:max>0", "'max' is no aggregate of http_reqs, which has count and rate"},
      {"vus:rate>0", "which has value"},
      {"http_req_duration:p(95)50", "a comparison (< <= > >= == !=) is missing"},
      {"http_req_duration:p(95)=50", "the comparison must be one of"},
      {"http_req_duration:p(95)<", "'' is no time"},
      {"http_req_duration:p(95)<fast",
       "'fast' is no time: a number of milliseconds, or one with us, ms or s"},
      {"http_req_duration:p(95)<50parsecs", "'50parsecs' is no time"},
      {"http_req_duration:p(95)<nan", "'nan' is no time"},
      {"checks:rate>0.9ms", "'0.9ms' is no number"},
      {std::string(100'000, 'x') + ":p(95)<1", "there is no metric"},
  };
  for (const WrongCase& c : cases) {
    SCOPED_TRACE(c.text.substr(0, 80));
    const auto threshold = Threshold::Parse(c.text);
    ASSERT_FALSE(threshold);
    EXPECT_NE(threshold.error().message().find(c.says), std::string::npos) << threshold.error().message();
    EXPECT_NE(threshold.error().message().find("http_req_duration:p(95)<50"), std::string::npos);
    EXPECT_LT(threshold.error().message().size(), 800u);
  }
}

}  // namespace
}  // namespace ephor::load
