// Until when an answer is of use to who asked.
#pragma once

#include <chrono>

namespace ephor {

// A point of the steady clock, or none. A value of eight bytes, given to whatever computes or waits for a
// request, so that all of it ends with the request.
//
//   if (world.deadline.HasPassed()) return Fail(ErrorCode::kUnavailable, "the request's time is over");
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  constexpr Deadline() = default;  // none: there is always time
  static constexpr Deadline At(Clock::time_point when) {
    Deadline made;
    made.when_ = when;
    return made;
  }
  // From now on.
  static Deadline In(std::chrono::nanoseconds duration);

  bool is_set() const { return when_ != Clock::time_point::max(); }
  Clock::time_point when() const { return when_; }  // max() where there is none

  // Cheap enough to ask between any two steps: no system call, a few nanoseconds, none at all where no
  // deadline is set. Reads the coarse clock, so it may say yes a few milliseconds late, but never early.
  bool HasPassed() const { return is_set() && CoarseNow() >= when_; }
  // For who is about to wait; exact. Nothing where it has passed, max() where there is none.
  std::chrono::nanoseconds Left() const;

  // The sooner of the two.
  Deadline Sooner(Deadline other) const { return other.when_ < when_ ? other : *this; }

  bool operator==(const Deadline&) const = default;

 private:
  static Clock::time_point CoarseNow();

  Clock::time_point when_ = Clock::time_point::max();
};

}  // namespace ephor
