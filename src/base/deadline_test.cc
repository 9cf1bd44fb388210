#include "base/deadline.h"

#include <gtest/gtest.h>

namespace ephor {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;

TEST(Deadline, NoneNeverPasses) {
  const Deadline none;
  EXPECT_FALSE(none.is_set());
  EXPECT_FALSE(none.HasPassed());
  EXPECT_EQ(none.Left(), nanoseconds::max());
}

TEST(Deadline, PassesAtItsTime) {
  const Deadline past = Deadline::At(Deadline::Clock::now() - std::chrono::seconds(1));
  EXPECT_TRUE(past.HasPassed());
  EXPECT_EQ(past.Left(), nanoseconds(0));

  const Deadline future = Deadline::In(hours(1));
  EXPECT_FALSE(future.HasPassed());
  EXPECT_GT(future.Left(), std::chrono::minutes(59));
  EXPECT_LE(future.Left(), hours(1));
}

TEST(Deadline, CoarseClockIsOfTheSteadyClockAndNeverAhead) {
  for (int i = 0; i < 1000; ++i) {
    const Deadline soon = Deadline::In(std::chrono::microseconds(1));
    if (soon.HasPassed()) {
      EXPECT_GE(Deadline::Clock::now(), soon.when());
    }
  }
  const Deadline soon = Deadline::In(std::chrono::milliseconds(1));
  while (soon.Left() > nanoseconds(0)) {
  }
  const auto end = Deadline::Clock::now() + std::chrono::seconds(1);
  while (!soon.HasPassed() && Deadline::Clock::now() < end) {
  }
  EXPECT_TRUE(soon.HasPassed());
}

TEST(Deadline, FarDurationsAreNone) {
  EXPECT_EQ(Deadline::In(nanoseconds::max()), Deadline());
}

TEST(Deadline, Sooner) {
  const Deadline sooner = Deadline::In(hours(1));
  const Deadline later = Deadline::In(hours(2));
  EXPECT_EQ(sooner.Sooner(later), sooner);
  EXPECT_EQ(later.Sooner(sooner), sooner);
  EXPECT_EQ(Deadline().Sooner(later), later);
  EXPECT_EQ(later.Sooner({}), later);
}

}  // namespace
}  // namespace ephor
