// Which files belong to a path that a person gave.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ephor::source {

// True for "http://" and "https://" addresses.
bool IsUrl(std::string_view path);

// Ends in ".yaml" or ".yml", in lower case.
bool IsYamlPath(std::string_view path);

// The path without "." and empty elements, and "x/.." resolved, as Go's filepath.Clean.
std::string CleanPath(std::string_view path);

// The path joined to a directory unless it is absolute, cleaned.
std::string JoinPath(std::string_view directory, std::string_view path);

// The directory part, "." where there is none.
std::string DirectoryOf(std::string_view path);

bool IsDirectory(const std::string& path);

// Policy files below a path, in byte order of names: a directory recursively, a file if it is YAML or, named
// itself, JSON. Names that begin with "." are left out, also when the path itself is one. A path that cannot
// be read is an error worded as Go's.
Result<std::vector<std::string>> PolicyFiles(const std::string& path);

// Resource files of a list of paths, as the reference takes them: if the first is a directory, the YAML files
// directly in it and nothing else; otherwise the paths as they are. The first must exist, unless it is an
// address.
Result<std::vector<std::string>> ResourceFiles(std::vector<std::string> paths);

// Every YAML file below a path, hidden ones included, in byte order; the path itself where it is such a file.
Result<std::vector<std::string>> YamlFiles(const std::string& path);

// Every file of this name below a directory, hidden directories included, in byte order.
Result<std::vector<std::string>> FilesNamed(const std::string& directory, std::string_view name);

}  // namespace ephor::source
