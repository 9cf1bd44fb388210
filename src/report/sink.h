// Where large texts go.
#pragma once

#include <functional>
#include <string_view>

namespace ephor::report {

// Takes text piece by piece, so that a large output need not be in memory twice.
using Sink = std::function<void(std::string_view)>;

}  // namespace ephor::report
