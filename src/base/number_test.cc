#include "base/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace ephor {
namespace {

TEST(Number, ParseInt) {
  struct Case {
    std::string_view text;
    std::optional<std::int64_t> value;
  };
  const Case cases[] = {
      {"0", 0},
      {"-0", 0},
      {"+7", 7},
      {"007", 7},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
      {"9223372036854775808", std::nullopt},
      {"", std::nullopt},
      {"+", std::nullopt},
      {"-", std::nullopt},
      {"+-1", std::nullopt},
      {"1 ", std::nullopt},
      {" 1", std::nullopt},
      {"1_0", std::nullopt},
      {"0x1", std::nullopt},
      {"1.0", std::nullopt},
      {"1e3", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(ParseInt(c.text), c.value) << c.text;
}

TEST(Number, ParseFloat) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  struct Case {
    std::string_view text;
    std::optional<double> value;
  };
  const Case cases[] = {
      {"1", 1},
      {"-1.5", -1.5},
      {"+.5", .5},
      {"5.", 5},
      {"1e3", 1000},
      {"1E+3", 1000},
      {"1e-400", 0},
      {"0.0000000000000000000001e-310", 0},
      {"0e400", 0},
      {"1e400", std::nullopt},
      {"-1e400", std::nullopt},
      {"1e99999999999999999999", std::nullopt},
      {"1e-99999999999999999999", 0},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"4.9e-324", 4.9e-324},
      {"1_000", 1000},
      {"1_0e1_0", 1e11},
      {"1__0", std::nullopt},
      {"_1", std::nullopt},
      {"1_", std::nullopt},
      {"1_.5", std::nullopt},
      {"1._5", std::nullopt},
      {"1e_5", std::nullopt},
      {"0x1p4", 16},
      {"0X1.8P1", 3},
      {"-0x_1p0", -1},
      {"0x1p2000", std::nullopt},
      {"0x1p-2000", 0},
      {"0x1", std::nullopt},
      {"0x", std::nullopt},
      {"0b1", std::nullopt},
      {"inf", kInfinity},
      {"+Infinity", kInfinity},
      {"-INF", -kInfinity},
      {"infinit", std::nullopt},
      {"-nan", std::nullopt},
      {"", std::nullopt},
      {"+", std::nullopt},
      {".", std::nullopt},
      {"+.e1", std::nullopt},
      {"1e", std::nullopt},
      {"1e+", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"--1", std::nullopt},
      {"1.2.3", std::nullopt},
      {"\xC3\xA9", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(ParseFloat(c.text), c.value) << c.text;
  const std::optional<double> nan = ParseFloat("NaN");
  ASSERT_TRUE(nan.has_value());
  EXPECT_TRUE(std::isnan(*nan));
  EXPECT_EQ(ParseFloat(std::string(100'000, '9')), std::nullopt);
  EXPECT_EQ(ParseFloat("0." + std::string(100'000, '3')), 1.0 / 3);
}

TEST(Number, Text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  struct Case {
    double value;
    std::string json, plain, go, shortest_fixed;
  };
  const Case cases[] = {
      {0, "0", "0", "0", "0"},
      {-0.0, "-0", "0", "-0", "-0"},
      {1, "1", "1", "1", "1"},
      {-1.5, "-1.5", "-1.5", "-1.5", "-1.5"},
      {0.1, "0.1", "0.1", "0.1", "0.1"},
      {123456, "123456", "123456", "123456", "123456"},
      {1e6, "1000000", "1000000", "1e+06", "1000000"},
      {1234567, "1234567", "1234567", "1.234567e+06", "1234567"},
      {1e20, "100000000000000000000", "100000000000000000000", "1e+20", "100000000000000000000"},
      {1e21, "1e+21", "1e+21", "1e+21", "1000000000000000000000"},
      {1.5e300, "1.5e+300", "1.5e+300", "1.5e+300", "15" + std::string(299, '0')},
      {0.0001, "0.0001", "0.0001", "0.0001", "0.0001"},
      {1e-5, "0.00001", "1e-05", "1e-05", "0.00001"},
      {1e-6, "0.000001", "1e-06", "1e-06", "0.000001"},
      {1e-7, "1e-7", "1e-07", "1e-07", "0.0000001"},
      {1e-10, "1e-10", "1e-10", "1e-10", "0.0000000001"},
      {kInfinity, "null", "+Inf", "+Inf", "+Inf"},
      {-kInfinity, "null", "-Inf", "-Inf", "-Inf"},
      {std::nan(""), "null", "NaN", "NaN", "NaN"},
  };
  for (const Case& c : cases) {
    std::string json;
    AppendJsonNumber(c.value, json);
    EXPECT_EQ(json, c.json);
    EXPECT_EQ(PlainNumber(c.value), c.plain);
    EXPECT_EQ(GoFloat(c.value), c.go);
    EXPECT_EQ(FixedFloat(c.value, -1), c.shortest_fixed);
  }
}

TEST(Number, FixedPrecision) {
  EXPECT_EQ(FixedFloat(5, 6), "5.000000");
  EXPECT_EQ(FixedFloat(0.125, 2), "0.12");
  EXPECT_EQ(FixedFloat(2.5, 0), "2");
  EXPECT_EQ(FixedFloat(-1e22, 1), "-10000000000000000000000.0");
  EXPECT_EQ(FixedFloat(0.5, 2000), "0.5" + std::string(1999, '0'));
}

TEST(Number, ShortestTextRoundTrips) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    std::string json;
    AppendJsonNumber(value, json);
    ASSERT_EQ(ParseFloat(json), value);
    ASSERT_EQ(ParseFloat(GoFloat(value)), value);
  }
}

}  // namespace
}  // namespace ephor
