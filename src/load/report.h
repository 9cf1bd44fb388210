// A run's figures for machines and for a browser.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "load/metrics.h"
#include "load/threshold.h"

namespace ephor::load {

struct JudgedThreshold {
  Threshold threshold;
  Threshold::Outcome outcome;
};

// What a report says beside the figures.
struct RunDescription {
  std::string title;   // for people
  std::string target;  // the address
  std::string plan;
  std::string started;  // RFC 3339
  std::span<const JudgedThreshold> thresholds;
};

// One JSON object: "metrics" as k6's --summary-export has them (times in milliseconds), then "checks",
// "thresholds", "failures" by kind, "statuses", and "timeline" with one object an interval. Keys always come
// in this order.
std::string JsonReport(const Metrics& metrics, const RunDescription& description);

// One page without scripts or outside parts: figures, thresholds, checks, latency and rate over time, and the
// distribution of latencies. It follows the reader's light or dark colours.
std::string HtmlReport(const Metrics& metrics, const RunDescription& description);

}  // namespace ephor::load
