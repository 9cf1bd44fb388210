// JSON pointers (RFC 6901): "/spec/containers/0/image".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::json {

// The reference tokens with their escapes decoded; those that had escapes are copied into the arena, the
// others are views of the text. "" is the whole document: no tokens. Fails where the text does not begin with
// "/".
Result<std::vector<std::string_view>> ParsePointer(std::string_view text, Arena& arena);

// A token with "~1" for "/" and "~0" for "~" decoded; a view of the token where it has no "~".
std::string_view DecodeToken(std::string_view token, Arena& arena);
// Appends "/" and the token with its escapes.
void AppendToken(std::string_view token, std::string& pointer);

// The value the pointer leads to, or nullptr. An array's token is its index in digits without leading zeros.
const Value* Resolve(const Value& document, const std::vector<std::string_view>& tokens);

}  // namespace ephor::json
