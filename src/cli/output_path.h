// Where `apply --output` puts mutated and generated resources.
#pragma once

#include <string>

#include "base/result.h"

namespace ephor::cli {

// A file where the path ends in ".yaml" or ".yml", else a folder. Makes it where it is missing, with its
// parents, and empties a file. True for a folder.
Result<bool> PrepareOutputPath(const std::string& path);

}  // namespace ephor::cli
