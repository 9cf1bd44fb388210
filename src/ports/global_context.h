// Entries of the global context, which a controller keeps up to date.
#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::ports {

class GlobalContext {
 public:
  virtual ~GlobalContext() = default;
  // An entry, or one of its projections where `projection` is not empty; nothing where there is no such
  // entry. In the arena, or valid as long as the request. From any thread; from memory.
  virtual Result<std::optional<json::Value>> Entry(std::string_view name, std::string_view projection,
                                                   Arena& arena) const = 0;
};

}  // namespace ephor::ports
