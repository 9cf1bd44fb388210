// What `ephor serve` does.
#pragma once

#include "base/result.h"
#include "cli/context.h"
#include "cli/serve_options.h"

namespace ephor::cli {

// Serves until SIGTERM or SIGINT, then drains; SIGHUP reads all files again. Or prints the webhook
// configurations. The exit code is 0 where all requests were answered before the end.
Result<int> Serve(const ServeOptions& options, const Context& context);

}  // namespace ephor::cli
