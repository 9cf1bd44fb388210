// Files that commands write.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor::cli {

// Makes a folder and those above it, as far as they are missing.
Result<void> MakeFolders(const std::string& path);

// Makes the text the content of a file.
Result<void> WriteFile(const std::string& path, std::string_view text);

// The same in one step, for a file that only its owner may read: what was there, a link too, stays until the
// new content is complete.
Result<void> ReplaceFile(const std::string& path, std::string_view text);

// Where `apply --output` puts mutated and generated resources:
// a file where the path ends in ".yaml" or ".yml", else a folder. Makes it where it is missing, with its
// parents, and empties a file. True for a folder.
Result<bool> PrepareOutputPath(const std::string& path);

// Appends to a file, which is made where it is missing.
Result<void> AppendToFile(const std::string& path, std::string_view text);

}  // namespace ephor::cli
