// Randomness as evaluation sees it.
#pragma once

#include <cstdint>

namespace ephor::ports {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t Next() = 0;  // uniform 64 bits; from any thread
};

}  // namespace ephor::ports
