// Leaves of patterns as conditions of CEL: ">= 10", "1Gi-4Gi", "!*:latest", "a | b", true, null.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "convert/cel_text.h"
#include "convert/shape.h"
#include "json/value.h"

namespace ephor::convert {

// Where an expression stands. An error in a validation refuses the object, as a pattern that does not match
// does; elsewhere it would change what is decided, so that values which a function does not take are asked
// about first.
enum class Errors : std::uint8_t {
  kRefuse,  // an error and "false" are the same
  kMatter,
};

// That the value of the expression `value`, which is there and of one of these kinds, fits the pattern. Fails
// (kInvalidPolicy) with the reason where no expression says exactly that.
Result<Cel> ScalarCel(const json::Value& pattern, const std::string& value, Kinds kinds, Errors errors);

// That a text fits a wildcard ("*" and "?").
Cel WildcardCel(const std::string& text, std::string_view wildcard);

// That it fits one of several; never where there are none.
Cel AnyWildcardCel(const std::string& text, std::span<const std::string_view> wildcards);

// Values that tell what a pattern accepts and what it does not: its own operands, values next to them, and
// values that have nothing to do with it, of these kinds. In the arena; for a default (pattern_cel.cc) and
// for samples (samples.h).
std::vector<json::Value> TellingValues(const json::Value& pattern, Kinds kinds, Arena& arena);

}  // namespace ephor::convert
