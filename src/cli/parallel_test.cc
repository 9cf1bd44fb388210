#include "cli/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace ephor::cli {
namespace {

TEST(ForEachChunk, CoversEveryItemOnce) {
  for (const std::size_t count : {0, 1, 31, 32, 33, 1000}) {
    SCOPED_TRACE(count);
    std::vector<std::atomic<int>> seen(count);
    std::vector<std::atomic<int>> chunks(ChunksFor(count));
    std::size_t reported = 0;
    ForEachChunk(
        count,
        [&](std::size_t begin, std::size_t end, std::size_t chunk) {
          ++chunks[chunk];
          for (std::size_t i = begin; i < end; ++i) ++seen[i];
        },
        [&](std::size_t done) {
          EXPECT_GE(done, reported);
          reported = done;
        });
    for (const std::atomic<int>& times : seen) EXPECT_EQ(times, 1);
    for (const std::atomic<int>& times : chunks) EXPECT_EQ(times, 1);
    EXPECT_LE(reported, count);
  }
}

}  // namespace
}  // namespace ephor::cli
