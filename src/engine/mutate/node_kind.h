// The reference's error for a value of another kind than a merge needs, in the words of its YAML library.
#pragma once

#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace ephor::engine {

// "MappingNode", "SequenceNode" or "ScalarNode".
std::string_view NodeKind(const json::Value& value);

std::unexpected<Error> WrongKind(std::string_view expected, const json::Value& got);

}  // namespace ephor::engine
