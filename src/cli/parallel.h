// Work on many independent items, on a few threads, with results in order.
#pragma once

#include <cstddef>
#include <functional>

namespace ephor::cli {

// Calls `work(begin, end, chunk)` for consecutive ranges that cover [0, count), each once, on as many threads
// as the machine has processors (the caller's among them). Chunks are numbered from 0 in order; `chunks` says
// beforehand how many there are, so that each can have a place for its results. `progress`, if any, is called
// on the caller's thread now and then with the number of items done.
std::size_t ChunksFor(std::size_t count);
void ForEachChunk(std::size_t count,
                  const std::function<void(std::size_t begin, std::size_t end, std::size_t chunk)>& work,
                  const std::function<void(std::size_t done)>& progress = nullptr);

}  // namespace ephor::cli
