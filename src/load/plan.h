// How much load, for how long.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "load/schedule.h"

namespace ephor::load {

// As k6 names them.
enum class Executor : std::uint8_t {
  kSharedIterations,     // users share a number of iterations
  kConstantUsers,        // users send one request after the other for a time
  kRampingUsers,         // the same with a number of users that changes
  kConstantArrivalRate,  // requests are due at a rate, whatever the server does
  kRampingArrivalRate,
};
std::string_view NameOf(Executor executor);
Result<Executor> ParseExecutor(std::string_view name);

// A field that is 0 has its default; Complete fills it in.
struct Plan {
  Executor executor = Executor::kSharedIterations;
  unsigned users = 0;  // with rates: how many are there from the start
  unsigned max_users = 0;
  std::uint64_t iterations = 0;
  Nanoseconds duration = 0;  // with kSharedIterations the longest that it may take
  double rate = 0;           // a second; of kRampingArrivalRate the start
  std::vector<Stage> stages;
  Nanoseconds timeout = 60'000'000'000;        // of a request
  Nanoseconds graceful_stop = 30'000'000'000;  // for requests under way at the end
  bool reuse = true;                           // of connections

  bool open() const {
    return executor == Executor::kConstantArrivalRate || executor == Executor::kRampingArrivalRate;
  }
  // Fills in defaults, and refuses what makes no plan with the name of the setting that is wrong.
  Result<void> Complete();
  // Over time: the users of a closed executor, the rate of an open one.
  Ramp ramp() const;
  // One line for people: "25 users share 250 iterations".
  std::string Describe() const;
};

// "10s:50,1m:50,10s:0": pairs of a duration and a target.
Result<std::vector<Stage>> ParseStages(std::string_view text);

}  // namespace ephor::load
