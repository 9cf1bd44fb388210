// The rows that a test expects against what came out.
#pragma once

#include <string>
#include <vector>

#include "cli/test_evaluate.h"
#include "report/table.h"
#include "source/test_case.h"

namespace ephor::cli {

// Of rows: a pass where a skip was expected, and a row that is excluded, count as skipped.
struct TestCounts {
  std::size_t pass = 0, fail = 0, skip = 0;
};

// One row for each resource and rule that an expectation is about, numbered from 1. A resource that gives no
// result for the policy's rule is "Excluded", which passes; a policy that is not there is "Not found", which
// fails. The manifests that rows name are read from the directory.
std::vector<report::TableRow> MatchRows(const std::vector<source::ExpectedResult>& expected,
                                        const TestResponses& responses, const std::string& directory,
                                        bool colour, TestCounts& counts);

}  // namespace ephor::cli
