// What the system says, in the words of Go's os package, which scripts know.
#pragma once

#include <string_view>

#include "base/result.h"

namespace ephor::source {

// "open x: no such file or directory" for SystemError("open", "x", ENOENT).
std::unexpected<Error> SystemError(std::string_view operation, std::string_view path, int error);

}  // namespace ephor::source
