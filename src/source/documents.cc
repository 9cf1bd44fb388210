#include "source/documents.h"

namespace ephor::source {
namespace {

constexpr std::string_view kBlank = " \t\r\n\f\v";

bool IsBlankOrComment(std::string_view line) {
  const std::size_t start = line.find_first_not_of(kBlank);
  return start == std::string_view::npos || line[start] == '#';
}

}  // namespace

std::vector<DocumentText> SplitDocuments(std::string_view text) {
  std::vector<DocumentText> documents;
  DocumentText current;
  std::size_t begin = 0;
  bool started = false;  // a line has been collected
  bool content = false;  // one that is neither blank nor a comment
  const auto close = [&](std::size_t end) {
    current.text = text.substr(begin, end - begin);
    if (content || current.bad_separator) documents.push_back(current);
    current = {};
    started = content = false;
  };

  std::uint32_t line_number = 1;
  for (std::size_t at = 0; at < text.size(); ++line_number) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t next = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::string_view line = text.substr(at, next - at);
    if (line.starts_with("---")) {
      if (!IsBlankOrComment(line.substr(3))) {
        current.bad_separator = true;
      } else if (started) {
        close(at);
        at = begin = next;
        current.line = line_number + 1;
        continue;
      }
    }
    if (!started) {
      begin = at;
      current.line = line_number;
      started = true;
    }
    content = content || !IsBlankOrComment(line);
    at = next;
  }
  if (started) close(text.size());
  return documents;
}

}  // namespace ephor::source
