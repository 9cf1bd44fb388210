// A run's figures as text, in the shape that users of k6 know.
#pragma once

#include <cstdint>
#include <string>

#include "load/metrics.h"

namespace ephor::load {

// "1.23s", "45.6ms", "789µs": three digits or so in the largest unit that leaves a whole part.
std::string FormatTime(double nanoseconds);
// "1.2 MB", of powers of 1000.
std::string FormatBytes(double bytes);

//      checks.........................: 100.00% ✓ 500       ✗ 0
//      http_req_duration..............: avg=1.02ms min=301µs med=... max=... p(90)=... p(95)=... p(99)=...
// Failures without an answer come by kind below the metrics; failed checks by name above them.
std::string SummaryText(const Metrics& metrics);

// One line for a terminal while the run goes on.
std::string ProgressText(const Metrics& metrics, double planned_seconds);

}  // namespace ephor::load
