#include <map>
#include <vector>

#include "report/coverage.h"
#include "report/xml.h"

namespace ephor::report {
namespace {

using engine::CoverageItem;
using Entry = engine::CoverageReport::Entry;

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --page: #ffffff; --card: #f6f7f9; --text: #1b1f24; --muted: #59636e; --line: #d8dee4;
  --good: #1a7f37; --good-back: #e6f6ea; --bad: #cf222e; --bad-back: #ffebe9; --half: #9a6700; --half-back: #fff4d1; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0f1317; --card: #181d23; --text: #e6eaef; --muted: #9aa5b1; --line: #303740;
    --good: #4ac26b; --good-back: #12261a; --bad: #ff7b72; --bad-back: #2f1517; --half: #e3b341; --half-back: #2b2410; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 28px 20px 48px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 28px 0 10px; overflow-wrap: anywhere; }
p { margin: 0 0 16px; color: var(--muted); }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.sums th, .sums td { text-align: right; padding: 6px 12px; border-bottom: 1px solid var(--line); white-space: nowrap; }
.sums th { color: var(--muted); font-weight: 500; } .sums th:first-child, .sums td:first-child { text-align: left; }
.sums tr:last-child td { border-bottom: 0; } a { color: inherit; }
.bar { display: inline-block; width: 80px; height: 8px; border-radius: 4px; background: var(--bad-back);
  border: 1px solid var(--line); overflow: hidden; vertical-align: middle; }
.bar i { display: block; height: 100%; background: var(--good); }
.code { font: 13px/1.5 ui-monospace, monospace; }
.code td { padding: 0 10px; white-space: pre; vertical-align: top; }
.code td:nth-child(1) { color: var(--muted); text-align: right; width: 1%; user-select: none; }
.code td:nth-child(2) { color: var(--muted); text-align: right; width: 1%; user-select: none; }
.code tr.good td { background: var(--good-back); } .code tr.good td:nth-child(2) { color: var(--good); }
.code tr.bad td { background: var(--bad-back); } .code tr.bad td:nth-child(2) { color: var(--bad); }
.code tr.half td { background: var(--half-back); } .code tr.half td:nth-child(2) { color: var(--half); }
.key span { padding: 1px 8px; border-radius: 4px; margin-right: 6px; }
.key .good { background: var(--good-back); color: var(--good); } .key .bad { background: var(--bad-back); color: var(--bad); }
.key .half { background: var(--half-back); color: var(--half); }
)";

// What is shown beside a line: of the items that begin there, the worst.
struct LineMark {
  enum class State : std::uint8_t { kGood, kHalf, kBad };
  State state = State::kGood;
  std::string counts;
};

LineMark::State StateOf(const Entry& entry) {
  if (!entry.counts.covered()) return LineMark::State::kBad;
  return HasSides(entry.item.kind) && entry.counts.one_sided() ? LineMark::State::kHalf
                                                               : LineMark::State::kGood;
}

// "3 yes, 1 no", "4 elements"; the number of decisions of a rule.
std::string CountsOf(const Entry& entry) {
  const engine::CoverageCounts& counts = entry.counts;
  if (!counts.covered()) return "never";
  if (entry.item.kind == CoverageItem::Kind::kForEach) {
    return std::to_string(counts.yes) + (counts.yes == 1 ? " element" : " elements");
  }
  std::string text;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    text += std::to_string(count) + " ";
    text += what;
  };
  add(counts.yes, "yes");
  add(counts.no, "no");
  add(counts.other, "other");
  add(counts.values, counts.values == 1 ? "value" : "values");
  return text;
}

struct File {
  CoverageTotals totals;
  std::map<std::uint32_t, LineMark> lines;
};

void AppendSource(const File& file, std::string_view text, std::string& out) {
  static constexpr std::string_view kClasses[] = {"good", "half", "bad"};
  out += "<div class='scroll'><table class='code'>";
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const auto mark = file.lines.find(number);
    out += "<tr";
    if (mark != file.lines.end()) {
      out.append(" class='").append(kClasses[static_cast<std::size_t>(mark->second.state)]).append("'");
    }
    out += "><td>" + std::to_string(number) + "</td><td>";
    if (mark != file.lines.end()) out += mark->second.counts;
    out += "</td><td>" + EscapeXml(line) + "</td></tr>\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  out += "</table></div>";
}

}  // namespace

void AppendCoverageHtml(const engine::CoverageReport& report, const SourceOf& source, std::string& out) {
  std::map<std::string, File> files;
  CoverageTotals all;
  for (const Entry& entry : report.Entries()) {
    File& file = files[entry.item.file];
    file.totals.Count(entry);
    all.Count(entry);
    LineMark& mark = file.lines[entry.item.position.line];
    mark.state = std::max(mark.state, StateOf(entry));
    if (!mark.counts.empty()) mark.counts += " · ";
    mark.counts += CountsOf(entry);
  }
  const auto sum = all.Sum();
  out +=
      "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
      "content='width=device-width'><title>Policy coverage</title><style>";
  out.append(kStyle).append("</style></head><body><h1>Policy coverage</h1><p>");
  out += std::to_string(Percent(sum)) + "% — " + std::to_string(sum.covered) + " of " +
         std::to_string(sum.all) + " rules, conditions, pattern nodes, loops, expressions and branches</p>";
  out +=
      "<div class='scroll'><table class='sums'><tr><th>File</th><th>Rules</th><th>Conditions</th>"
      "<th>Patterns</th><th>Loops</th><th>Expressions</th><th>Branches</th><th>%</th><th></th></tr>";
  std::size_t id = 0;
  for (const auto& [name, file] : files) {
    const std::string percent = std::to_string(Percent(file.totals.Sum()));
    out += "<tr><td><a href='#f" + std::to_string(id++) + "'>" + EscapeXml(name) + "</a></td>";
    for (const CoverageTotals::Ratio& ratio : file.totals.kinds) out += "<td>" + RatioText(ratio) + "</td>";
    out += "<td>" + percent + "</td><td><span class='bar'><i style='width:" + percent +
           "%'></i></span></td></tr>\n";
  }
  out +=
      "</table></div><h2>Sources</h2><p class='key'><span class='good'>exercised</span><span "
      "class='half'>decided only one way</span><span class='bad'>never looked at</span></p>";
  id = 0;
  for (const auto& [name, file] : files) {
    out += "<h2 id='f" + std::to_string(id++) + "'>" + EscapeXml(name) + "</h2>";
    if (const auto text = source(name)) AppendSource(file, *text, out);
  }
  out += "</body></html>\n";
}

}  // namespace ephor::report
