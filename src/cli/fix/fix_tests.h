// The repairs of `ephor fix test`.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "cli/fix/fixed.h"
#include "json/value.h"

namespace ephor::cli {

// A test with its name where it belongs, apiVersion and kind, no duplicates, and its rows and global context
// entries in order; rows that only differ in their resources are joined where `compress` says so. A test
// without any name is named `file_name`. In the arena; shares what it can.
Fixed FixTest(const json::Value& test, std::string_view file_name, bool compress, Arena& arena);

// apiVersion and kind of a user info or values file.
Fixed FixSchema(const json::Value& document, std::string_view kind, Arena& arena);

}  // namespace ephor::cli
