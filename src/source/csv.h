// Lists in one argument or key, as Go's encoding/csv reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ephor::source {

// Appends the fields of one record (RFC 4180: a field in double quotes may hold delimiters, "" is a quote). A
// record that is not well-formed is appended whole.
void SplitCsvRecord(std::string_view record, char delimiter, std::vector<std::string>& fields);

}  // namespace ephor::source
