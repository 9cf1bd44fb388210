// What tests have exercised of policies, as text and as an HTML page.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/observe/coverage.h"

namespace ephor::report {

// Appends a row for each policy with what is exercised of what there is, the lines where something is not, or
// was only ever decided one way, and the total.
void AppendCoverageText(const engine::CoverageReport& report, std::string& out);

// Gives the text of a policy file, or nothing where there is none any more.
using SourceOf = std::function<std::optional<std::string>(const std::string& file)>;

// Appends one self-contained page: the table, and each file with its lines marked.
void AppendCoverageHtml(const engine::CoverageReport& report, const SourceOf& source, std::string& out);

// What a policy, or all of them, come to: exercised and all items of each kind.
struct CoverageTotals {
  static constexpr std::size_t kKinds = 6;
  struct Ratio {
    std::size_t covered = 0;
    std::size_t all = 0;
  };
  Ratio kinds[kKinds];  // by CoverageItem::Kind

  void Count(const engine::CoverageReport::Entry& entry);
  Ratio Sum() const;
};

// Whether tests should see both outcomes of an item.
bool HasSides(engine::CoverageItem::Kind kind);

// "3/4", "-" where there is nothing.
std::string RatioText(const CoverageTotals::Ratio& ratio);
// Whole percents, rounded down: only what is complete is 100.
std::size_t Percent(const CoverageTotals::Ratio& ratio);

}  // namespace ephor::report
