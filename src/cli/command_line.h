// The whole command line: all commands, and running the one that the arguments name.
#pragma once

#include <span>

namespace ephor::cli {

struct Context;

// The arguments are those behind the program's name. Returns the exit code; mistakes in the arguments are
// printed as errors.
int RunCommandLine(std::span<const char* const> arguments, Context& context);

}  // namespace ephor::cli
