// JSON text to json::Value.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::json {

struct ParseLimits {
  // Nesting of arrays and objects. Kubernetes' own decoder allows 10,000; no real object passes 50.
  std::size_t max_depth = 512;
};

// Reads a whole JSON document (RFC 8259, UTF-8). The tree and all its strings are copied into the arena, so
// the text may go away. Of duplicate keys the last wins. Numbers: integers in int64's range exact, all others
// the nearest double. Errors (kInvalidInput) say what is wrong and carry line and column. Safe from any
// thread: each thread keeps a parser of its own, whose memory is reused.
Result<Value> Parse(std::string_view text, Arena& arena, ParseLimits limits = {});

}  // namespace ephor::json
