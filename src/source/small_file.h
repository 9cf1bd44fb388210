// A file of one small YAML document with its positions.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "source/fields.h"
#include "yaml/load.h"

namespace ephor::source {

struct SmallFile {
  const json::Value* root;  // in the arena, never null
  std::shared_ptr<yaml::Positions> positions;
};

// The first document of a file, into the arena; null for a file without one. Errors are worded as the
// reference words them: "unable to read yaml (...)" and "failed to decode yaml (...)".
Result<SmallFile> LoadSmallFile(const std::string& path, Arena& arena);
Result<SmallFile> LoadSmallText(std::string_view text, Arena& arena);

// What a strict reading found, worded alike.
Result<void> OutcomeOf(const FieldReport& report);

}  // namespace ephor::source
