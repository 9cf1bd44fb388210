// Go's time.Duration: signed nanoseconds, written like "1h30m" or "1.5s".
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor {

struct Duration {
  std::int64_t nanoseconds = 0;

  // Go's time.ParseDuration, with its error texts (`time: invalid duration "x"`).
  static Result<Duration> Parse(std::string_view text);
  // The same without the error's text. Does not allocate.
  static bool TryParse(std::string_view text, Duration& duration);

  double seconds() const { return static_cast<double>(nanoseconds) / 1e9; }
  auto operator<=>(const Duration&) const = default;
  std::string ToString() const;  // Duration.String: "1h30m0s", "1.5s", "100ms", "1µs", "0s"
};

}  // namespace ephor
