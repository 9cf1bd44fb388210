// Values as Go's fmt prints them, which the reference's messages show.
#pragma once

#include <string>

#include "base/result.h"
#include "json/value.h"
#include "json/write.h"

namespace ephor::jmespath {

// %v: map[a:1 b:[x <nil>]].
void AppendGoText(const json::Value& value, std::string& out);
// %#v of a decoded JSON value: map[string]interface {}{"a":1, "b":[]interface {}{"x", interface {}(nil)}}.
void AppendGoSyntax(const json::Value& value, std::string& out);

// Appends JSON text. Fails for numbers that it has not, as Go does: json: unsupported value: NaN.
Result<void> AppendGoJson(const json::Value& value, const json::WriteOptions& options, std::string& out);

}  // namespace ephor::jmespath
