#include "engine/cel/placeholders.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kOpen = "((", kEscapedOpen = "\\((";

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::unexpected<Error> Malformed(std::string_view what, std::size_t start, std::string_view more = {}) {
  return Fail(ErrorCode::kInvalidPolicy,
              std::string(what) + " at offset " + std::to_string(start) + std::string(more));
}

// The expression of the placeholder that begins at `at`, which is moved behind it.
Result<std::string_view> ScanPlaceholder(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  std::size_t depth = 0;
  char quote = 0;
  for (std::size_t i = start + kOpen.size(); i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      if (depth > 0) {
        --depth;
        continue;
      }
      if (i + 1 >= text.size() || text[i + 1] != ')') {
        return Malformed("unbalanced parenthesis in placeholder starting", start);
      }
      const std::string_view expression =
          Trimmed(text.substr(start + kOpen.size(), i - start - kOpen.size()));
      if (expression.empty()) return Malformed("empty placeholder", start);
      at = i + 2;
      return expression;
    }
  }
  if (quote != 0) return Malformed("unterminated string literal in placeholder starting", start);
  return Malformed("unterminated placeholder starting", start, ": missing closing '))'");
}

}  // namespace

bool HasPlaceholder(std::string_view text) {
  for (std::size_t i = text.find(kOpen); i != std::string_view::npos; i = text.find(kOpen, i + 2)) {
    if (i == 0 || text[i - 1] != '\\') return true;
  }
  return false;
}

bool NeedsScan(std::string_view text) {
  return text.find(kOpen) != std::string_view::npos;
}

Result<std::vector<TextSegment>> ScanText(std::string_view text) {
  std::vector<TextSegment> segments;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) segments.push_back({std::move(literal), false});
    literal.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(kEscapedOpen)) {
      literal += kOpen;
      at += kEscapedOpen.size();
    } else if (text.substr(at).starts_with(kOpen)) {
      EPHOR_ASSIGN(const std::string_view expression, ScanPlaceholder(text, at));
      flush();
      segments.push_back({std::string(expression), true});
    } else {
      literal += text[at++];
    }
  }
  flush();
  return segments;
}

}  // namespace ephor::engine
