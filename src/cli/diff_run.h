// `ephor diff`, without its flags.
#pragma once

#include "cli/diff_options.h"

namespace ephor::cli {

struct Context;

// Judges all resources by both versions, prints what differs, and says the exit code, as diff(1) has them: 0
// where nothing differs, 1 where something does, 2 where something of the input cannot be used, which is told
// on standard error.
int RunDiff(const DiffOptions& options, const Context& context);

}  // namespace ephor::cli
