// Carries a plan out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"
#include "load/metrics.h"
#include "load/plan.h"
#include "load/request.h"
#include "load/target.h"

namespace ephor::load {

struct RunInputs {
  const Plan& plan;  // complete
  const Target& target;
  std::span<const Request> requests;  // rendered; iteration n sends the n-th of them, over and over
  std::span<const Check> checks;
  // Where no two requests are the same: given a copy of the n-th of `requests`, makes it that of iteration n.
  std::function<void(std::uint64_t, Request&)> make = {};
  // Called every tenth of a second, in long runs every second, with what has been measured so far. When it
  // returns false no further request begins.
  std::function<bool(const Metrics&)> on_tick;
  const std::atomic<bool>* stop = nullptr;  // may be set by a signal's handler
};

// All users live in the calling thread. Returns when the last request has ended: at the end of the plan plus
// Plan::graceful_stop at the latest. Fails only where the system refuses the means (kUnavailable); that a
// server does not answer is a measurement.
//
// Ignores SIGPIPE in the process, and raises its limit of open files as far as it may.
Result<std::unique_ptr<Metrics>> Run(const RunInputs& inputs);

}  // namespace ephor::load
