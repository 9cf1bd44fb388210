// The flags of what policies are judged with, for the commands that look into evaluations.
#pragma once

#include "cli/apply_options.h"

namespace CLI {
class App;
}  // namespace CLI

namespace ephor::cli {

// Exceptions, targets, values, user, context and registries, as `apply` has them.
void AddGivenFlags(CLI::App& command, ApplyOptions& given);

}  // namespace ephor::cli
