#include "pattern/scalar.h"

#include <gtest/gtest.h>

#include <string>

#include "json/parse.h"

namespace ephor::pattern {
namespace {

struct ScalarCase {
  const char* pattern;  // JSON
  const char* value;    // JSON; null is also what a missing field counts as
  bool matches;
};

bool Matches(const char* pattern_text, const char* value_text) {
  Arena arena;
  const auto pattern = json::Parse(pattern_text, arena);
  const auto value = json::Parse(value_text, arena);
  if (!pattern || !value) {
    ADD_FAILURE() << "not JSON: " << pattern_text << " or " << value_text;
    return false;
  }
  return ScalarPattern::Compile(*pattern, arena).Matches(*value);
}

void Check(std::initializer_list<ScalarCase> cases) {
  for (const ScalarCase& c : cases) {
    SCOPED_TRACE(std::string(c.pattern) + " against " + c.value);
    EXPECT_EQ(Matches(c.pattern, c.value), c.matches);
  }
}

TEST(ScalarPatternTest, TypedLeaves) {
  Check({
      {"true", "true", true},
      {"true", "false", false},
      {"false", "false", true},
      {"true", "\"true\"", false},
      {"false", "null", false},
      {"false", "0", false},
      {"5", "5", true},
      {"5", "6", false},
      {"5", "5.0", true},
      {"5", "5.5", false},
      {"5", "\"5\"", true},
      {"5", "\"+5\"", true},
      {"5", "\"5.0\"", false},
      {"5", "\" 5\"", false},
      {"5", "\"\"", false},
      {"5", "true", false},
      {"5", "null", false},
      {"0", "null", false},
      {"5", "{}", false},
      {"9223372036854775807", "9223372036854775807", true},
      {"9223372036854775807", "9223372036854775806", false},
      {"9223372036854775807", "9223372036854775808", false},
      {"1.5", "1.5", true},
      {"1.5", "1", false},
      {"1.5", "\"1.5\"", true},
      {"1.5", "\"15e-1\"", true},
      {"1.5", "\"x\"", false},
      {"1.5", "true", false},
      {"1.5", "null", false},
      {"null", "null", true},
      {"null", "0", true},
      {"null", "0.0", true},
      {"null", "\"\"", true},
      {"null", "false", true},
      {"null", "1", false},
      {"null", "0.5", false},
      {"null", "\"0\"", false},
      {"null", "true", false},
      {"null", "{}", false},
      {"null", "[]", false},
      {"{}", "{\"a\":1}", true},
      {"{\"a\":1}", "{}", true},
      {"{}", "[]", false},
      {"{}", "null", false},
      {"[]", "[]", false},
      {"[1]", "1", false},
  });
}

TEST(ScalarPatternTest, TextAndWildcards) {
  Check({
      {"\"nginx\"", "\"nginx\"", true},
      {"\"nginx\"", "\"Nginx\"", false},
      {"\"\"", "\"\"", true},
      {"\"\"", "null", false},
      {"\"\"", "\" \"", false},
      {"\"*\"", "\"\"", true},
      {"\"*\"", "null", false},
      {"\"*\"", "1", true},
      {"\"*\"", "true", true},
      {"\"*\"", "{}", false},
      {"\"*\"", "[]", false},
      {"\"?*\"", "\"\"", false},
      {"\"?*\"", "\"x\"", true},
      {"\"?*\"", "null", false},
      {"\"?*\"", "{}", false},
      {"\"?\"", "\"\xC3\xA9\"", true},
      {"\"*:latest\"", "\"nginx:latest\"", true},
      {"\"!*:latest\"", "\"nginx:latest\"", false},
      {"\"!*:latest\"", "\"nginx:1.2\"", true},
      {"\"!*\"", "\"x\"", false},
      {"\"! foo\"", "\"bar\"", true},
      {"\"!foo\"", "null", false},
      {"\"!foo\"", "{}", false},
      {"\"!foo\"", "false", true},
      {"\"!false\"", "false", false},
      {"\"true\"", "true", true},
      {"\"tr*\"", "true", true},
      {"\"1?\"", "12", true},
      {"\"12*\"", "1234", true},
      {"\"1.5E+00\"", "1.5", true},
      {"\"1.5*\"", "1.5", true},
      {"\"*E-07\"", "0.0000001", true},
      // A text of one byte has no operator.
      {"\"!\"", "\"\"", false},
      {"\"!\"", "\"!\"", true},
      {"\">\"", "\">\"", true},
      {"\">\"", "1", false},
      // With nothing behind it, the operator compares with the empty text.
      {"\"!!\"", "\"!\"", false},
      {"\"! \"", "\"\"", false},
      {"\">=\"", "\"\"", false},
      {"\">=\"", "\">=\"", true},
      {"\">abc\"", "\"b\"", false},
      {"\"<abc\"", "\"abb\"", false},
      {"\"<abc\"", "\"<abc\"", true},
      {"\"=5\"", "5", false},
  });
}

TEST(ScalarPatternTest, AndOr) {
  Check({
      {"\"a|b\"", "\"a\"", true},
      {"\"a|b\"", "\"b\"", true},
      {"\"a|b\"", "\"c\"", false},
      {"\"a|b\"", "\"a|b\"", true},
      {"\" a | b \"", "\"b\"", true},
      {"\"a | b & !c\"", "\"b\"", true},
      {"\"a&b\"", "\"a\"", false},
      {"\"a&b\"", "\"a&b\"", true},
      {"\"a*&*z\"", "\"abcz\"", true},
      {"\"a*&*z\"", "\"abc\"", false},
      {"\">1&<5|>10\"", "3", true},
      {"\">1&<5|>10\"", "7", false},
      {"\">1&<5|>10\"", "11", true},
      {"\">1&<5|>10\"", "1", false},
      {"\"a|\"", "\"\"", true},
      {"\"|\"", "\"\"", true},
      {"\"&\"", "\"\"", true},
      {"\"|\"", "\"x\"", false},
      {"\"!a&!b\"", "\"c\"", true},
      {"\"!a|!b\"", "\"a\"", true},
      // Only spaces are trimmed around an alternative; any white space behind an operator.
      {"\"\\ta\"", "\"a\"", true},
      {"\">\\t5\"", "6", true},
  });
}

TEST(ScalarPatternTest, Quantities) {
  Check({
      {"\"1Gi\"", "\"1024Mi\"", true},
      {"\"1Gi\"", "1073741824", true},
      {"\"5.0\"", "5", true},
      {"\"5\"", "5.0", true},
      {"\"1e3\"", "\"1000\"", true},
      {"\"1\"", "\"1000m\"", true},
      {"\"0\"", "null", true},
      {"\"!0\"", "null", false},
      {"\"!5\"", "null", true},
      {"\"<5\"", "null", true},
      {"\">0\"", "null", false},
      {"\"<=1Gi\"", "null", true},
      {"\">5\"", "6", true},
      {"\"> 5\"", "6", true},
      {"\">5\"", "5", false},
      {"\">=5\"", "5", true},
      {"\">=1\"", "true", false},
      {"\">=1\"", "\"1500m\"", true},
      {"\"<=4Gi\"", "\"4Gi\"", true},
      {"\"<=4Gi\"", "\"4.1Gi\"", false},
      {"\"<10\"", "\"\"", false},
      {"\"<10\"", "\"x\"", false},
      {"\"<10\"", "{}", false},
      {"\"!5\"", "\"5\"", false},
      {"\"!5\"", "\"x\"", true},
      // A fraction is compared with six decimals.
      {"\"0.1\"", "0.1", true},
      {"\"100m\"", "0.1", true},
      {"\"0\"", "0.0000001", true},
      {"\">-1\"", "-0.5", true},
  });
}

TEST(ScalarPatternTest, Durations) {
  Check({
      {"\"1h\"", "\"60m\"", true},
      {"\"!1h\"", "\"60m\"", false},
      {"\"<1h\"", "\"59m\"", true},
      {"\">=90s\"", "\"1m30s\"", true},
      {"\"<1h\"", "null", true},
      {"\"<1h\"", "0", true},
      {"\"<1h\"", "1", false},
      // "30m" is a duration and a quantity: what the value is decides.
      {"\"<1h\"", "\"30m\"", true},
      {"\"30m\"", "\"1800s\"", true},
      {"\"30m\"", "0.03", true},
      {"\">30m\"", "1", true},
      {"\"1d\"", "\"1d\"", true},
      {"\">1d\"", "\"2d\"", false},
  });
}

TEST(ScalarPatternTest, Ranges) {
  Check({
      {"\"10-20\"", "15", true},
      {"\"10-20\"", "10", true},
      {"\"10-20\"", "20", true},
      {"\"10-20\"", "21", false},
      {"\"10-20\"", "\"10-20\"", true},
      {"\"0-10\"", "null", true},
      {"\"1-10\"", "null", false},
      {"\"10!-20\"", "15", false},
      {"\"10!-20\"", "9", true},
      {"\"10!-20\"", "21", true},
      {"\"10!-20\"", "\"x\"", false},
      {"\"-5--1\"", "-3", true},
      {"\"-5--1\"", "0", false},
      {"\"+1-+5\"", "3", true},
      {"\"1Mi-1Gi\"", "\"2Mi\"", true},
      {"\"1Mi-1Gi\"", "\"2Gi\"", false},
      {"\"1h-3h\"", "\"90m\"", true},
      {"\"1h!-3h\"", "\"4h\"", true},
      {"\"0.5-1.5\"", "1", true},
      {"\"10-20|30-40\"", "35", true},
      {"\"10-20 & !15\"", "15", false},
      // Not ranges, but plain texts.
      {"\"10 - 20\"", "15", false},
      {"\"2020-01-01\"", "\"2020-01-01\"", true},
      {"\"2020-01-01\"", "2020", false},
      {"\"a-b\"", "\"a-b\"", true},
      {"\"1-\"", "1", false},
      {"\"1.-2\"", "1", false},
      {"\"1-2x3\"", "1", false},
      {"\"1*-2*\"", "\"15-27\"", true},
  });
}

TEST(ScalarPatternTest, OddInput) {
  const std::string long_text(100000, 'a');
  EXPECT_TRUE(Matches(("\"" + long_text + "\"").c_str(), ("\"" + long_text + "\"").c_str()));
  EXPECT_FALSE(Matches(("\"!" + long_text + "\"").c_str(), ("\"" + long_text + "\"").c_str()));
  const std::string bars(50000, '|');
  EXPECT_FALSE(Matches(("\"" + bars + "\"").c_str(), "\"x\""));
  EXPECT_TRUE(Matches(("\"" + bars + "\"").c_str(), "\"\""));
  // Not UTF-8, so not from JSON: a byte is a code point.
  Arena arena;
  const auto pattern = ScalarPattern::Compile(json::Value::String("?\xFF"), arena);
  EXPECT_TRUE(pattern.Matches(json::Value::String("a\xFF")));
  EXPECT_FALSE(pattern.Matches(json::Value::String("\xFF")));
}

TEST(RangeTest, InsideAndOutside) {
  const auto inside = Range::Parse("1-10");
  ASSERT_TRUE(inside);
  EXPECT_FALSE(inside->outside);
  EXPECT_TRUE(inside->Contains(json::Value::Int(10)));
  EXPECT_FALSE(inside->Excludes(json::Value::Int(10)));
  EXPECT_TRUE(inside->Excludes(json::Value::Int(11)));
  // Neither in it nor outside.
  EXPECT_FALSE(inside->Contains(json::Value::String("x")));
  EXPECT_FALSE(inside->Excludes(json::Value::String("x")));

  const auto outside = Range::Parse("1!-10");
  ASSERT_TRUE(outside);
  EXPECT_TRUE(outside->outside);

  for (const char* text :
       {"", "1", "-", "1-", "-1", "1-2-3", "a-b", "1--", "1.-2", "1- 2", "1-2 ", "1!2", "1!-"}) {
    EXPECT_FALSE(Range::Parse(text)) << text;
  }
}

}  // namespace
}  // namespace ephor::pattern
