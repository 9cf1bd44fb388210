// Objects against the manifests that a test expects.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::cli {

// The objects of the files that a test's rows name; each file is read once.
class Manifests {
 public:
  // Of a file, the object with the same type, namespace and name as the given one. Fails where the file
  // cannot be read or has none: then the message holds "not found in manifest".
  Result<json::Value> Find(const std::string& path, const json::Value& like);

 private:
  Arena arena_;
  std::map<std::string, Result<std::vector<json::Value>>> files_;
};

// How an object differs from the expected one, as the reference prints it: both as one text, with what only
// one of them has marked by colour, or unmarked. Empty where they are the same but for nulls, empty maps and
// lists, and the labels by which generated objects are managed.
std::string ManifestDifference(const json::Value& actual, const json::Value& expected, bool colour,
                               Arena& arena);

// What explains the marks of a difference.
std::string DifferenceLegend(bool colour);

}  // namespace ephor::cli
