// Values of the expression language as JSON that keeps their types: {"int": "1"}, {"list": [...]}.
#pragma once

#include "cel/check/env.h"
#include "cel/eval/value.h"
#include "json/value.h"

namespace ephor::cli {

// {"null": true}, {"bool": true}, {"int": "1"}, {"uint": "1"}, {"double": "1.5"}, {"string": "x"}, {"bytes":
// "<base64>"}, {"list": [V...]}, {"map": [[K, V]...]}, {"timestamp": "<RFC 3339, UTC>"}, {"duration":
// "1.5s"},
// {"type": "int"}, {"optional": V or null}, {"opaque": {"type": T, "string": ...}}, {"error": ["text"]}.
json::Value TaggedValue(const cel::Value& value, Arena& arena);
Result<cel::Value> ReadTaggedValue(const json::Value& tagged, Arena& arena);

// "int", {"list": T}, {"map": [K, V]}, {"type": T}, {"param": "A"}, {"abstract": ["name", T...]},
// {"message": "name"}.
json::Value TaggedType(const cel::Type& type, Arena& arena);
Result<const cel::Type*> ReadTaggedType(const json::Value& tagged, Arena& arena);

}  // namespace ephor::cli
