// The version of this program.
#pragma once

#include <string_view>

namespace ephor::cli {

std::string_view Version();

}  // namespace ephor::cli
