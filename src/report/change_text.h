// Changes of decisions as text and as JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "report/decisions.h"

namespace ephor::report {

// An object that changes concern, and where it was read.
struct ChangedObject {
  std::string name;  // "default/Pod/web"
  std::string_view file;
  std::uint32_t line = 0;
};

// Appends the object and a line for each change, with what differs below it.
void AppendChanges(const ChangedObject& object, std::span<const Change> changes, bool colour,
                   std::string& out);
// Appends {"resource", "file", "line", "changes": [{"policy", "rule", "change", "before", "after", ...}]}.
void AppendChangesJson(const ChangedObject& object, std::span<const Change> changes, std::string& out);

// Appends a line for each rule and way of changing, with its number, then the totals.
void AppendSummary(const ChangeSummary& summary, std::string& out);
void AppendSummaryJson(const ChangeSummary& summary, std::string& out);

}  // namespace ephor::report
