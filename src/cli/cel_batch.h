// `ephor cel eval --json`: many expressions in one process, a request and a reply a line.
#pragma once

#include "base/result.h"
#include "cli/context.h"

namespace ephor::cli {

// Reads requests {"env": "conformance" | "vpol" | "vap", "expr", "vars", "bindings", "container", "type_env",
// "disable_check", "disable_macros", "check_only", "locale"} and writes replies {"value", "type"},
// {"compile_error"} or {"error"} in their order. Exit code 0 whatever the expressions did; a line that is no
// request gets a reply {"error"}.
Result<int> RunCelBatch(Context& context);

}  // namespace ephor::cli
