#include "base/quantity.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace ephor {
namespace {

Quantity Must(std::string_view text) {
  Quantity quantity;
  EXPECT_TRUE(Quantity::TryParse(text, quantity)) << text;
  return quantity;
}

TEST(Quantity, Text) {
  struct Case {
    std::string text;
    std::string_view canonical;
  };
  const Case cases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"1", "1"},
      {"1000", "1k"},
      {"1000m", "1"},
      {"1500m", "1500m"},
      {"1.5", "1500m"},
      {"1.500", "1.500"},  // already in thousandths: the text is kept
      {"+1", "+1"},
      {"1.", "1."},
      {"007", "007"},
      {"0.5", "500m"},
      {"12e6", "12e6"},
      {"12000e3", "12e6"},
      {"1e2", "100"},
      {"1E", "1E"},
      {"1E3", "1E3"},
      {"1Ki", "1Ki"},
      {"1024Ki", "1Mi"},
      {"1.5Gi", "1536Mi"},
      {"512", "512"},
      {"1023Ki", "1023Ki"},
      {"0.5Ki", "512"},
      {"0.0001Ki", "102400u"},
      {"1.3Ki", "1331200m"},
      {"10Ei", "9223372036854775807"},  // the cap of binary amounts
      {"-10Ei", "-9223372036854775807"},
      {"100E", "100E"},
      {"1n", "1n"},
      {"0.1n", "1n"},  // rounded away from zero
      {"-0.1n", "-1n"},
      {"1.0000000001", "1000000001n"},
      {"1e-1000000", "1e-9"},
      {"1" + std::string(80, '0'), "100e78"},
      {"0e9223372036854775807", "0"},
      {"0.1e1000001", "10e999999"},
      {"3000E", "3e21"},  // the reference drops the suffix here
      // No digits count as 0.
      {"m", "0"},
      {"+", "0"},
      {".", "0"},
      {"Ki", "0"},
      {"e5", "0"},
      {".5", "500m"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const Result<Quantity> quantity = Quantity::Parse(c.text);
    ASSERT_TRUE(quantity.has_value()) << quantity.error().message();
    EXPECT_EQ(quantity->ToString(), c.canonical);
    EXPECT_EQ(Must(c.canonical), *quantity);
  }
}

TEST(Quantity, ParseErrors) {
  constexpr std::string_view kFormat =
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  constexpr std::string_view kSuffix = "unable to parse quantity's suffix";
  constexpr std::string_view kNumeric = "unable to parse numeric part of quantity";
  constexpr std::string_view kTooLong = "quantity has more than 57 significant digits or is beyond 1e1000000";
  struct Case {
    std::string text;
    std::string_view message;
  };
  const Case cases[] = {
      {"", kFormat},
      {"nginx", kFormat},
      {" 1", kFormat},
      {"1 ", kFormat},
      {"1_000", kFormat},
      {"0x10", kFormat},
      {"1.2.3", kFormat},
      {"--1", kSuffix},
      {"1Gib", kFormat},
      {"1\xC2\xB5", kFormat},
      {std::string("1\0", 2), kFormat},
      {"1K", kSuffix},
      {"1ki", kSuffix},
      {"1e", kSuffix},
      {"1e+", kSuffix},
      {"1-5", kSuffix},
      {"1m5", kSuffix},
      {"1e99999999999999999999", kSuffix},
      {".e-10", kNumeric},
      {".Ei", kNumeric},
      {"1e1000001", kTooLong},
      {"10e1000000", kTooLong},
      {"1e9223372036854775807", kTooLong},
      {std::string(58, '9'), kTooLong},
      {std::string(1'000'000, '9'), kTooLong},
      {"0." + std::string(58, '9') + "Ki", kTooLong},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text.substr(0, 80));
    const Result<Quantity> quantity = Quantity::Parse(c.text);
    ASSERT_FALSE(quantity.has_value());
    EXPECT_EQ(quantity.error().message(), c.message);
    Quantity untouched = Quantity::FromInt(7);
    EXPECT_FALSE(Quantity::TryParse(c.text, untouched));
    EXPECT_EQ(untouched, Quantity::FromInt(7));
  }
  // Zeros are no significant digits.
  EXPECT_EQ(Must(std::string(1'000'000, '0') + "1"), Quantity::FromInt(1));
  EXPECT_EQ(Must("1." + std::string(1'000'000, '0')), Quantity::FromInt(1));
}

TEST(Quantity, OrderIsByValue) {
  struct Case {
    std::string_view a, b;
    int order;
  };
  const Case cases[] = {
      {"1Gi", "1024Mi", 0},   {"1e3", "1k", 0},         {"1000m", "1", 0},
      {"-0", "0", 0},         {"0e100", "0", 0},        {"100m", "0.1", 0},
      {"512Mi", "1Gi", -1},   {"1G", "1Gi", -1},        {"30m", "1", -1},
      {"-1", "1n", -1},       {"-1Gi", "-1Mi", -1},     {"1n", "2n", -1},
      {"1e1000000", "1n", 1}, {"-1e1000000", "1n", -1}, {"999999999999999999999999", "1e24", -1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.a) + " / " + std::string(c.b));
    EXPECT_EQ(Must(c.a) <=> Must(c.b), c.order <=> 0);
    EXPECT_EQ(Must(c.b) <=> Must(c.a), 0 <=> c.order);
    EXPECT_EQ(Must(c.a) == Must(c.b), c.order == 0);
  }
}

TEST(Quantity, Numbers) {
  struct Case {
    std::string_view text;
    double number;
    std::int64_t integer;
    bool is_integer;
    int sign;
  };
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  const Case cases[] = {
      {"0", 0, 0, true, 0},          {"-0", 0, 0, true, 0},
      {"100m", 0.1, 1, false, 1},    {"-1500m", -1.5, -2, false, -1},
      {"2Ki", 2048, 2048, true, 1},  {"9223372036854775807", 9223372036854775807.0, kMax, true, 1},
      {"1e30", 1e30, kMax, true, 1}, {"-1e30", -1e30, kMin, true, -1},
      {"3e3", 3000, 3000, true, 1},  {"1e-9", 1e-9, 1, false, 1},
      {"1.0", 1, 1, true, 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const Quantity quantity = Must(c.text);
    EXPECT_DOUBLE_EQ(quantity.ToDouble(), c.number);
    EXPECT_EQ(quantity.ToIntRoundedUp(), c.integer);
    EXPECT_EQ(quantity.IsInteger(), c.is_integer);
    EXPECT_EQ(quantity.sign(), c.sign);
  }
  EXPECT_EQ(Quantity::FromInt(kMin).ToString(), "-9223372036854775808");
  EXPECT_EQ(Quantity::FromInt(1 << 20, Quantity::Format::kBinarySI).ToString(), "1Mi");
  EXPECT_EQ(Must("1e1000000").ToDouble(), std::numeric_limits<double>::infinity());
}

TEST(Quantity, Arithmetic) {
  struct Case {
    std::string_view a;
    char operation;
    std::string_view b, result;
  };
  const Case cases[] = {
      {"1Gi", '+', "1Mi", "1025Mi"}, {"1Gi", '+', "1", "1073741825"}, {"1", '+', "1Ki", "1025"},
      {"0", '+', "1Ki", "1Ki"},  // a zero takes the other's format
      {"1k", '+', "1m", "1000001m"}, {"100m", '-', "1", "-900m"},     {"1Mi", '-', "1Mi", "0"},
      {"-1", '-', "-3", "2"},        {"1Gi", '*', "1.5", "1536Mi"},   {"-2", '*', "3k", "-6k"},
      {"1", '*', "1e21", "1e21"},    {"1n", '*', "0.5", "500e-12"},   {"10", '/', "3", "3"},
      {"1.000", '/', "3", "333m"},   {"1Gi", '/', "3", "357913941"},  {"-10", '/', "3", "-3"},
      {"10", '/', "0.3", "33300m"},  {"10", '%', "3", "1"},           {"-10", '%', "3", "-1"},
      {"1k", '%', "300", "100"},     {"5Ki", '%', "2Ki", "1Ki"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.a) + c.operation + std::string(c.b));
    const Quantity a = Must(c.a), b = Must(c.b);
    const Result<Quantity> result = c.operation == '+'   ? a.Add(b)
                                    : c.operation == '-' ? a.Subtract(b)
                                    : c.operation == '*' ? a.Multiply(b)
                                    : c.operation == '/' ? a.Divide(b)
                                                         : a.Modulo(b);
    ASSERT_TRUE(result.has_value()) << result.error().message();
    EXPECT_EQ(result->ToString(), c.result);
  }
  EXPECT_FALSE(Must("1").Divide(Must("0")).has_value());
  EXPECT_FALSE(Must("1").Modulo(Must("0")).has_value());
  EXPECT_FALSE(Must("1.5").Modulo(Must("1")).has_value());
  EXPECT_FALSE(Must("1").Modulo(Must("1m")).has_value());
  EXPECT_EQ(Must("1n").Divide(Must("1e1000000"))->ToString(), "0");
  EXPECT_FALSE(Must("1e1000000").Divide(Must("1n")).has_value());
}

TEST(Quantity, HugeOperandsLoseLowDigitsOnly) {
  Quantity power = Must(std::string(57, '9'));
  for (int i = 0; i < 40; ++i) power = power.Multiply(power);
  EXPECT_EQ(power.sign(), 1);
  EXPECT_EQ(Must("1e1000000").Add(Must("1n")).ToString(), "10e999999");
  EXPECT_EQ(Must("1e1000000").Subtract(Must("1e1000000")).sign(), 0);
}

TEST(Quantity, AgreesWithIntegers) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto a = static_cast<std::int32_t>(random()), b = static_cast<std::int32_t>(random());
    const Quantity qa = Must(std::to_string(a)), qb = Must(std::to_string(b) + "000m");
    ASSERT_EQ(qa <=> qb, a <=> b);
    ASSERT_EQ(qa.Add(qb), Quantity::FromInt(std::int64_t{a} + b));
    ASSERT_EQ(qa.Subtract(qb), Quantity::FromInt(std::int64_t{a} - b));
    ASSERT_EQ(qa.Multiply(qb), Quantity::FromInt(std::int64_t{a} * b));
    if (b == 0) continue;
    ASSERT_EQ(qa.Modulo(qb)->ToIntRoundedUp(), std::int64_t{a} % b);
  }
}

}  // namespace
}  // namespace ephor
