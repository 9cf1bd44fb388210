#include "load/schedule.h"

#include <gtest/gtest.h>

namespace ephor::load {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

struct RampCase {
  const char* name;
  double start;
  std::vector<Stage> stages;
  Nanoseconds time;
  double expected;
};

TEST(Ramp, At) {
  const RampCase cases[] = {
      {"no stage keeps the start", 5, {}, 3 * kSecond, 5},
      {"at the begin", 0, {{10 * kSecond, 100}}, 0, 0},
      {"half way", 0, {{10 * kSecond, 100}}, 5 * kSecond, 50},
      {"at the end", 0, {{10 * kSecond, 100}}, 10 * kSecond, 100},
      {"after the end", 0, {{10 * kSecond, 100}}, 60 * kSecond, 100},
      {"down in the second stage", 0, {{kSecond, 10}, {kSecond, 0}}, kSecond + kSecond / 2, 5},
      {"a stage without length is a step", 1, {{0, 7}, {kSecond, 7}}, 0, 7},
  };
  for (const RampCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_DOUBLE_EQ(Ramp(c.start, c.stages).At(c.time), c.expected);
  }
}

TEST(Ramp, HighestAndDuration) {
  const Ramp ramp(3, {{kSecond, 9}, {2 * kSecond, 1}});
  EXPECT_EQ(ramp.highest(), 9);
  EXPECT_EQ(ramp.duration(), 3 * kSecond);
}

struct ArrivalCase {
  const char* name;
  double start;
  std::vector<Stage> stages;
  std::vector<Nanoseconds> expected;  // in milliseconds
};

TEST(Arrivals, AreDueByThePlanAlone) {
  const ArrivalCase cases[] = {
      {"constant rate", 4, {{kSecond, 4}}, {0, 250, 500, 750}},
      {"no rate", 0, {{kSecond, 0}}, {}},
      {"no time", 10, {}, {}},
      // 2t^2 = n over two seconds from 0 to 8 a second.
      {"rising from nothing", 0, {{2 * kSecond, 8}}, {0, 707, 1000, 1225, 1414, 1581, 1732, 1871}},
      {"falling to nothing", 4, {{2 * kSecond, 0}}, {0, 268, 586, 1000}},
      {"over the border of stages", 2, {{kSecond, 2}, {kSecond, 2}}, {0, 500, 1000, 1500}},
      {"a pause between",
       2,
       {{kSecond, 2}, {0, 0}, {kSecond, 0}, {0, 2}, {kSecond, 2}},
       {0, 500, 2000, 2500}},
  };
  for (const ArrivalCase& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<Nanoseconds> found;
    for (Arrivals arrivals(Ramp(c.start, c.stages)); arrivals.has_next(); arrivals.Advance()) {
      found.push_back((arrivals.next() + 500'000) / 1'000'000);
      ASSERT_LE(found.size(), c.expected.size());
    }
    EXPECT_EQ(found, c.expected);
  }
}

TEST(Arrivals, KeepTheirNumberOverALongPlan) {
  std::size_t count = 0;
  Nanoseconds last = -1;
  for (Arrivals arrivals(Ramp(0, {{10 * kSecond, 1'000}, {10 * kSecond, 1'000}, {5 * kSecond, 0}}));
       arrivals.has_next(); arrivals.Advance()) {
    ++count;
    ASSERT_GE(arrivals.next(), last);
    last = arrivals.next();
  }
  EXPECT_EQ(count, 17'500u);
}

}  // namespace
}  // namespace ephor::load
