// Anchors: keys of patterns and merge patches that are written "(key)" or with a sign before the parenthesis.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ephor::pattern {

enum class AnchorKind : std::uint8_t {
  kConditional,  // (key)   the rest applies only where the value matches
  kEquality,     // =(key)  where the key is there, its value must match
  kExistence,    // ^(key)  some element of the list must match
  kNegation,     // X(key)  the key must not be there
  kGlobal,       // <(key)  the whole rule applies only where the value matches
  kAddIfAbsent,  // +(key)  mutation sets the key where it is not there
};

struct Anchor {
  AnchorKind kind;
  std::string_view key;  // as it stands between the parentheses, untrimmed; a view into the written text
};

// Nothing where the written key is not an anchor. Space around the whole is ignored; a key is never empty and
// has no line feed.
std::optional<Anchor> ParseAnchor(std::string_view written);

// The sign before the parenthesis: "", "=", "^", "X", "<" or "+".
std::string_view AnchorSign(AnchorKind kind);

// The key without its anchor, if it has one: what the written key looks up.
inline std::string_view BareKey(std::string_view written) {
  const std::optional<Anchor> anchor = ParseAnchor(written);
  return anchor ? anchor->key : written;
}

}  // namespace ephor::pattern
