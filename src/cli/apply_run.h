// `ephor apply`, without its flags.
#pragma once

#include "base/result.h"
#include "cli/apply_options.h"

namespace ephor::cli {

struct Context;

// Judges, prints, and says the exit code.
Result<int> RunApply(const ApplyOptions& options, const Context& context);

}  // namespace ephor::cli
