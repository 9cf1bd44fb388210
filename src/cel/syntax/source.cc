#include "cel/syntax/source.h"

#include <algorithm>

#include "base/utf8.h"

namespace ephor::cel {
namespace {

constexpr std::size_t kMaxIssues = 100;
// Longer lines are not shown, as in the reference.
constexpr std::size_t kMaxSnippetBytes = 16384;

std::string_view LineAt(std::string_view text, std::uint32_t offset) {
  offset = std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(text.size()));
  std::size_t begin = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  return text.substr(begin, end - begin);
}

void AppendExcerpt(std::string_view line, std::uint32_t column, std::string& out) {
  out += "\n | ";
  for (char c : line) out += c == '\t' ? ' ' : c;
  out += "\n | ";
  std::size_t at = 0;
  // Wide marks under wide characters, so that the caret stays below its place.
  for (std::uint32_t i = 1; i < column && at < line.size(); ++i) {
    const std::uint32_t bytes = DecodeUtf8(line, at).bytes;
    out += bytes > 1 ? "\uff0e" : ".";
    at += bytes;
  }
  out += at < line.size() && DecodeUtf8(line, at).bytes > 1 ? "\uff3e" : "^";
}

}  // namespace

SourcePosition PositionOf(std::string_view text, std::uint32_t offset) {
  if (offset == Issue::kNoOffset) return {};
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t newline = before.rfind('\n');
  const std::string_view head = newline == std::string_view::npos ? before : before.substr(newline + 1);
  return {line, static_cast<std::uint32_t>(CountCodePoints(head)) + 1};
}

std::string FormatIssues(std::string_view text, std::vector<Issue> issues) {
  std::stable_sort(issues.begin(), issues.end(),
                   [](const Issue& a, const Issue& b) { return a.offset < b.offset; });
  if (issues.size() > kMaxIssues) issues.resize(kMaxIssues);
  std::string out;
  for (const Issue& issue : issues) {
    if (!out.empty()) out += '\n';
    const SourcePosition position = PositionOf(text, issue.offset);
    if (issue.offset == Issue::kNoOffset) {
      out += "ERROR: <input>:-1:0: " + issue.message;
      continue;
    }
    out += "ERROR: <input>:" + std::to_string(position.line) + ":" + std::to_string(position.column) + ": " +
           issue.message;
    const std::string_view line = LineAt(text, issue.offset);
    if (line.size() <= kMaxSnippetBytes) AppendExcerpt(line, position.column, out);
  }
  return out;
}

Error IssuesToError(std::string_view text, std::vector<Issue> issues) {
  std::uint32_t first = Issue::kNoOffset;
  for (const Issue& issue : issues) first = std::min(first, issue.offset);
  return Error(ErrorCode::kInvalidInput, FormatIssues(text, std::move(issues))).At(PositionOf(text, first));
}

}  // namespace ephor::cel
