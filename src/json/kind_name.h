// What JSON calls the kinds of its values.
#pragma once

#include <string_view>

#include "json/value.h"

namespace ephor::json {

// "null", "bool", "number", "string", "array" or "object": as Go's decoder names what it found in its errors.
constexpr std::string_view KindName(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
    case Kind::kDouble:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kArray:
      return "array";
    case Kind::kObject:
      return "object";
  }
  return "";
}

}  // namespace ephor::json
