// What `ephor jp query` does with one expression.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "ports/world.h"

namespace ephor::cli {

// JSON or YAML text as the command's input: the first document, all its numbers as doubles, as the
// reference's command reads them. In the arena.
Result<json::Value> ReadJpInput(std::string_view text, Arena& arena);
json::Value WithDoubles(const json::Value& value, Arena& arena);

// Errors: "failed to compile JMESPath: ..." and "error evaluating JMESPath expression: ...".
Result<json::Value> EvaluateJp(std::string_view expression, const json::Value& input, Arena& arena,
                               const ports::World& world);

// The result as JSON, on one line or indented.
Result<std::string> JpResultText(const json::Value& result, bool compact);

// A compile error with the place marked below the expression.
std::string JpSyntaxErrorText(std::string_view expression, const Error& error);

}  // namespace ephor::cli
