// `ephor jp query --batch`: many expressions for one start of the program.
#pragma once

#include "base/result.h"
#include "cli/context.h"
#include "ports/world.h"

namespace ephor::cli {

// Reads a request a line, {"expr": "...", "input": ...}, and answers each with a line, {"result": ...} or
// {"error": "..."}, in order, flushed. Fails on a line that is no request.
Result<int> RunJpBatch(const Context& context, const ports::World& world);

}  // namespace ephor::cli
