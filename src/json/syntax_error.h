// What is wrong with a JSON text that could not be parsed, in the words of Go's encoding/json.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace ephor::json {

// Reads the text anew, slowly, up to its first error: kInvalidInput with line and column. Nesting is not
// limited here. For a text without error it says so in general words.
Error SyntaxError(std::string_view text);

// Line and column of a byte of the text.
SourcePosition PositionOf(std::string_view text, std::size_t offset);

}  // namespace ephor::json
