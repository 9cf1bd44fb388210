#include "server/alarm.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

namespace ephor::server {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

TEST(AlarmTest, RingsOnceForEachTime) {
  std::counting_semaphore<> rung(0);
  Alarm alarm([&] { rung.release(); });
  alarm.Set(steady_clock::now() + 1h);
  alarm.Set(steady_clock::now());  // the last one counts
  ASSERT_TRUE(rung.try_acquire_for(10s));
  EXPECT_FALSE(rung.try_acquire_for(20ms));
  alarm.Set(steady_clock::now() + 5ms);
  ASSERT_TRUE(rung.try_acquire_for(10s));
}

TEST(AlarmTest, MayBeSetAgainByItsCall) {
  std::binary_semaphore done(0);
  std::atomic<int> calls{0};
  Alarm* self = nullptr;
  Alarm alarm([&] {
    if (++calls == 3) return done.release();
    self->Set(steady_clock::now());
  });
  self = &alarm;
  alarm.Set(steady_clock::now());
  ASSERT_TRUE(done.try_acquire_for(10s));
  EXPECT_EQ(calls, 3);
}

TEST(AlarmTest, EndsWithoutRinging) {
  std::atomic<int> calls{0};
  {
    Alarm alarm([&] { ++calls; });
    alarm.Set(steady_clock::now() + 1h);
    Alarm unset([&] { ++calls; });
    Alarm taken_back([&] { ++calls; });
    taken_back.Set(steady_clock::now() + 1h);
    taken_back.Set(std::nullopt);
  }
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace ephor::server
