#include "base/time.h"

#include <gtest/gtest.h>

#include <limits>

namespace ephor {
namespace {

Time Must(std::string_view layout, std::string_view text) {
  Result<Time> time = Time::Parse(layout, text);
  if (!time) {
    ADD_FAILURE() << time.error().message();
    return {};
  }
  return *std::move(time);
}

TEST(Time, ParseAndFormat) {
  struct Case {
    std::string_view layout, text;
    std::int64_t unix_seconds;
    std::string_view rfc3339;
  };
  const Case cases[] = {
      {kRfc3339, "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
      {kRfc3339, "2026-11-24T08:30:00+02:00", 1795501800, "2026-11-24T08:30:00+02:00"},
      {kRfc3339, "2026-11-24T08:30:00.123456789123-07:30", 1795536000, "2026-11-24T08:30:00.123456789-07:30"},
      {kRfc3339, "2026-11-24T08:30:00,5Z", 1795509000, "2026-11-24T08:30:00.5Z"},
      {kRfc3339, "0000-01-01T00:00:00Z", -62167219200, "0000-01-01T00:00:00Z"},
      {kRfc3339, "9999-12-31T23:59:59Z", 253402300799, "9999-12-31T23:59:59Z"},
      {"Mon Jan _2 15:04:05 MST 2006", "Tue Nov  3 01:02:03 UTC 2026", 1793667723, "2026-11-03T01:02:03Z"},
      {"Mon Jan _2 15:04:05 MST 2006", "tue nov 3 01:02:03 CET 2026", 1793667723, "2026-11-03T01:02:03Z"},
      {"3:04PM", "3:04PM", -62167165200 + 240, "0000-01-01T15:04:00Z"},
      {"3:04PM", "12:00AM", -62167219200, "0000-01-01T00:00:00Z"},
      {"2006-002", "2024-060", 1709164800, "2024-02-29T00:00:00Z"},
      {"02.01.06", "29.02.24", 1709164800, "2024-02-29T00:00:00Z"},
      {"06", "69", -31536000, "1969-01-01T00:00:00Z"},
      {"2006-01-02 15:04:05.000 -0700", "2026-11-24 08:30:00.250 +0100", 1795505400,
       "2026-11-24T08:30:00.25+01:00"},
      {"", "", -62167219200, "0000-01-01T00:00:00Z"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const Time time = Must(c.layout, c.text);
    EXPECT_EQ(time.unix_seconds, c.unix_seconds);
    EXPECT_EQ(time.Format(kRfc3339Nano), c.rfc3339);
  }
}

TEST(Time, ParseErrors) {
  struct Case {
    std::string_view layout, text, message;
  };
  const Case cases[] = {
      {kRfc3339, "x", R"(parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006")"},
      {kRfc3339, "", R"(parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006")"},
      {kRfc3339, "2026-13-01T00:00:00Z", R"(parsing time "2026-13-01T00:00:00Z": month out of range)"},
      {kRfc3339, "2026-02-29T00:00:00Z", R"(parsing time "2026-02-29T00:00:00Z": day out of range)"},
      {kRfc3339, "2026-01-01T24:00:00Z", R"(parsing time "2026-01-01T24:00:00Z": hour out of range)"},
      {kRfc3339, "2026-01-01T00:00:00Zx", R"(parsing time "2026-01-01T00:00:00Zx": extra text: "x")"},
      {kRfc3339, "2026-01-01 00:00:00Z",
       R"(parsing time "2026-01-01 00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse " 00:00:00Z" as "T")"},
      {kRfc3339, "2026-01-01T00:00:00",
       R"(parsing time "2026-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00")"},
      {kRfc3339, "2026-01-01T00:00:00+25:00",
       R"(parsing time "2026-01-01T00:00:00+25:00": time zone offset hour out of range)"},
      {"2006 002", "2026 366", R"(parsing time "2026 366": day-of-year out of range)"},
      {"2006 01 002", "2026 02 001", R"(parsing time "2026 02 001": day-of-year does not match month)"},
      {"Jan", "Foo", R"(parsing time "Foo" as "Jan": cannot parse "Foo" as "Jan")"},
      {"15", "\xC3\xA9\"", R"(parsing time "\xc3\xa9\"" as "15": cannot parse "\xc3\xa9\"" as "15")"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const Result<Time> time = Time::Parse(c.layout, c.text);
    ASSERT_FALSE(time.has_value());
    EXPECT_EQ(time.error().message(), c.message);
  }
}

TEST(Time, Layouts) {
  const Time time = {
      .unix_seconds = 1793667723, .nanoseconds = 120'000'000, .offset_seconds = -16'200, .zone = "NST"};
  struct Case {
    std::string_view layout, text;
  };
  const Case cases[] = {
      {"2006-01-02T15:04:05Z07:00", "2026-11-02T20:32:03-04:30"},
      {"06 1 Jan January 2 _2 02 002 __2", "26 11 Nov November 2  2 02 306 306"},
      {"Mon Monday 15 3 03 4 04 5 05 PM pm", "Mon Monday 20 8 08 32 32 3 03 PM pm"},
      {"5.000 5,000 5.999 5.9999999 .1", "3.120 3,120 3.12 3.12 .11"},
      {"MST -0700 -07:00 -07 Z0700 Z07", "NST -0430 -04:30 -04 -0430 -04"},
      {"_2006 Janet Mondays.000000000001", "_2026 Janet Mondays.000000000011"},
      {"no element here", "no element here"},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(time.Format(c.layout), c.text) << c.layout;
  EXPECT_EQ((Time{.offset_seconds = 3600}).Format("MST"), "+0100");
}

TEST(Time, Arithmetic) {
  const Time time = Must(kRfc3339, "2026-11-24T08:30:15.75+01:00");
  EXPECT_EQ(time.Add({-800'000'000}).Format(kRfc3339Nano), "2026-11-24T08:30:14.95+01:00");
  EXPECT_EQ(time.Add({3'600'500'000'000}).Format(kRfc3339Nano), "2026-11-24T09:30:16.25+01:00");
  EXPECT_EQ(time.Since(Must(kRfc3339, "2026-11-24T07:30:16Z")).ToString(), "-250ms");
  EXPECT_EQ(time.Since(Must(kRfc3339, "0001-01-01T00:00:00Z")).nanoseconds,
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(time.Truncate({3'600'000'000'000}).Format(kRfc3339), "2026-11-24T08:00:00+01:00");
  EXPECT_EQ(time.Truncate({7 * 86'400'000'000'000}).Format(kRfc3339), "2026-11-23T01:00:00+01:00");
  EXPECT_EQ(time.Truncate({0}), time);
  EXPECT_EQ(time.Utc().Format(kRfc3339), "2026-11-24T07:30:15Z");
  EXPECT_EQ(time, time.Utc());
  EXPECT_LT(time, time.Add({1}));
}

TEST(Time, InstantsBeyondTheCalendarStayDefined) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(Time::FromUnix(kMax).Format("2006"), "292277026596");
  EXPECT_EQ(Time::FromUnix(kMin).Format("2006"), "-292277022657");
  EXPECT_EQ(Time::FromUnix(kMax).Add({kMax}).unix_seconds, kMax);
  // More seconds, rounded down, than nanoseconds can hold.
  const Time early = Time::FromUnix(0).Add({kMin});
  EXPECT_EQ(early.unix_seconds, -9'223'372'037);
  EXPECT_EQ(early.nanoseconds, 145'224'192);
  EXPECT_EQ(Time::FromUnix(kMin).Truncate({kMax}).unix_seconds, kMin);
  EXPECT_EQ(Time::FromUnix(kMin).Since(Time::FromUnix(kMax)).nanoseconds, kMin);
}

}  // namespace
}  // namespace ephor
