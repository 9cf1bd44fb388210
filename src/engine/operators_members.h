// What a value of the In family of operators holds: a list, a range, or a text that stands for one of them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"
#include "pattern/scalar.h"
#include "pattern/wildcard.h"

namespace ephor::engine {

// Texts to be looked up. Views: the texts and the arena must outlive it. Look-ups do not allocate; among many
// texts without wildcards they take logarithmic time.
class TextSet {
 public:
  TextSet() = default;
  // Reorders the texts, which it keeps.
  TextSet(std::span<std::string_view> texts, Arena& arena);

  bool Contains(std::string_view text) const;
  // Whether a member matches the text or the text a member, each as a wildcard.
  bool Matches(std::string_view text) const;

 private:
  bool ContainsLiteral(std::string_view text) const;

  std::span<const std::string_view> literals_;    // sorted where they are many
  std::span<const std::string_view> patterns_;    // those with wildcards
  std::span<const pattern::Wildcard> wildcards_;  // of patterns_
};

struct Members {
  enum class Kind : std::uint8_t {
    kNone,         // null or an object: no operator of the family is ever true
    kList,         // the list's values as text
    kScalar,       // a number or boolean as text
    kRange,        // a text "a-b"
    kJsonStrings,  // a text that is a JSON array of strings
    kJsonOther,    // a text that is any other JSON: never true either
    kText,         // any other text
  };

  Kind kind = Kind::kNone;
  bool all_strings = true;        // kList
  TextSet set;                    // all but kNone, kRange and kJsonOther
  pattern::Wildcard wildcard;     // of a text
  std::string_view text;          // the text itself
  pattern::ScalarPattern inside;  // kRange
  pattern::Range range;           // kRange

  // Allocates in the arena only. The value must outlive the result.
  static Members Of(const json::Value& value, Arena& arena);
};

}  // namespace ephor::engine
