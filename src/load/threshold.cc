#include "load/threshold.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "load/summary.h"

namespace ephor::load {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// How much of a text is a number; 0 where it begins with none.
std::size_t ReadNumber(std::string_view text, double& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? static_cast<std::size_t>(end - text.data()) : 0;
}

std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

constexpr std::size_t kMaxText = 200;  // which bounds the search for the closest name too

}  // namespace

struct Threshold::MetricName {
  std::string_view name;
  Metric metric;
  Trend trend = Trend::kDuration;
};

constexpr Threshold::MetricName Threshold::kMetrics[] = {
    {"checks", Metric::kChecks},
    {"data_received", Metric::kReceived},
    {"data_sent", Metric::kSent},
    {"dropped_iterations", Metric::kDropped},
    {"http_req_blocked", Metric::kTrend, Trend::kBlocked},
    {"http_req_connecting", Metric::kTrend, Trend::kConnecting},
    {"http_req_duration", Metric::kTrend, Trend::kDuration},
    {"http_req_duration{expected_response:true}", Metric::kTrend, Trend::kExpectedDuration},
    {"http_req_failed", Metric::kFailed},
    {"http_req_receiving", Metric::kTrend, Trend::kReceiving},
    {"http_req_sending", Metric::kTrend, Trend::kSending},
    {"http_req_tls_handshaking", Metric::kTrend, Trend::kHandshaking},
    {"http_req_waiting", Metric::kTrend, Trend::kWaiting},
    {"http_reqs", Metric::kRequests},
    {"iteration_duration", Metric::kTrend, Trend::kIteration},
    {"iterations", Metric::kIterations},
    {"vus", Metric::kUsers},
};

std::string_view ClosestName(std::string_view written, std::span<const std::string_view> names) {
  std::string_view closest;
  std::size_t least = std::max<std::size_t>(2, written.size() / 3) + 1;
  for (const std::string_view name : names) {
    const std::size_t distance = Distance(written.substr(0, kMaxText), name);
    if (distance < least) {
      least = distance;
      closest = name;
    }
  }
  return closest;
}

const Threshold::MetricName* Threshold::Find(std::string_view name) {
  for (const MetricName& metric : kMetrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

Result<Threshold> Threshold::Parse(std::string_view text) {
  Threshold threshold;
  threshold.text_ = Trim(text);
  const std::string_view whole = threshold.text_;
  const auto wrong = [whole](std::string_view why) {
    return InvalidInput("threshold '" + std::string(whole.substr(0, kMaxText)) + "': " + std::string(why) +
                        "; the form is METRIC:AGGREGATE<VALUE, as in http_req_duration:p(95)<50");
  };
  // The tag has a colon of its own.
  const std::size_t brace = whole.find('}');
  const std::size_t colon = whole.find(':', brace == std::string_view::npos ? 0 : brace);
  if (colon == std::string_view::npos) return wrong("a colon is missing after the metric");
  const std::string_view name = Trim(whole.substr(0, colon));
  const MetricName* const metric = Find(name);
  if (metric == nullptr) {
    std::vector<std::string_view> names;
    for (const MetricName& each : kMetrics) names.push_back(each.name);
    const std::string_view closest = ClosestName(name, names);
    return wrong("there is no metric '" + std::string(name.substr(0, kMaxText)) + "'" +
                 (closest.empty() ? std::string() : ", did you mean '" + std::string(closest) + "'?"));
  }
  threshold.metric_ = metric->metric;
  threshold.trend_ = metric->trend;

  const std::string_view condition = whole.substr(colon + 1);
  const std::size_t op = condition.find_first_of("<>=!");
  if (op == std::string_view::npos) return wrong("a comparison (< <= > >= == !=) is missing");
  threshold.aggregate_text_ = Trim(condition.substr(0, op));
  if (auto parsed = threshold.ParseAggregate(threshold.aggregate_text_, name); !parsed) {
    return wrong(parsed.error().message());
  }
  std::string_view bound = condition.substr(op);
  const auto comparison = TakeComparison(bound);
  if (!comparison) return wrong("the comparison must be one of < <= > >= == !=");
  threshold.comparison_ = *comparison;
  bound = Trim(bound);
  if (!threshold.ParseBound(bound)) {
    return wrong("'" + std::string(bound.substr(0, kMaxText)) +
                 (threshold.metric_ == Metric::kTrend
                      ? "' is no time: a number of milliseconds, or one with us, ms or s"
                      : "' is no number"));
  }
  return threshold;
}

Result<void> Threshold::ParseAggregate(std::string_view text, std::string_view metric) {
  struct Name {
    std::string_view text;
    Aggregate aggregate;
  };
  static constexpr Name kTrendNames[] = {{"avg", Aggregate::kAverage},
                                         {"min", Aggregate::kMin},
                                         {"med", Aggregate::kMedian},
                                         {"max", Aggregate::kMax},
                                         {"count", Aggregate::kCount}};
  const auto wrong = [&](std::string_view known) {
    return InvalidInput("'" + std::string(text.substr(0, kMaxText)) + "' is no aggregate of " +
                        std::string(metric) + ", which has " + std::string(known));
  };
  const auto take = [&](std::string_view name, Aggregate aggregate) {
    aggregate_ = aggregate;
    return text == name;
  };
  switch (metric_) {
    case Metric::kTrend: {
      for (const Name& name : kTrendNames) {
        if (take(name.text, name.aggregate)) return {};
      }
      if (text.starts_with("p(") && text.ends_with(')')) {
        const std::string_view number = text.substr(2, text.size() - 3);
        aggregate_ = Aggregate::kPercentile;
        if (!number.empty() && ReadNumber(number, percent_) == number.size() && percent_ >= 0 &&
            percent_ <= 100) {
          return {};
        }
      }
      return wrong("avg, min, med, max, count and p(0) to p(100)");
    }
    case Metric::kChecks:
    case Metric::kFailed:
      if (take("rate", Aggregate::kRate)) return {};
      return wrong("rate");
    case Metric::kUsers:
      if (take("value", Aggregate::kValue)) return {};
      return wrong("value");
    default:
      if (take("count", Aggregate::kCount) || take("rate", Aggregate::kRate)) return {};
      return wrong("count and rate");
  }
}

bool Threshold::ParseBound(std::string_view text) {
  const std::size_t digits = ReadNumber(text, bound_);
  if (digits == 0 || !(bound_ > -1e300 && bound_ < 1e300)) return false;
  const std::string_view unit = text.substr(digits);
  if (unit.empty()) return true;
  struct Unit {
    std::string_view name;
    double factor;
  };
  static constexpr Unit kTimes[] = {{"us", 1e-3}, {"µs", 1e-3}, {"ms", 1}, {"s", 1e3}, {"m", 60e3}};
  if (metric_ == Metric::kTrend && aggregate_ != Aggregate::kCount) {
    for (const Unit& time : kTimes) {
      if (unit != time.name) continue;
      bound_ *= time.factor;
      return true;
    }
  }
  if (unit == "%" && (metric_ == Metric::kChecks || metric_ == Metric::kFailed)) {
    bound_ /= 100;
    return true;
  }
  return false;
}

Threshold::Outcome Threshold::Judge(const Metrics& m) const {
  const auto count = [&](std::uint64_t number) {
    double value = static_cast<double>(number);
    if (aggregate_ == Aggregate::kRate) value = m.seconds() > 0 ? value / m.seconds() : 0;
    return Outcome{Compare(value), value};
  };
  const auto rate = [&](std::uint64_t part, std::uint64_t all) {
    if (all == 0) return Outcome{false, 0, false};
    const double value = static_cast<double>(part) / static_cast<double>(all);
    return Outcome{Compare(value), value};
  };
  switch (metric_) {
    case Metric::kTrend: {
      const Histogram& h = m.trend(trend_);
      if (aggregate_ == Aggregate::kCount) return count(h.count());
      if (h.count() == 0) return {false, 0, false};
      const auto percentile = [&h](double percent) { return static_cast<double>(h.Percentile(percent)); };
      const double value = aggregate_ == Aggregate::kAverage  ? h.mean()
                           : aggregate_ == Aggregate::kMin    ? static_cast<double>(h.min())
                           : aggregate_ == Aggregate::kMax    ? static_cast<double>(h.max())
                           : aggregate_ == Aggregate::kMedian ? percentile(50)
                                                              : percentile(percent_);
      return {Compare(value / 1e6), value / 1e6};
    }
    case Metric::kChecks:
      return rate(m.check_passes(), m.check_passes() + m.check_failures());
    case Metric::kFailed:
      return rate(m.failed, m.requests);
    case Metric::kRequests:
      return count(m.requests);
    case Metric::kIterations:
      return count(m.iterations);
    case Metric::kDropped:
      return count(m.dropped_iterations);
    case Metric::kSent:
      return count(m.bytes_sent);
    case Metric::kReceived:
      return count(m.bytes_received);
    case Metric::kUsers:
      return {Compare(m.users), static_cast<double>(m.users)};
  }
  return {false};
}

bool Threshold::Compare(double value) const {
  return Holds(value <=> bound_, comparison_);
}

std::string Threshold::Describe(const Outcome& outcome) const {
  if (!outcome.samples) return aggregate_text_ + " has no samples";
  std::string value;
  if (metric_ == Metric::kTrend && aggregate_ != Aggregate::kCount) {
    value = FormatTime(outcome.value * 1e6);
  } else {
    char text[32];
    const auto [end, error] =
        std::to_chars(text, text + sizeof text, outcome.value, std::chars_format::general, 6);
    value.assign(text, end);
  }
  return aggregate_text_ + "=" + value;
}

}  // namespace ephor::load
