#include "source/csv.h"

#include <algorithm>

namespace ephor::source {

void SplitCsvRecord(std::string_view record, char delimiter, std::vector<std::string>& fields) {
  const std::size_t before = fields.size();
  std::size_t at = 0;
  while (true) {
    std::string field;
    if (at < record.size() && record[at] == '"') {
      for (++at;; ++at) {
        if (at >= record.size()) {
          fields.resize(before);
          fields.emplace_back(record);
          return;
        }
        if (record[at] == '"') {
          if (at + 1 >= record.size() || record[at + 1] != '"') break;
          ++at;
        }
        field += record[at];
      }
      ++at;  // the closing quote
    }
    const std::size_t end = std::min(record.find(delimiter, at), record.size());
    field += record.substr(at, end - at);
    fields.push_back(std::move(field));
    if (end == record.size()) return;
    at = end + 1;
  }
}

}  // namespace ephor::source
