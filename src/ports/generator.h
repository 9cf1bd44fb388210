// What takes the resources that a generating expression makes.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace ephor::ports {

class Generator {
 public:
  virtual ~Generator() = default;
  // Takes objects for a namespace; "" is that of each object, or none. The values live as long as the
  // request. From the thread that evaluates.
  virtual Result<void> Apply(std::string_view namespace_, std::span<const json::Value> objects) = 0;
};

}  // namespace ephor::ports
