#include "policy/cron.h"

#include <gtest/gtest.h>

namespace ephor::policy {
namespace {

TEST(IsCronSchedule, Table) {
  struct Case {
    const char* text;
    bool valid;
  };
  const Case cases[] = {
      {"* * * * *", true},
      {"*/5 0-6,12 1 jan-MAR ?", true},
      {"\t0 0\n1 1 0 ", true},
      {"3/10 * * * sat", true},
      {",, * * * *", true},  // an empty list is a list
      {"@every 1h30m", true},
      {"@daily", true},
      {"", false},
      {"* * * *", false},
      {"* * * * * *", false},
      {"60 * * * *", false},
      {"* 24 * * *", false},
      {"* * 0 * *", false},
      {"* * * 13 *", false},
      {"* * * * 7", false},
      {"5-1 * * * *", false},
      {"1-2-3 * * * *", false},
      {"1/2/3 * * * *", false},
      {"*/0 * * * *", false},
      {"-1 * * * *", false},
      {"99999999999999999999 * * * *", false},
      {"@every soon", false},
      {"@fortnightly", false},
      {"\xff * * * *", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(IsCronSchedule(c.text), c.valid);
  }
}

}  // namespace
}  // namespace ephor::policy
