// The types of custom resources as evaluation sees them.
#pragma once

#include <string_view>

#include "json/value.h"

namespace ephor::ports {

class CustomTypes {
 public:
  virtual ~CustomTypes() = default;
  // The OpenAPI v3 schema of a kind, as its definition has it; null where there is none. Lives as long as
  // this. Cheap; from any thread.
  virtual const json::Value* SchemaOf(std::string_view group, std::string_view version,
                                      std::string_view kind) const = 0;
};

}  // namespace ephor::ports
