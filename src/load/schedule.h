// When users and requests begin: the plan of a load, without any clock.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ephor::load {

using Nanoseconds = std::int64_t;

// A part of a plan in which a figure goes in a straight line from where it was to a target.
struct Stage {
  Nanoseconds duration = 0;
  double target = 0;  // users, or requests a second
};

// A figure over time: the start value, then the stages one after the other, then the last target.
class Ramp {
 public:
  Ramp(double start, std::vector<Stage> stages);

  double At(Nanoseconds time) const;
  Nanoseconds duration() const { return duration_; }
  double highest() const;

 private:
  friend class Arrivals;
  double start_;
  std::vector<Stage> stages_;
  Nanoseconds duration_ = 0;
};

// The moments at which requests are due under a rate that changes over time. They follow from the plan alone
// and never from how fast answers come: a request that could not be sent in time was still due, and its
// latency counts from then. This is what keeps a stalled server from hiding its stall ("coordinated
// omission").
//
// Arrival n, from 0, is due when the integral of the rate reaches n. Calls go forward only.
class Arrivals {
 public:
  explicit Arrivals(Ramp rate);

  // Whether another arrival is due before the end of the plan, and when.
  bool has_next() const { return has_next_; }
  Nanoseconds next() const { return next_; }
  void Advance();

 private:
  void Find();

  Ramp rate_;
  std::size_t stage_ = 0;
  Nanoseconds stage_begin_ = 0;
  double before_stage_ = 0;  // the integral up to the stage's begin
  double number_ = 0;
  Nanoseconds next_ = 0;
  bool has_next_ = true;
};

}  // namespace ephor::load
