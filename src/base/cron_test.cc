#include "base/cron.h"

#include <gtest/gtest.h>

namespace ephor {
namespace {

TEST(IsStandardCron, Table) {
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
    EXPECT_EQ(IsStandardCron(c.text), c.valid);
  }
}

TEST(CronSchedule, Next) {
  struct Case {
    const char* schedule;
    const char* after;
    const char* next;  // "" where there is none
  };
  const Case cases[] = {
      {"* * * * *", "2024-02-28T23:59:00Z", "2024-02-29T00:00:00Z"},
      {"* * * * *", "2024-02-28T23:58:59.5Z", "2024-02-28T23:59:00Z"},
      {"*/5 * * * *", "2024-01-01T00:00:00Z", "2024-01-01T00:05:00Z"},
      {"7/20 * * * *", "2024-01-01T00:48:00Z", "2024-01-01T01:07:00Z"},
      {"10-20/5,3 4 * * *", "2024-01-01T04:03:00Z", "2024-01-01T04:10:00Z"},
      {"0 0 1 jan,JULY ?", "2024-01-01T00:00:00Z", "2024-07-01T00:00:00Z"},
      {"0 0 29 2 *", "2096-03-01T00:00:00Z", ""},
      {"0 0 29 2 *", "2025-03-01T00:00:00Z", "2028-02-29T00:00:00Z"},
      {"0 0 30 2 *", "2024-01-01T00:00:00Z", ""},
      // Both kinds of days restricted: either.
      {"0 0 13 * 5", "2024-09-01T00:00:00Z", "2024-09-06T00:00:00Z"},
      {"0 0 13 * 5", "2024-10-12T00:00:00Z", "2024-10-13T00:00:00Z"},
      {"0 0 * * 7", "2024-09-02T00:00:00Z", "2024-09-08T00:00:00Z"},
      {"0 0 * * saturday", "2024-09-02T00:00:00Z", "2024-09-07T00:00:00Z"},
      {"0 0 * * 01", "2024-09-02T00:00:00Z", "2024-09-09T00:00:00Z"},
      // Days that are counted.
      {"0 0 L * *", "2024-02-01T00:00:00Z", "2024-02-29T00:00:00Z"},
      {"0 0 LW * *", "2024-08-01T00:00:00Z", "2024-08-30T00:00:00Z"},
      {"0 0 1W * *", "2024-05-31T00:00:00Z", "2024-06-03T00:00:00Z"},
      {"0 0 15w * *", "2024-06-01T00:00:00Z", "2024-06-14T00:00:00Z"},
      {"0 0 * * 5L", "2024-02-01T00:00:00Z", "2024-02-23T00:00:00Z"},
      {"0 0 * * fri#5", "2024-02-01T00:00:00Z", "2024-03-29T00:00:00Z"},
      // Years and seconds.
      {"0 0 1 1 * 2030", "2024-01-01T00:00:00Z", "2030-01-01T00:00:00Z"},
      {"0 0 1 1 * 1970-1999", "2024-01-01T00:00:00Z", ""},
      {"*/15 * * * * * *", "2024-01-01T00:00:50Z", "2024-01-01T00:01:00Z"},
      {"5 0 0 1 1 * 2031 and more", "2024-01-01T00:00:50Z", "2031-01-01T00:00:05Z"},
      {"@hourly", "2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"},
      {"@daily", "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"},
      {"@weekly", "2024-01-01T00:00:00Z", "2024-01-07T00:00:00Z"},
      {"@monthly", "2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"},
      {"@yearly", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"},
      {"@annually", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"},
      // In the offset that is given, and outside of the years there are.
      {"30 1 * * *", "2024-01-01T00:00:00+05:30", "2024-01-01T01:30:00+05:30"},
      {"0 0 1 1 *", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
      {"* * * * *", "2099-12-31T23:59:00Z", ""},
      {"* * * * *", "9999-12-31T23:59:59Z", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.schedule);
    const auto schedule = CronSchedule::Parse(c.schedule);
    ASSERT_TRUE(schedule) << schedule.error().message();
    const auto next = schedule->Next(*Time::Parse(kRfc3339, c.after));
    EXPECT_EQ(next ? next->Format(kRfc3339) : "", c.next) << c.after;
  }
}

TEST(CronSchedule, Refused) {
  const struct {
    std::string text;
    const char* message;
  } cases[] = {
      {"", "missing field(s)"},
      {"* * * *", "missing field(s)"},
      {"@every 1h", "missing field(s)"},
      {"@midnight", "missing field(s)"},
      {"60 * * * *", "syntax error in minute field: '60'"},
      {"60 * * * * * *", "syntax error in second field: '60'"},
      {"* 24 * * *", "syntax error in hour field: '24'"},
      {"* * 0 * *", "syntax error in day-of-month field: '0'"},
      {"* * 32W * *", "syntax error in day-of-month field: '32W'"},
      {"* * * 13 *", "syntax error in month field: '13'"},
      {"* * * * 8", "syntax error in day-of-week field: '8'"},
      {"* * * * 5#6", "syntax error in day-of-week field: '5#6'"},
      {"* * * * L", "syntax error in day-of-week field: 'L'"},
      {"* * * * * 1969", "syntax error in year field: '1969'"},
      {", * * * *", "minute field: missing directive"},
      {"5-1 * * * *", "invalid interval 5-1 (normalized to 5-1)"},
      {"5-1/2 * * * *", "invalid interval 5-1/2 (normalized to 5-1)"},
      {"* * * * 5-7", "invalid interval 5-7 (normalized to 5-0)"},
      {"*/0 * * * *", "invalid interval */0"},
      {"*/60 * * * *", "invalid interval */60"},
      {"1/99999999999999999999 * * * *", "invalid interval 1/99999999999999999999"},
      {"1/2/3 * * * *", "syntax error in minute field: '1/2/3'"},
      {"1- * * * *", "syntax error in minute field: '1-'"},
      {"\xff * * * *", "syntax error in minute field: '\xff'"},
      {std::string(100000, '*') + " * * * *", nullptr},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text.substr(0, 40));
    const auto schedule = CronSchedule::Parse(c.text);
    ASSERT_FALSE(schedule);
    if (c.message != nullptr) {
      EXPECT_EQ(schedule.error().message(), c.message);
    }
  }
}

}  // namespace
}  // namespace ephor
