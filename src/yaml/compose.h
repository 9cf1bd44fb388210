// One YAML document to a json::Value.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "yaml/load.h"

namespace ephor::yaml {

// Reads the first document of the text; null where there is none. The value's strings are in the arena.
// Positions and the positions of errors begin with line first_line; the line that an error's message names
// counts from the document's own beginning, as the reference's does.
Result<const json::Value*> Compose(std::string_view text, std::uint32_t first_line, Arena& arena,
                                   Positions* positions, const LoadLimits& limits);

}  // namespace ephor::yaml
