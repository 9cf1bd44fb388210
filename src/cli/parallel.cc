#include "cli/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "cli/processors.h"

namespace ephor::cli {
namespace {

// Enough items that taking a chunk costs nothing, few enough that the threads end together.
constexpr std::size_t kChunkItems = 32;

}  // namespace

std::size_t ChunksFor(std::size_t count) {
  return (count + kChunkItems - 1) / kChunkItems;
}

void ForEachChunk(std::size_t count,
                  const std::function<void(std::size_t begin, std::size_t end, std::size_t chunk)>& work,
                  const std::function<void(std::size_t done)>& progress) {
  const std::size_t chunks = ChunksFor(count);
  std::atomic<std::size_t> next{0}, done{0};
  const auto run = [&](bool reports) {
    for (std::size_t chunk = next++; chunk < chunks; chunk = next++) {
      const std::size_t begin = chunk * kChunkItems, end = std::min(count, begin + kChunkItems);
      work(begin, end, chunk);
      const std::size_t total = done += end - begin;
      if (reports && progress) progress(total);
    }
  };
  std::vector<std::jthread> others;
  const std::size_t threads = std::min<std::size_t>(ProcessorsToUse(), chunks);
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(run, false);
  run(true);
}

}  // namespace ephor::cli
