// Rows of test results in the formats of `test --output-format`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "report/table.h"

namespace ephor::report {

enum class TestFormat { kJson, kYaml, kMarkdown, kJunit };

// Nothing for a name that is no format.
std::optional<TestFormat> TestFormatOf(std::string_view name);

// Appends the rows with an empty line before and after, as the reference does. The cells must be free of
// colours. JUnit is well-formed XML, where the reference leaves elements open and texts unescaped.
void WriteTestResults(std::span<const TableRow> rows, TestFormat format, bool detailed, std::string& out);

}  // namespace ephor::report
