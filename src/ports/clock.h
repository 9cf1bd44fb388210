// Time as evaluation sees it.
#pragma once

#include "base/time.h"

namespace ephor::ports {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;  // with the local offset; from any thread
};

}  // namespace ephor::ports
