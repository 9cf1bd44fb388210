#include <charconv>
#include <cmath>

#include "json/write.h"
#include "load/report.h"

namespace ephor::load {
namespace {

// Writes members with the commas between them.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  ~Object() { out_ += '}'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  std::string& Key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    json::WriteString(name, out_);
    out_ += ':';
    return out_;
  }
  void Number(std::string_view name, double value) {
    Key(name);
    char text[32];
    // Six digits say more than any measurement does; whole numbers stay whole.
    const bool whole = value == std::floor(value) && std::abs(value) < 9e15;
    const auto [end, error] =
        whole ? std::to_chars(text, text + sizeof text, static_cast<long long>(value))
              : std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6);
    out_.append(text, end);
  }
  void Number(std::string_view name, std::uint64_t value) { Key(name) += std::to_string(value); }
  void String(std::string_view name, std::string_view value) { json::WriteString(value, Key(name)); }
  void Bool(std::string_view name, bool value) { Key(name) += value ? "true" : "false"; }

 private:
  std::string& out_;
  bool first_ = true;
};

double Milliseconds(std::uint64_t time) {
  return static_cast<double>(time) / 1e6;
}

void WriteTrend(const Histogram& h, std::string& out) {
  Object trend(out);
  trend.Number("count", h.count());
  trend.Number("avg", h.mean() / 1e6);
  trend.Number("min", Milliseconds(h.min()));
  trend.Number("med", Milliseconds(h.Percentile(50)));
  trend.Number("max", Milliseconds(h.max()));
  trend.Number("p(90)", Milliseconds(h.Percentile(90)));
  trend.Number("p(95)", Milliseconds(h.Percentile(95)));
  trend.Number("p(99)", Milliseconds(h.Percentile(99)));
}

void WriteRate(std::uint64_t passes, std::uint64_t others, std::string& out) {
  Object rate(out);
  rate.Number("passes", passes);
  rate.Number("fails", others);
  rate.Number("value",
              passes + others == 0 ? 0 : static_cast<double>(passes) / static_cast<double>(passes + others));
}

void WriteCount(std::uint64_t count, double seconds, std::string& out) {
  Object counter(out);
  counter.Number("count", count);
  counter.Number("rate", seconds > 0 ? static_cast<double>(count) / seconds : 0);
}

void WriteUsers(unsigned value, unsigned least, unsigned most, std::string& out) {
  Object gauge(out);
  gauge.Number("value", std::uint64_t{value});
  gauge.Number("min", std::uint64_t{least});
  gauge.Number("max", std::uint64_t{most});
}

void WriteMetrics(const Metrics& m, std::string& out) {
  Object metrics(out);
  const double seconds = m.seconds();
  WriteRate(m.check_passes(), m.check_failures(), metrics.Key("checks"));
  WriteCount(m.bytes_received, seconds, metrics.Key("data_received"));
  WriteCount(m.bytes_sent, seconds, metrics.Key("data_sent"));
  WriteCount(m.dropped_iterations, seconds, metrics.Key("dropped_iterations"));
  for (std::size_t i = 0; i < kTrends; ++i) {
    const auto trend = static_cast<Trend>(i);
    WriteTrend(m.trend(trend), metrics.Key(NameOf(trend)));
  }
  WriteRate(m.failed, m.requests - m.failed, metrics.Key("http_req_failed"));
  WriteCount(m.requests, seconds, metrics.Key("http_reqs"));
  WriteCount(m.iterations, seconds, metrics.Key("iterations"));
  WriteUsers(m.users, m.least_users, m.most_users, metrics.Key("vus"));
  WriteUsers(m.users_limit, m.users_limit, m.users_limit, metrics.Key("vus_max"));
}

template <class Items, class Write>
void WriteArray(const Items& items, std::string& out, const Write& write) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    Object object(out);
    write(item, object);
  }
  out += ']';
}

}  // namespace

std::string JsonReport(const Metrics& m, const RunDescription& description) {
  std::string out;
  {
    Object report(out);
    report.String("title", description.title);
    report.String("target", description.target);
    report.String("plan", description.plan);
    report.String("started", description.started);
    report.Number("seconds", m.seconds());
    report.Number(
        "client_cpu_us_per_request",
        m.requests == 0 ? 0 : static_cast<double>(m.client_cpu) / 1e3 / static_cast<double>(m.requests));
    WriteMetrics(m, report.Key("metrics"));
    WriteArray(m.checks, report.Key("checks"), [](const CheckCount& check, Object& object) {
      object.String("name", check.name);
      object.Number("passes", check.passes);
      object.Number("fails", check.failures);
    });
    WriteArray(description.thresholds, report.Key("thresholds"),
               [](const JudgedThreshold& judged, Object& object) {
                 object.String("threshold", judged.threshold.text());
                 object.Bool("ok", judged.outcome.holds);
                 if (judged.outcome.samples) object.Number("value", judged.outcome.value);
               });
    {
      Object failures(report.Key("failures"));
      for (std::size_t i = 1; i < kFailures; ++i) {
        if (m.failures[i] > 0) failures.Number(NameOf(static_cast<Failure>(i)), m.failures[i]);
      }
    }
    {
      Object statuses(report.Key("statuses"));
      for (std::size_t status = 1; status < m.statuses.size(); ++status) {
        if (m.statuses[status] > 0) statuses.Number(std::to_string(status), m.statuses[status]);
      }
    }
    WriteArray(m.timeline, report.Key("timeline"), [](const Interval& interval, Object& object) {
      object.Number("begin", interval.begin);
      object.Number("seconds", interval.length);
      object.Number("requests", interval.requests);
      object.Number("failures", interval.failures);
      object.Number("med", interval.median);
      object.Number("p(95)", interval.p95);
      object.Number("p(99)", interval.p99);
      object.Number("max", interval.max);
      object.Number("vus", std::uint64_t{interval.users});
    });
  }
  out += '\n';
  return out;
}

}  // namespace ephor::load
