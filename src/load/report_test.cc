#include "load/report.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/arena.h"
#include "json/parse.h"
#include "json/write.h"
#include "load/plot.h"
#include "load/summary.h"

namespace ephor::load {
namespace {

std::unique_ptr<Metrics> Sample() {
  auto metrics = std::make_unique<Metrics>();
  for (int i = 1; i <= 10; ++i) {
    Exchange exchange;
    exchange.sent = true;
    exchange.waiting = Nanoseconds{i} * 1'000'000;
    exchange.status = i > 9 ? 503 : 200;
    exchange.bytes_sent = 100;
    exchange.bytes_received = 50;
    metrics->Record(exchange);
    metrics->RecordIteration(exchange.duration());
  }
  metrics->Record(Exchange{.failure = Failure::kRefused});
  metrics->checks = {{"status == 200", 9, 2}, {"body lacks <b>", 11, 0}};
  metrics->users_limit = 3;
  metrics->EndInterval(1'000'000'000, 3);
  metrics->EndInterval(2'000'000'000, 2);
  metrics->elapsed = 2'000'000'000;
  return metrics;
}

TEST(Summary, HasTheShapeThatUsersOfK6Know) {
  EXPECT_EQ(SummaryText(*Sample()),
            "     ✗ status == 200\n"
            "      ↳  82% — ✓ 9 / ✗ 2\n"
            "     ✓ body lacks <b>\n"
            "\n"
            "     checks.........................: 90.91% ✓ 20        ✗ 2\n"
            "     data_received..................: 500 B     250 B/s\n"
            "     data_sent......................: 1.0 kB    500 B/s\n"
            "     http_req_blocked...............: avg=0s       min=0s       med=0s       max=0s       "
            "p(90)=0s       "
            "p(95)=0s       p(99)=0s\n"
            "     http_req_connecting............: avg=0s       min=0s       med=0s       max=0s       "
            "p(90)=0s       "
            "p(95)=0s       p(99)=0s\n"
            "     http_req_duration..............: avg=5.50ms   min=1.00ms   med=5.01ms   max=10.0ms   "
            "p(90)=9.01ms   "
            "p(95)=10.0ms   p(99)=10.0ms\n"
            "       { expected_response:true }...: avg=5.00ms   min=1.00ms   med=5.01ms   max=9.00ms   "
            "p(90)=9.00ms   "
            "p(95)=9.00ms   p(99)=9.00ms\n"
            "     http_req_failed................: 18.18% ✓ 2         ✗ 9\n"
            "       refused......................: 1\n"
            "       status 503...................: 1\n"
            "     http_req_receiving.............: avg=0s       min=0s       med=0s       max=0s       "
            "p(90)=0s       "
            "p(95)=0s       p(99)=0s\n"
            "     http_req_sending...............: avg=0s       min=0s       med=0s       max=0s       "
            "p(90)=0s       "
            "p(95)=0s       p(99)=0s\n"
            "     http_req_tls_handshaking.......: avg=0s       min=0s       med=0s       max=0s       "
            "p(90)=0s       "
            "p(95)=0s       p(99)=0s\n"
            "     http_req_waiting...............: avg=5.50ms   min=1.00ms   med=5.01ms   max=10.0ms   "
            "p(90)=9.01ms   "
            "p(95)=10.0ms   p(99)=10.0ms\n"
            "     http_reqs......................: 11        5.5/s\n"
            "     iteration_duration.............: avg=5.50ms   min=1.00ms   med=5.01ms   max=10.0ms   "
            "p(90)=9.01ms   "
            "p(95)=10.0ms   p(99)=10.0ms\n"
            "     iterations.....................: 10        5/s\n"
            "     vus............................: 2         min=2 max=3\n"
            "     vus_max........................: 3         min=3 max=3\n"
            "     client_cpu.....................: 0s        0s/request\n");
}

TEST(Summary, Times) {
  const std::pair<double, std::string_view> cases[] = {
      {0, "0s"},         {-5, "0s"},         {1, "1.00ns"},      {999, "999ns"},        {999.9, "1.00µs"},
      {1'500, "1.50µs"}, {15'000, "15.0µs"}, {150'000, "150µs"}, {1'234'567, "1.23ms"}, {9.996e6, "10.0ms"},
      {1.5e9, "1.50s"},  {99.97e9, "100s"},  {3'600e9, "3600s"},
  };
  for (const auto& [time, text] : cases) EXPECT_EQ(FormatTime(time), text) << time;
}

TEST(Summary, Bytes) {
  const std::pair<double, std::string_view> cases[] = {
      {0, "0 B"},        {999, "999 B"},        {1'000, "1.0 kB"},
      {15'000, "15 kB"}, {1'234'567, "1.2 MB"}, {5e15, "5000 TB"}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(FormatBytes(bytes), text) << bytes;
}

TEST(Summary, Progress) {
  EXPECT_EQ(ProgressText(*Sample(), 60),
            "running   2.0s of 60s, 2/3 VUs, 11 requests, 6/s, p(95) 10.0ms, 2 failed");
}

TEST(JsonReport, IsWholeAndNamedAsK6DoesIt) {
  const auto metrics = Sample();
  const auto fast = *Threshold::Parse("http_req_duration:max<5");
  const JudgedThreshold judged[] = {{fast, fast.Judge(*metrics)}};
  const std::string text = JsonReport(*metrics, {.title = "a \"run\"",
                                                 .target = "https://x/",
                                                 .plan = "p",
                                                 .started = "2024-01-01T00:00:00Z",
                                                 .thresholds = judged});
  Arena arena;
  const auto report = json::Parse(text, arena);
  ASSERT_TRUE(report) << text;
  EXPECT_EQ(report->StringAt("title"), "a \"run\"");
  // With single quotes, for the eye.
  const auto at = [&](auto... keys) {
    std::string found = json::ToString(*report->Find(keys...));
    std::replace(found.begin(), found.end(), '"', '\'');
    return found;
  };
  EXPECT_EQ(at("metrics", "http_req_duration"),
            "{'avg':5.5,'count':10,'max':10,'med':5.0135,'min':1,'p(90)':9.0112,'p(95)':10,'p(99)':10}");
  EXPECT_EQ(at("metrics", "http_req_failed"), "{'fails':9,'passes':2,'value':0.181818}");
  EXPECT_EQ(at("metrics", "http_reqs"), "{'count':11,'rate':5.5}");
  EXPECT_EQ(at("metrics", "vus"), "{'max':3,'min':2,'value':2}");
  EXPECT_EQ(
      at("checks"),
      "[{'fails':2,'name':'status == 200','passes':9},{'fails':0,'name':'body lacks <b>','passes':11}]");
  EXPECT_EQ(at("thresholds"), "[{'ok':false,'threshold':'http_req_duration:max<5','value':10}]");
  EXPECT_EQ(at("failures"), "{'refused':1}");
  EXPECT_EQ(at("statuses"), "{'200':9,'503':1}");
  EXPECT_EQ(report->Find("timeline")->size(), 2u);
}

TEST(JsonReport, OfNothing) {
  const Metrics metrics;
  Arena arena;
  EXPECT_TRUE(json::Parse(JsonReport(metrics, {}), arena));
}

TEST(HtmlReport, StandsAloneAndEscapes) {
  const auto metrics = Sample();
  const auto fast = *Threshold::Parse("http_req_duration:max<5");
  const JudgedThreshold judged[] = {{fast, fast.Judge(*metrics)}};
  const std::string html = HtmlReport(*metrics, {.title = "<script>",
                                                 .target = "https://x/?a='b'",
                                                 .plan = "p & q",
                                                 .started = "now",
                                                 .thresholds = judged});
  EXPECT_TRUE(html.starts_with("<!doctype html>"));
  EXPECT_TRUE(html.ends_with("</html>\n"));
  for (const std::string_view part :
       {"<h1>&lt;script&gt;</h1>", "a=&#39;b&#39;", "p &amp; q", "body lacks &lt;b&gt;", "✗ crossed",
        "Latency over time", "prefers-color-scheme: dark"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  for (const std::string_view part : {"<script", "src=", "href=", "nan", "inf'"}) {
    EXPECT_EQ(html.find(part), std::string::npos) << part;
  }
}

TEST(HtmlReport, OfNothing) {
  const Metrics metrics;
  EXPECT_EQ(HtmlReport(metrics, {}).find("nan"), std::string::npos);
}

TEST(Plot, ThinsLongRunsAndKeepsSpikes) {
  std::vector<double> x;
  Series series{"s", {}};
  for (int i = 0; i < 100'000; ++i) {
    x.push_back(i);
    series.values.push_back(i == 77'777 ? 100 : 1);
  }
  const std::string svg = LinePlot(x, {&series, 1}, {"s", "ms"});
  EXPECT_LT(svg.size(), 20'000u);
  EXPECT_NE(svg.find(",14.0 "), std::string::npos);  // the top of the plot
}

}  // namespace
}  // namespace ephor::load
