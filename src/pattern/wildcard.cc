#include "pattern/wildcard.h"

#include <cstddef>

#include "base/utf8.h"

namespace ephor::pattern {
namespace {

// The bytes of the code point at `at`. An ASCII byte, the common case, is decided here.
std::size_t StepOver(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]) < 0x80 ? 1 : DecodeUtf8(text, at).bytes;
}

}  // namespace

// Only the latest '*' is ever retried: whatever an earlier one could still absorb, the latest can too. That
// keeps a hostile pattern such as "*a*a*a*b" at O(|pattern| * |text|), where the obvious recursion is
// exponential.
bool WildcardMatch(std::string_view pattern, std::string_view text) {
  constexpr auto kNone = std::string_view::npos;
  std::size_t p = 0, t = 0;
  std::size_t after_star = kNone;  // where the pattern goes on after the latest '*'
  std::size_t star_end = 0;        // how far into the text that '*' reaches so far
  while (t < text.size()) {
    const char want = p < pattern.size() ? pattern[p] : '\0';
    if (want == '*') {
      after_star = ++p;
      if (p == pattern.size()) return true;
      star_end = t;
    } else if (p < pattern.size() && (want == '?' || want == text[t])) {
      t += want == '?' ? StepOver(text, t) : 1;
      ++p;
    } else if (after_star != kNone) {
      star_end += StepOver(text, star_end);
      t = star_end;
      p = after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == kNone;
}

Wildcard::Wildcard(std::string_view pattern) : part_(pattern) {
  const std::size_t first = pattern.find_first_of("*?");
  if (first == std::string_view::npos) return;
  shape_ = Shape::kGeneral;
  if (pattern == "?*" || pattern == "*?") {
    shape_ = Shape::kSomething;
  } else if (pattern == "*") {
    shape_ = Shape::kAnything;
  } else if (pattern[first] == '*' && first + 1 == pattern.size()) {
    shape_ = Shape::kPrefix;
    part_.remove_suffix(1);
  } else if (pattern[first] == '*' && first == 0 && !HasWildcard(pattern.substr(1)) &&
             (static_cast<unsigned char>(pattern[1]) & 0xC0) != 0x80) {
    // A suffix that began inside a code point could match where the definition does not.
    shape_ = Shape::kSuffix;
    part_.remove_prefix(1);
  }
}

}  // namespace ephor::pattern
