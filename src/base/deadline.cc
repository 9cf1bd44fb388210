#include "base/deadline.h"

#include <algorithm>
#include <ctime>

namespace ephor {

Deadline Deadline::In(std::chrono::nanoseconds duration) {
  const Clock::time_point now = Clock::now();
  return At(duration >= Clock::time_point::max() - now ? Clock::time_point::max() : now + duration);
}

std::chrono::nanoseconds Deadline::Left() const {
  if (!is_set()) return std::chrono::nanoseconds::max();
  return std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(when_ - Clock::now()));
}

// The steady clock is CLOCK_MONOTONIC; its coarse sibling counts from the same point and is never ahead of
// it.
Deadline::Clock::time_point Deadline::CoarseNow() {
#ifdef CLOCK_MONOTONIC_COARSE
  timespec now{};
  if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0) {
    return Clock::time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
  }
#endif
  return Clock::now();
}

}  // namespace ephor
