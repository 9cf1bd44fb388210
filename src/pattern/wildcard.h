// Wildcards: the "*" and "?" of Kyverno's match filters and patterns.
#pragma once

#include <string_view>

namespace ephor::pattern {

// '*' stands for any run of code points, also an empty one; '?' for exactly one; the rest for itself. No
// escapes, no classes; '/' and '.' are ordinary. The empty pattern matches only the empty text. Time
// O(|pattern| * |text|) at worst, no allocation. (spec 01 2.3)
bool WildcardMatch(std::string_view pattern, std::string_view text);

inline bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

}  // namespace ephor::pattern
