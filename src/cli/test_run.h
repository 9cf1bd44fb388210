// `ephor test`, without its flags.
#pragma once

#include "base/result.h"
#include "cli/test_options.h"

namespace ephor::cli {

struct Context;

// Runs the tests, prints, and says the exit code.
Result<int> RunTests(const TestOptions& options, const Context& context);

}  // namespace ephor::cli
