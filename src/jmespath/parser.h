// Tokens to a program.
#pragma once

#include <memory>
#include <string_view>

#include "jmespath/program.h"

namespace ephor::jmespath {

// Longer expressions are refused. (A ConfigMap or a policy holds at most a megabyte or so.)
inline constexpr std::size_t kMaxExpressionBytes = 1 << 20;
// Deeper trees and deeper brackets are refused, because evaluation and printing recurse.
inline constexpr std::size_t kMaxDepth = 500;

// A Pratt parser with the binding powers of the reference, whose language it accepts: see query.h for errors.
// The program runs as it is; Optimize makes it faster.
Result<std::unique_ptr<Program>> Parse(std::string_view expression);

}  // namespace ephor::jmespath
