// Counts what the engine decides.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "engine/admission.h"
#include "server/metrics.h"
#include "server/policy_snapshot.h"

namespace ephor::server {

// Of one review, on its thread's shard. The time between two policies' responses is the cost of the second,
// shared evenly among its rules that had a result: a policy seldom has two of them for one object.
class ReviewObserver : public engine::AdmissionObserver {
 public:
  ReviewObserver(const PolicySnapshot& snapshot, MetricsShard& shard)
      : snapshot_(snapshot), shard_(shard), last_(std::chrono::steady_clock::now()) {}

  void OnResponse(const engine::Request& request, const engine::PolicyResponse& response) override;
  void OnUnknownPolicy(std::string_view key) override;

 private:
  const PolicySnapshot& snapshot_;
  MetricsShard& shard_;
  std::chrono::steady_clock::time_point last_;
  ReviewNumbers numbers_;
  bool numbered_ = false;
};

}  // namespace ephor::server
