#include "pattern/scalar_text.h"

namespace ephor::pattern {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The length of a range's end at the start of the text: sign, digits, fraction, unit. 0 where there is none.
// The reference's expression takes '|' for a sign, too.
std::size_t RangeEndLength(std::string_view text) {
  std::size_t at = 0;
  const auto skip_while = [&](bool (*wanted)(char)) {
    const std::size_t from = at;
    while (at < text.size() && wanted(text[at])) ++at;
    return at > from;
  };
  if (!text.empty() && (text[0] == '-' || text[0] == '+' || text[0] == '|')) ++at;
  if (!skip_while(IsDigit)) return 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!skip_while(IsDigit)) return 0;
  }
  skip_while(IsLetter);
  return at;
}

}  // namespace

// An operator needs something behind it: a text of one byte has none.
LeadingOperator OperatorOf(std::string_view text) {
  if (text.size() < 2) return {Comparison::kEqual, 0};
  if (text.starts_with(">=")) return {Comparison::kGreaterOrEqual, 2};
  if (text.starts_with("<=")) return {Comparison::kLessOrEqual, 2};
  if (text.starts_with(">")) return {Comparison::kGreater, 1};
  if (text.starts_with("<")) return {Comparison::kLess, 1};
  if (text.starts_with("!")) return {Comparison::kNotEqual, 1};
  return {Comparison::kEqual, 0};
}

std::string_view TakePart(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  const std::size_t first = part.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return part.substr(first, part.find_last_not_of(' ') - first + 1);
}

std::size_t CountParts(std::string_view text, char separator) {
  std::size_t count = 1;
  for (const char c : text) count += c == separator;
  return count;
}

std::optional<RangeText> SplitRange(std::string_view text) {
  const std::size_t low = RangeEndLength(text);
  if (low == 0) return std::nullopt;
  std::string_view rest = text.substr(low);
  const bool outside = rest.starts_with("!-");
  if (!outside && !rest.starts_with("-")) return std::nullopt;
  rest.remove_prefix(outside ? 2 : 1);
  if (rest.empty() || RangeEndLength(rest) != rest.size()) return std::nullopt;
  return RangeText{text.substr(0, low), rest, outside};
}

}  // namespace ephor::pattern
