#include "base/duration.h"

#include <gtest/gtest.h>

#include <limits>

namespace ephor {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(Duration, Parse) {
  struct Case {
    std::string_view text;
    std::int64_t nanoseconds;
  };
  const Case cases[] = {
      {"0", 0},
      {"-0", 0},
      {"0s", 0},
      {"1h30m", 5400 * kSecond},
      {"1m1h", 3660 * kSecond},
      {"-1.5s", -1500'000'000},
      {"+.5s", 500'000'000},
      {"1.s", kSecond},
      {"1us", 1000},
      {"1µs", 1000},
      {"1μs", 1000},
      {"3ms2ns", 3'000'002},
      {"0.3333333333333333333h", 1200 * kSecond},
      {"0.9ns", 0},
      {"1.0000000000000000000000001s", kSecond},
      {"9223372036854775807ns", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808ns", std::numeric_limits<std::int64_t>::min()},
      {"0.100000000000000000000h", 360 * kSecond},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const Result<Duration> parsed = Duration::Parse(c.text);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message();
    EXPECT_EQ(parsed->nanoseconds, c.nanoseconds);
    Duration tried;
    EXPECT_TRUE(Duration::TryParse(c.text, tried));
    EXPECT_EQ(tried.nanoseconds, c.nanoseconds);
  }
}

TEST(Duration, ParseErrors) {
  struct Case {
    std::string_view text, message;
  };
  const Case cases[] = {
      {"", R"(time: invalid duration "")"},
      {"-", R"(time: invalid duration "-")"},
      {"x", R"(time: invalid duration "x")"},
      {"5", R"(time: missing unit in duration "5")"},
      {"1.", R"(time: missing unit in duration "1.")"},
      {".s", R"(time: invalid duration ".s")"},
      {"1d", R"(time: unknown unit "d" in duration "1d")"},
      {"1h 2m", R"(time: unknown unit "h " in duration "1h 2m")"},
      {" 1h", R"(time: invalid duration " 1h")"},
      {"--1s", R"(time: invalid duration "--1s")"},
      {"9223372036854775808ns", R"(time: invalid duration "9223372036854775808ns")"},
      {"99999999999999999999s", R"(time: invalid duration "99999999999999999999s")"},
      {"2562048h", R"(time: invalid duration "2562048h")"},
      {"9223372036s9223372036s", R"(time: invalid duration "9223372036s9223372036s")"},
      {"1\"é", R"(time: unknown unit "\"\xc3\xa9" in duration "1\"\xc3\xa9")"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const Result<Duration> parsed = Duration::Parse(c.text);
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().message(), c.message);
    EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalidInput);
    Duration untouched{7};
    EXPECT_FALSE(Duration::TryParse(c.text, untouched));
    EXPECT_EQ(untouched.nanoseconds, 7);
  }
}

TEST(Duration, Text) {
  struct Case {
    std::int64_t nanoseconds;
    std::string_view text;
  };
  const Case cases[] = {
      {0, "0s"},
      {1, "1ns"},
      {1100, "1.1µs"},
      {2'200'000, "2.2ms"},
      {100'000'000, "100ms"},
      {1500'000'000, "1.5s"},
      {3600 * kSecond, "1h0m0s"},
      {5445 * kSecond + 1, "1h30m45.000000001s"},
      {-86400 * kSecond, "-24h0m0s"},
      {std::numeric_limits<std::int64_t>::max(), "2562047h47m16.854775807s"},
      {std::numeric_limits<std::int64_t>::min(), "-2562047h47m16.854775808s"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Duration{c.nanoseconds}.ToString(), c.text);
    Duration again;
    ASSERT_TRUE(Duration::TryParse(c.text, again));
    EXPECT_EQ(again.nanoseconds, c.nanoseconds);
  }
}

}  // namespace
}  // namespace ephor
