// Parts of a document as the reference prints them inside messages: what Go's encoding/json makes of the
// struct that the part was read into. Fields stand in the struct's order, defaults are filled in, and what is
// empty is left out or not as the struct says.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"
#include "policy/descriptors.h"

namespace ephor::policy {

// The structs are those of v1, whatever the document's version, but for the kinds that have no v1.
std::string GoJson(const json::Value& written, const Table& table, Versions version = kV1);

//   PATH: Invalid value: {"name":"r",...}: DETAIL
std::string InvalidStruct(std::string_view path, const json::Value& written, const Table& table,
                          std::string_view detail, Versions version = kV1);

}  // namespace ephor::policy
