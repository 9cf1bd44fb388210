// `ephor explain`, without its flags.
#pragma once

#include "base/result.h"
#include "cli/explain_options.h"

namespace ephor::cli {

struct Context;

// Evaluates, prints the trees, and says the exit code: 0 whatever was decided, 1 where something of the input
// cannot be used.
Result<int> RunExplain(const ExplainOptions& options, const Context& context);

}  // namespace ephor::cli
