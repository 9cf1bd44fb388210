#include <algorithm>
#include <cmath>
#include <cstdio>

#include "load/plot.h"
#include "load/report.h"
#include "load/summary.h"

namespace ephor::load {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --page: #ffffff; --card: #f6f7f9; --text: #1b1f24; --muted: #59636e; --line: #d8dee4;
  --good: #1a7f37; --bad: #cf222e; --s0: #2563eb; --s1: #b45309; --s2: #be185d; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0f1317; --card: #181d23; --text: #e6eaef; --muted: #9aa5b1; --line: #303740;
    --good: #4ac26b; --bad: #ff7b72; --s0: #6ea8fe; --s1: #f0b35a; --s2: #f48fb1; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 28px 20px 48px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 0 0 10px; }
p { margin: 0; } .muted { color: var(--muted); overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 22px 0; }
.tile, section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; }
.tile b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 12px; }
section { overflow-x: auto; } section.wide { margin-top: 12px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--muted); font-weight: 500; } th:first-child, td:first-child { text-align: left; }
tr:last-child td { border-bottom: 0; }
td.text { white-space: normal; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--muted); font-size: 11px; }
svg .grid { stroke: var(--line); } svg .axis { stroke: var(--muted); }
svg .mark { stroke: var(--text); stroke-dasharray: 3 3; }
svg .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
svg .line.s0 { stroke: var(--s0); } svg .line.s1 { stroke: var(--s1); } svg .line.s2 { stroke: var(--s2); }
svg rect.s0 { fill: var(--s0); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; color: var(--muted); font-size: 13px; }
.legend i { display: inline-block; width: 12px; height: 3px; margin-right: 6px; vertical-align: middle; }
i.s0 { background: var(--s0); } i.s1 { background: var(--s1); } i.s2 { background: var(--s2); }
)";

std::string Cell(std::string_view text, std::string_view style = {}) {
  return (style.empty() ? "<td>" : "<td class='" + std::string(style) + "'>") + EscapeHtml(text) + "</td>";
}

std::string Tile(std::string_view name, std::string_view value, std::string_view style = {}) {
  return "<div class='tile'><span class='muted'>" + std::string(name) + "</span><b class='" +
         std::string(style) + "'>" + EscapeHtml(value) + "</b></div>";
}

std::string Percent(std::uint64_t part, std::uint64_t all) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%%",
                all == 0 ? 0.0 : 100 * static_cast<double>(part) / static_cast<double>(all));
  return text;
}

std::string Rate(const Metrics& m) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f/s",
                m.seconds() > 0 ? static_cast<double>(m.requests) / m.seconds() : 0.0);
  return text;
}

std::string Time(std::uint64_t time) {
  return FormatTime(static_cast<double>(time));
}

std::string Tiles(const Metrics& m) {
  const Histogram& duration = m.trend(Trend::kDuration);
  std::string html = "<div class='tiles'>";
  html += Tile("requests", std::to_string(m.requests));
  html += Tile("rate", Rate(m));
  html += Tile("median latency", Time(duration.Percentile(50)));
  html += Tile("p(95) latency", Time(duration.Percentile(95)));
  html += Tile("p(99) latency", Time(duration.Percentile(99)));
  html += Tile("failed", Percent(m.failed, m.requests), m.failed > 0 ? "bad" : "good");
  return html + "</div>";
}

std::string Verdicts(const Metrics& m, const RunDescription& description) {
  std::string html;
  if (!description.thresholds.empty()) {
    html += "<section><h2>Thresholds</h2><table>";
    for (const JudgedThreshold& judged : description.thresholds) {
      html += "<tr>" + Cell(judged.threshold.text(), "text") +
              Cell(judged.threshold.Describe(judged.outcome)) +
              (judged.outcome.holds ? Cell("✓ holds", "good") : Cell("✗ crossed", "bad")) + "</tr>";
    }
    html += "</table></section>";
  }
  if (!m.checks.empty()) {
    html += "<section><h2>Checks</h2><table>";
    for (const CheckCount& check : m.checks) {
      const std::uint64_t all = check.passes + check.failures;
      html += "<tr>" + Cell(check.name, "text") +
              Cell(std::to_string(check.passes) + " of " + std::to_string(all)) +
              Cell(Percent(check.passes, all), check.failures > 0 ? "bad" : "good") + "</tr>";
    }
    html += "</table></section>";
  }
  std::string rows;
  for (std::size_t i = 1; i < kFailures; ++i) {
    if (m.failures[i] == 0) continue;
    rows += "<tr>" + Cell(NameOf(static_cast<Failure>(i))) + Cell(std::to_string(m.failures[i])) + "</tr>";
  }
  for (std::size_t status = 400; status < m.statuses.size(); ++status) {
    if (m.statuses[status] == 0) continue;
    rows += "<tr>" + Cell("status " + std::to_string(status)) + Cell(std::to_string(m.statuses[status])) +
            "</tr>";
  }
  if (!rows.empty()) html += "<section><h2>Failures</h2><table>" + rows + "</table></section>";
  return html.empty() ? html : "<div class='grid' style='margin-bottom:12px'>" + html + "</div>";
}

std::string OverTime(const Metrics& m) {
  std::vector<double> x;
  Series median{"median", {}}, p95{"p(95)", {}}, p99{"p(99)", {}};
  Series rate{"requests", {}}, failures{"failures", {}}, users{"VUs", {}};
  for (const Interval& interval : m.timeline) {
    // The last interval may be so short that its rate says nothing.
    if (interval.length < 0.02 && m.timeline.size() > 1) continue;
    x.push_back(interval.begin);
    median.values.push_back(interval.median);
    p95.values.push_back(interval.p95);
    p99.values.push_back(interval.p99);
    const double length = interval.length > 0 ? interval.length : 1;
    rate.values.push_back(static_cast<double>(interval.requests) / length);
    failures.values.push_back(static_cast<double>(interval.failures) / length);
    users.values.push_back(interval.users);
  }
  const Series latency[] = {median, p95, p99};
  const Series rates[] = {rate, failures};
  const Series active[] = {users};
  return "<section><h2>Latency over time</h2>" + LinePlot(x, latency, {"seconds", "ms"}) +
         "</section><section><h2>Rate over time</h2>" + LinePlot(x, rates, {"seconds", "/s"}) +
         "</section><section><h2>Virtual users</h2>" + LinePlot(x, active, {"seconds", ""}) + "</section>";
}

// Bars of equal width on a logarithmic axis, from the fastest request to p(99.9): the few beyond would press
// all others together.
std::string Distribution(const Metrics& m) {
  const Histogram& h = m.trend(Trend::kDuration);
  if (h.count() == 0) return {};
  constexpr int kBars = 48;
  const double low = std::max(1.0, static_cast<double>(h.min()));
  const double high = std::max(low * 1.01, static_cast<double>(h.Percentile(99.9)));
  std::vector<double> edges{low / 1e6}, counts;
  std::uint64_t before = 0;
  for (int i = 1; i <= kBars; ++i) {
    const double edge = low * std::pow(high / low, static_cast<double>(i) / kBars);
    const std::uint64_t up_to = h.CountUpTo(static_cast<std::uint64_t>(edge));
    counts.push_back(static_cast<double>(up_to - before));
    edges.push_back(edge / 1e6);
    before = up_to;
  }
  std::vector<std::pair<std::string, double>> marks;
  for (const auto& [name, percent] : {std::pair{"median", 50.0}, {"p(95)", 95.0}, {"p(99)", 99.0}}) {
    const auto value = static_cast<double>(h.Percentile(percent));
    marks.emplace_back(std::string(name) + " " + FormatTime(value), value / 1e6);
  }
  return "<section><h2>Distribution of latency, to p(99.9)</h2>" +
         BarPlot(edges, counts, marks, {"ms (logarithmic)", ""}) + "</section>";
}

std::string Trends(const Metrics& m) {
  std::string html =
      "<section "
      "class='wide'><h2>Times</h2><table><tr><th></th><th>avg</th><th>min</th><th>med</th><th>max</th>"
      "<th>p(90)</th><th>p(95)</th><th>p(99)</th></tr>";
  for (std::size_t i = 0; i < kTrends; ++i) {
    const auto trend = static_cast<Trend>(i);
    const Histogram& h = m.trend(trend);
    html += "<tr>" + Cell(NameOf(trend)) + Cell(FormatTime(h.mean())) + Cell(Time(h.min())) +
            Cell(Time(h.Percentile(50))) + Cell(Time(h.max())) + Cell(Time(h.Percentile(90))) +
            Cell(Time(h.Percentile(95))) + Cell(Time(h.Percentile(99))) + "</tr>";
  }
  return html + "</table></section>";
}

std::string Totals(const Metrics& m) {
  const auto row = [](std::string_view name, std::string_view value) {
    return "<tr>" + Cell(name) + Cell(value) + "</tr>";
  };
  std::string html = "<section class='wide'><h2>Totals</h2><table>";
  html += row("duration", FormatTime(static_cast<double>(m.elapsed)));
  html += row("iterations", std::to_string(m.iterations));
  html += row("dropped_iterations", std::to_string(m.dropped_iterations));
  html += row("interrupted iterations", std::to_string(m.interrupted_iterations));
  html += row("data_sent", FormatBytes(static_cast<double>(m.bytes_sent)));
  html += row("data_received", FormatBytes(static_cast<double>(m.bytes_received)));
  if (m.requests > 0) {
    html += row("CPU of this client for a request",
                FormatTime(static_cast<double>(m.client_cpu) / static_cast<double>(m.requests)));
  }
  return html + "</table></section>";
}

}  // namespace

std::string HtmlReport(const Metrics& m, const RunDescription& description) {
  std::string html =
      "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
      "<meta name='viewport' content='width=device-width, initial-scale=1'><title>";
  html += EscapeHtml(description.title) + "</title><style>" + std::string(kStyle) + "</style></head><body>";
  html += "<h1>" + EscapeHtml(description.title) + "</h1><p class='muted'>" + EscapeHtml(description.target) +
          " · " + EscapeHtml(description.plan) + " · " + EscapeHtml(description.started) + "</p>";
  html += Tiles(m);
  html += Verdicts(m, description);
  html += "<div class='grid'>" + OverTime(m) + Distribution(m) + "</div>";
  html += Trends(m);
  html += Totals(m);
  return html + "</body></html>\n";
}

}  // namespace ephor::load
