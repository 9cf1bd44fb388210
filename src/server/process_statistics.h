// What the operating system and the allocator say of this process.
#pragma once

#include <string>
#include <vector>

#include "server/metrics.h"

namespace ephor::server {

// The process_* metrics that every Prometheus client has: CPU time, memory, open files, start.
void AddProcessStatistics(std::vector<Gauge>& gauges);

// Totals of the allocator, for people: what is in use, what is free but held, arena by arena.
std::string HeapStatistics();

// Gives what the allocator holds and nobody uses back to the system. Takes a few milliseconds.
void ReturnFreeMemory();

}  // namespace ephor::server
