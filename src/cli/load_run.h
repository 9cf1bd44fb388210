// Runs `ephor load`.
#pragma once

#include "base/result.h"
#include "cli/load_options.h"

namespace ephor::cli {

struct Context;

// The exit code: 0, 99 where a threshold was crossed (as k6 has it), 130 where the user ended the run.
Result<int> Load(const LoadOptions& options, Context& context);

}  // namespace ephor::cli
