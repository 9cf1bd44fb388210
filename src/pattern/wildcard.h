// Wildcards: the "*" and "?" of Kyverno's match filters and patterns.
#pragma once

#include <cstdint>
#include <string_view>

namespace ephor::pattern {

// '*' stands for any run of code points, also an empty one; '?' for exactly one; the rest for itself. No
// escapes, no classes; '/' and '.' are ordinary. The empty pattern matches only the empty text. Time
// O(|pattern| * |text|) at worst, no allocation.
bool WildcardMatch(std::string_view pattern, std::string_view text);

inline bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

// A pattern whose shape was looked at once, so that the usual ones ("nginx", "*", "?*", "kube-*", "*:latest")
// cost a comparison of bytes. A view: the pattern's text must outlive it. Matches exactly what WildcardMatch
// matches.
class Wildcard {
 public:
  Wildcard() = default;  // matches the empty text
  explicit Wildcard(std::string_view pattern);

  bool Matches(std::string_view text) const {
    switch (shape_) {
      case Shape::kLiteral:
        return text == part_;
      case Shape::kAnything:
        return true;
      case Shape::kSomething:
        return !text.empty();
      case Shape::kPrefix:
        return text.starts_with(part_);
      case Shape::kSuffix:
        return text.ends_with(part_);
      case Shape::kGeneral:
        break;
    }
    return WildcardMatch(part_, text);
  }

  // No '*' and no '?'.
  bool is_literal() const { return shape_ == Shape::kLiteral; }

 private:
  enum class Shape : std::uint8_t { kLiteral, kAnything, kSomething, kPrefix, kSuffix, kGeneral };

  std::string_view part_;  // what is to be compared; of a general pattern the whole
  Shape shape_ = Shape::kLiteral;
};

}  // namespace ephor::pattern
