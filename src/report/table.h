// The table that `apply --table` and `test` print.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/sink.h"

namespace ephor::report {

// One row. The cells may hold colour sequences; they do not count for widths.
struct TableRow {
  int id = 0;
  std::string policy;
  std::string rule;
  std::string resource;
  std::string result;
  std::string reason;
  std::string message;  // shown in detailed tables
  bool failed = false;
  SourcePosition place;  // of the expectation in the test's file; not shown
};

struct TableOptions {
  bool detailed = false;         // with the MESSAGE column
  bool coloured_header = false;  // green on black, also where the rest is plain, as in the reference
};

// Writes the table with its borders, some rows at a time; nothing for no rows.
void WriteTable(std::span<const TableRow> rows, const TableOptions& options, const Sink& sink);

// Columns that the text takes on a terminal: wide characters take two, combining ones and colours none.
std::size_t DisplayWidth(std::string_view text);

}  // namespace ephor::report
