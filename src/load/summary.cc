#include "load/summary.h"

#include <cstdarg>
#include <cstdio>

namespace ephor::load {
namespace {

[[gnu::format(printf, 1, 2)]] std::string Format(const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

double Percent(std::uint64_t part, std::uint64_t other) {
  return part + other == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(part + other);
}

// Padded to a width in characters, which "µs" has one less of than bytes.
std::string Pad(std::string text, std::size_t width) {
  std::size_t characters = 0;
  for (const char c : text) characters += (c & 0xC0) != 0x80;
  if (characters < width) text.append(width - characters, ' ');
  return text;
}

std::string Label(std::string_view name, std::size_t indent = 5) {
  std::string label(indent, ' ');
  label += name;
  label.resize(std::max<std::size_t>(36, label.size()), '.');
  return label + ": ";
}

std::string TrendLine(const Metrics& metrics, Trend trend) {
  const Histogram& h = metrics.trend(trend);
  const auto figure = [](const char* name, double value) { return name + Pad(FormatTime(value), 8) + " "; };
  const auto percentile = [&h](double percent) { return static_cast<double>(h.Percentile(percent)); };
  const std::string label =
      trend == Trend::kExpectedDuration ? Label("{ expected_response:true }", 7) : Label(NameOf(trend));
  return label + figure("avg=", h.mean()) + figure("min=", static_cast<double>(h.min())) +
         figure("med=", percentile(50)) + figure("max=", static_cast<double>(h.max())) +
         figure("p(90)=", percentile(90)) + figure("p(95)=", percentile(95)) +
         "p(99)=" + FormatTime(percentile(99)) + "\n";
}

std::string RateLine(std::string_view name, std::uint64_t passes, std::uint64_t others) {
  return Label(name) + Format("%.2f%% ✓ %-9llu ✗ %llu\n", Percent(passes, others),
                              static_cast<unsigned long long>(passes),
                              static_cast<unsigned long long>(others));
}

std::string CountLine(std::string_view name, std::uint64_t count, double seconds) {
  return Label(name) + Format("%-9llu %.6g/s\n", static_cast<unsigned long long>(count),
                              seconds > 0 ? static_cast<double>(count) / seconds : 0.0);
}

std::string BytesLine(std::string_view name, std::uint64_t bytes, double seconds) {
  const double count = static_cast<double>(bytes);
  return Label(name) + Format("%-9s %s/s\n", FormatBytes(count).c_str(),
                              FormatBytes(seconds > 0 ? count / seconds : 0).c_str());
}

std::string UsersLine(std::string_view name, unsigned value, unsigned least, unsigned most) {
  return Label(name) + Format("%-9u min=%u max=%u\n", value, least, most);
}

std::string ChecksByName(const Metrics& metrics) {
  std::string text;
  for (const CheckCount& check : metrics.checks) {
    if (check.failures == 0) {
      text += "     ✓ " + check.name + "\n";
    } else {
      text += "     ✗ " + check.name + "\n";
      text += Format("      ↳  %.0f%% — ✓ %llu / ✗ %llu\n", Percent(check.passes, check.failures),
                     static_cast<unsigned long long>(check.passes),
                     static_cast<unsigned long long>(check.failures));
    }
  }
  return text.empty() ? text : text + "\n";
}

std::string Failures(const Metrics& metrics) {
  std::string text;
  for (std::size_t i = 1; i < kFailures; ++i) {
    if (metrics.failures[i] == 0) continue;
    text += Label(NameOf(static_cast<Failure>(i)), 7) + std::to_string(metrics.failures[i]) + "\n";
  }
  for (std::size_t status = 400; status < metrics.statuses.size(); ++status) {
    if (metrics.statuses[status] == 0) continue;
    text += Label("status " + std::to_string(status), 7) + std::to_string(metrics.statuses[status]) + "\n";
  }
  return text;
}

}  // namespace

std::string FormatTime(double nanoseconds) {
  if (nanoseconds <= 0) return "0s";
  struct Unit {
    double size;
    const char* name;
  };
  static constexpr Unit kUnits[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}};
  for (const Unit& unit : kUnits) {
    // What would be rounded up to a whole unit belongs to that one.
    if (nanoseconds < unit.size * 0.9995 && unit.size > 1) continue;
    const double value = nanoseconds / unit.size;
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return Format("%.*f%s", decimals, value, unit.name);
  }
  return "0s";
}

std::string FormatBytes(double bytes) {
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < std::size(kUnits); ++unit) bytes /= 1000;
  return Format(unit == 0 || bytes >= 9.95 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
}

std::string SummaryText(const Metrics& m) {
  const double seconds = m.seconds();
  std::string text = ChecksByName(m);
  if (!m.checks.empty()) text += RateLine("checks", m.check_passes(), m.check_failures());
  text += BytesLine("data_received", m.bytes_received, seconds);
  text += BytesLine("data_sent", m.bytes_sent, seconds);
  if (m.dropped_iterations > 0) text += CountLine("dropped_iterations", m.dropped_iterations, seconds);
  for (const Trend trend :
       {Trend::kBlocked, Trend::kConnecting, Trend::kDuration, Trend::kExpectedDuration}) {
    text += TrendLine(m, trend);
  }
  text += RateLine("http_req_failed", m.failed, m.requests - m.failed);
  text += Failures(m);
  for (const Trend trend : {Trend::kReceiving, Trend::kSending, Trend::kHandshaking, Trend::kWaiting}) {
    text += TrendLine(m, trend);
  }
  text += CountLine("http_reqs", m.requests, seconds);
  text += TrendLine(m, Trend::kIteration);
  text += CountLine("iterations", m.iterations, seconds);
  text += UsersLine("vus", m.users, m.least_users, m.most_users);
  text += UsersLine("vus_max", m.users_limit, m.users_limit, m.users_limit);
  if (m.requests > 0) {
    text += Label("client_cpu") + Pad(FormatTime(static_cast<double>(m.client_cpu)), 9) + " " +
            FormatTime(static_cast<double>(m.client_cpu) / static_cast<double>(m.requests)) + "/request\n";
  }
  return text;
}

std::string ProgressText(const Metrics& metrics, double planned_seconds) {
  const double seconds = metrics.seconds();
  const Histogram& duration = metrics.trend(Trend::kDuration);
  return Format("running %5.1fs of %.4gs, %u/%u VUs, %llu requests, %.0f/s, p(95) %s, %llu failed", seconds,
                planned_seconds, metrics.users, metrics.users_limit,
                static_cast<unsigned long long>(metrics.requests),
                seconds > 0 ? static_cast<double>(metrics.requests) / seconds : 0.0,
                FormatTime(static_cast<double>(duration.Percentile(95))).c_str(),
                static_cast<unsigned long long>(metrics.failed));
}

}  // namespace ephor::load
