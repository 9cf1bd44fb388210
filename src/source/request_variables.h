// Setting variables by their path, as values files name them.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::source {

// The root with a variable set at a path such as "request.object.metadata.name" or `a."b.c"`. Objects on the
// way are made where they are missing, and replace what is no object; an object as value is merged into one
// that is there.
Result<json::Value> WithVariable(const json::Value& root, std::string_view path, const json::Value& value,
                                 Arena& arena);

}  // namespace ephor::source
