#include "load/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace ephor::load {
namespace {

TEST(Histogram, OfNothingIsZero) {
  const auto empty = std::make_unique<Histogram>();
  EXPECT_EQ(empty->count(), 0u);
  EXPECT_EQ(empty->min(), 0u);
  EXPECT_EQ(empty->max(), 0u);
  EXPECT_EQ(empty->mean(), 0);
  EXPECT_EQ(empty->Percentile(95), 0u);
  EXPECT_EQ(empty->CountUpTo(1'000), 0u);
}

struct PercentileCase {
  const char* name;
  std::vector<std::uint64_t> values;
  double percent;
  std::uint64_t expected;
};

TEST(Histogram, Percentiles) {
  const PercentileCase cases[] = {
      {"one value", {7}, 50, 7},
      {"one large value is exact", {123'456'789}, 99, 123'456'789},
      {"the median of an odd number", {1, 2, 3}, 50, 2},
      {"of an even number the lower", {1, 2, 3, 4}, 50, 2},
      {"p(0) is the smallest", {5, 6, 7}, 0, 5},
      {"p(100) is the largest", {5, 6, 7}, 100, 7},
      {"below 0 is as 0", {5, 6}, -3, 5},
      {"above 100 is as 100", {5, 6}, 300, 6},
      {"p(90) of ten", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 90, 9},
      {"beyond the range the largest stays", {1, std::uint64_t{1} << 50}, 100, std::uint64_t{1} << 50},
      {"zeros", {0, 0, 0}, 50, 0},
  };
  for (const PercentileCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto histogram = std::make_unique<Histogram>();
    for (const std::uint64_t value : c.values) histogram->Record(value);
    EXPECT_EQ(histogram->Percentile(c.percent), c.expected);
  }
}

TEST(Histogram, IsAsPreciseAsItSays) {
  std::mt19937_64 random(1);
  const auto histogram = std::make_unique<Histogram>();
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 50'000; ++i) {
    values.push_back(random() >> (24 + random() % 38));
    histogram->Record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double percent : {1.0, 10.0, 50.0, 90.0, 95.0, 99.0, 99.9}) {
    const double rank = std::ceil(percent / 100 * static_cast<double>(values.size()));
    const double exact = static_cast<double>(values[static_cast<std::size_t>(rank) - 1]);
    EXPECT_NEAR(static_cast<double>(histogram->Percentile(percent)), exact, exact * 0.004) << percent;
  }
  EXPECT_EQ(histogram->min(), values.front());
  EXPECT_EQ(histogram->max(), values.back());
  EXPECT_EQ(histogram->CountUpTo(values.back()), values.size());
}

TEST(Histogram, SumsWithAnother) {
  const auto a = std::make_unique<Histogram>();
  const auto b = std::make_unique<Histogram>();
  a->Record(10);
  b->Record(30);
  b->Record(2);
  a->Add(*b);
  EXPECT_EQ(a->count(), 3u);
  EXPECT_EQ(a->min(), 2u);
  EXPECT_EQ(a->max(), 30u);
  EXPECT_EQ(a->mean(), 14);
  EXPECT_EQ(a->CountUpTo(10), 2u);
  a->Add(*std::make_unique<Histogram>());
  EXPECT_EQ(a->min(), 2u);
  a->Clear();
  EXPECT_EQ(a->count(), 0u);
}

}  // namespace
}  // namespace ephor::load
