// Conditions on a run's figures that decide its exit code.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/comparison.h"
#include "base/result.h"
#include "load/metrics.h"

namespace ephor::load {

// As k6 writes them, with the metric before a colon:
//   http_req_duration:p(95)<50                             times in milliseconds, or with a unit: <1.5s
//   http_req_duration{expected_response:true}:max<=200ms
//   checks:rate>0.99        http_req_failed:rate<1%        dropped_iterations:count==0
class Threshold {
 public:
  // The error names the right form, and for a metric that there is not the one that was likely meant.
  static Result<Threshold> Parse(std::string_view text);

  struct Outcome {
    bool holds;
    double value = 0;  // in the unit of the bound
    bool samples = true;
  };
  // A figure that nothing was recorded for holds nothing: a server that answers no request is not fast.
  Outcome Judge(const Metrics& metrics) const;

  const std::string& text() const { return text_; }
  // "p(95)=12.3ms" as it is now.
  std::string Describe(const Outcome& outcome) const;

 private:
  enum class Metric : std::uint8_t {
    kTrend,
    kChecks,
    kFailed,
    kRequests,
    kIterations,
    kDropped,
    kSent,
    kReceived,
    kUsers
  };
  enum class Aggregate : std::uint8_t { kAverage, kMin, kMedian, kMax, kPercentile, kCount, kRate, kValue };

  struct MetricName;
  static const MetricName kMetrics[];
  static const MetricName* Find(std::string_view name);
  Result<void> ParseAggregate(std::string_view text, std::string_view metric);
  bool ParseBound(std::string_view text);
  bool Compare(double value) const;

  std::string text_;
  std::string aggregate_text_;
  Metric metric_ = Metric::kTrend;
  Trend trend_ = Trend::kDuration;
  Aggregate aggregate_ = Aggregate::kAverage;
  double percent_ = 0;
  Comparison comparison_ = Comparison::kLess;
  double bound_ = 0;
};

// The name of a list that is closest to what was written; "" where none is near.
std::string_view ClosestName(std::string_view written, std::span<const std::string_view> names);

}  // namespace ephor::load
