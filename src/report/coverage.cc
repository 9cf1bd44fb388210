#include "report/coverage.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace ephor::report {
namespace {

using engine::CoverageItem;
using Entry = engine::CoverageReport::Entry;

// What is said of one policy of a file.
struct Row {
  CoverageTotals totals;
  std::set<std::uint32_t> missed;     // lines
  std::set<std::uint32_t> one_sided;  // of what has sides
};

// "12, 18-20".
std::string LinesText(const std::set<std::uint32_t>& lines) {
  std::string text;
  for (auto it = lines.begin(); it != lines.end();) {
    const std::uint32_t first = *it;
    std::uint32_t last = first;
    for (++it; it != lines.end() && *it == last + 1; ++it) last = *it;
    if (!text.empty()) text += ", ";
    text += std::to_string(first);
    if (last != first) text += "-" + std::to_string(last);
  }
  return text;
}

void AppendTable(const std::vector<std::vector<std::string>>& rows, std::string& out) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - row[i].size(), ' ');
    }
    out += line + "\n";
  }
}

}  // namespace

bool HasSides(CoverageItem::Kind kind) {
  return kind == CoverageItem::Kind::kCondition || kind == CoverageItem::Kind::kExpression ||
         kind == CoverageItem::Kind::kBranch;
}

void CoverageTotals::Count(const Entry& entry) {
  Ratio& ratio = kinds[static_cast<std::size_t>(entry.item.kind)];
  ++ratio.all;
  ratio.covered += entry.counts.covered();
}

CoverageTotals::Ratio CoverageTotals::Sum() const {
  Ratio sum;
  for (const Ratio& ratio : kinds) {
    sum.covered += ratio.covered;
    sum.all += ratio.all;
  }
  return sum;
}

std::string RatioText(const CoverageTotals::Ratio& ratio) {
  return ratio.all == 0 ? "-" : std::to_string(ratio.covered) + "/" + std::to_string(ratio.all);
}

std::size_t Percent(const CoverageTotals::Ratio& ratio) {
  return ratio.all == 0 ? 100 : 100 * ratio.covered / ratio.all;
}

void AppendCoverageText(const engine::CoverageReport& report, std::string& out) {
  std::map<std::pair<std::string, std::string>, Row> policies;  // by file and name
  CoverageTotals all;
  for (const Entry& entry : report.Entries()) {
    Row& row = policies[{entry.item.file, entry.item.policy}];
    row.totals.Count(entry);
    all.Count(entry);
    if (!entry.counts.covered()) {
      row.missed.insert(entry.item.position.line);
    } else if (HasSides(entry.item.kind) && entry.counts.one_sided()) {
      row.one_sided.insert(entry.item.position.line);
    }
  }
  std::vector<std::vector<std::string>> rows = {
      {"POLICY", "RULES", "CONDITIONS", "PATTERNS", "LOOPS", "EXPRESSIONS", "BRANCHES", "%", "FILE"}};
  for (const auto& [key, row] : policies) {
    std::vector<std::string>& cells = rows.emplace_back();
    cells.push_back(key.second);
    for (const CoverageTotals::Ratio& ratio : row.totals.kinds) cells.push_back(RatioText(ratio));
    cells.push_back(std::to_string(Percent(row.totals.Sum())));
    cells.push_back(key.first);
  }
  AppendTable(rows, out);
  for (const auto& [key, row] : policies) {
    if (!row.missed.empty()) out += "\nnot exercised: " + key.first + ":" + LinesText(row.missed);
    if (!row.one_sided.empty()) out += "\nonly one way: " + key.first + ":" + LinesText(row.one_sided);
  }
  const CoverageTotals::Ratio sum = all.Sum();
  out += "\n\ncoverage: " + std::to_string(Percent(sum)) + "% (" + std::to_string(sum.covered) + " of " +
         std::to_string(sum.all) + ")\n";
}

}  // namespace ephor::report
