// What a plain YAML scalar means: the resolution rules of go-yaml v2, which Kubernetes' YAML reader uses.
#pragma once

#include <string_view>

#include "json/value.h"

namespace ephor::yaml {

enum class ScalarType : std::uint8_t { kString, kNull, kBool, kInt, kFloat, kTimestamp };

// The name of the type's tag, such as "!!int".
std::string_view TagName(ScalarType type);

struct Scalar {
  ScalarType type = ScalarType::kString;
  // A view of the text for strings and timestamps. Integers beyond int64 are doubles. Floats are doubles here
  // also where they are whole, and may be NaN or infinite.
  json::Value value;
};

// YAML 1.1 with go-yaml's exceptions: y, yes, on and their opposites are booleans; 0x, 0o, 0b and a leading 0
// give the base of an integer; underscores in numbers are ignored; no base 60.
Scalar ResolvePlain(std::string_view text);

}  // namespace ephor::yaml
