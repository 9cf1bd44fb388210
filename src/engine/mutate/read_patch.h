// The text of `patchesJson6902` as a value.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::engine {

// A text that begins with '[' is JSON, all others are YAML. The text must outlive the value.
Result<json::Value> ReadPatch(std::string_view text, Arena& arena);

}  // namespace ephor::engine
