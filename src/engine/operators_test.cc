#include "engine/operators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "json/parse.h"

namespace ephor::engine {
namespace {

bool Evaluate(const char* op_name, const char* key_text, const char* value_text) {
  Arena arena;
  const auto key = json::Parse(key_text, arena);
  const auto value = json::Parse(value_text, arena);
  const auto op = ParseOperator(op_name);
  if (!key || !value || !op) {
    ADD_FAILURE() << "bad row: " << key_text << " " << op_name << " " << value_text;
    return false;
  }
  const bool result = EvaluateOperator(*op, ConditionOperand(*key), ConditionOperand(*value), arena);
  // What is prepared must not change the answer.
  EXPECT_EQ(EvaluateOperator(*op, ConditionOperand(*key), ConditionOperand::Prepare(*value, arena), arena),
            result);
  EXPECT_EQ(EvaluateOperator(*op, ConditionOperand::Prepare(*key, arena), ConditionOperand(*value), arena),
            result);
  EXPECT_EQ(EvaluateOperator(*op, ConditionOperand::Prepare(*key, arena),
                             ConditionOperand::Prepare(*value, arena), arena),
            result);
  return result;
}

struct Row {
  const char* key;  // JSON, as the value
  const char* value;
  bool expected;
};

void Check(const char* op, std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.key) + " " + op + " " + row.value);
    EXPECT_EQ(Evaluate(op, row.key, row.value), row.expected);
  }
}

TEST(OperatorTest, Names) {
  EXPECT_EQ(ParseOperator("Equals"), Operator::kEquals);
  EXPECT_EQ(ParseOperator("Equal"), Operator::kEquals);
  EXPECT_EQ(ParseOperator("NotEqual"), Operator::kNotEquals);
  EXPECT_EQ(ParseOperator("anyIN"), Operator::kAnyIn);
  EXPECT_EQ(ParseOperator("allnotin"), Operator::kAllNotIn);
  EXPECT_EQ(ParseOperator("GreaterThan"), Operator::kGreaterThan);
  EXPECT_EQ(ParseOperator("greaterThan"), Operator::kNever);
  EXPECT_EQ(ParseOperator("durationlessthanorequals"), Operator::kNever);
  EXPECT_EQ(ParseOperator(""), std::nullopt);
  EXPECT_EQ(ParseOperator("Contains"), std::nullopt);
  EXPECT_EQ(ParseOperator("Equals "), std::nullopt);
  EXPECT_EQ(OperatorNames().size(), 18u);
  EXPECT_TRUE(std::is_sorted(OperatorNames().begin(), OperatorNames().end()));
  for (const std::string_view name : OperatorNames()) {
    EXPECT_TRUE(IsOperatorName(name));
    EXPECT_NE(ParseOperator(name), std::nullopt);
    EXPECT_NE(ParseOperator(name), Operator::kNever);
  }
  EXPECT_FALSE(IsOperatorName("anyin"));
  EXPECT_FALSE(IsOperatorName(""));
}

constexpr Row kEqualRows[] = {
    {"true", "true", true},
    {"true", "false", false},
    {"true", "\"true\"", false},
    {"1", "1", true},
    {"1", "1.0", true},
    {"1", "1.5", false},
    {"1", "\"1\"", true},
    // One number model: the reference says no where the key came as an integer, and yes where as a float.
    {"1", "\"1.0\"", true},
    {"1.5", "\"1.50\"", true},
    {"1", "\"x\"", false},
    {"1", "\"\"", false},
    {"1", "true", false},
    {"1", "null", false},
    {"1", "[1]", false},
    {"9007199254740993", "\"9007199254740992\"", false},
    // A text is not equal to a number, although the number is equal to the text.
    {"\"1\"", "1", false},
    {"\"abc\"", "\"abc\"", true},
    {"\"abc\"", "\"a*\"", true},
    {"\"a*\"", "\"abc\"", false},
    {"\"abc\"", "\"ABC\"", false},
    {"\"\"", "\"\"", true},
    {"\"\"", "\"*\"", true},
    {"\"\"", "\"?*\"", false},
    {"\"x\"", "null", false},
    {"\"x\"", "[\"x\"]", false},
    // Durations.
    {"\"30m\"", "1800", true},
    {"\"30m\"", "1800.9", true},
    // The duration rule is for keys that are texts.
    {"1800", "\"30m\"", false},
    {"\"30m\"", "\"1800s\"", true},
    {"\"30m\"", "\"31m\"", false},
    {"\"0\"", "\"0s\"", false},
    {"0", "\"0s\"", false},
    {"\"1h\"", "\"*\"", true},
    // Quantities.
    {"\"1Gi\"", "\"1024Mi\"", true},
    {"\"1e3\"", "\"1k\"", true},
    {"\"1\"", "\"1.0\"", true},
    {"\"100\"", "\"1*\"", false},
    {"\"100\"", "\"*\"", false},
    {"\"100\"", "\"\"", false},
    // No operators inside texts.
    {"\"x\"", "\"!y\"", false},
    {"\"5\"", "\"1-10\"", false},
    {"\"5\"", "\">1\"", false},
    {"{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1}", true},
    {"{\"a\":1}", "{\"a\":2}", false},
    {"{}", "[]", false},
    {"[1,2]", "[1,2]", true},
    {"[1,2]", "[2,1]", false},
    {"[80]", "[80.0]", true},
    {"[\"a\"]", "\"a\"", false},
};

TEST(OperatorTest, Equals) {
  for (const Row& row : kEqualRows) {
    Check("Equals", {row});
    Check("NotEquals", {{row.key, row.value, !row.expected}});
  }
  // Null is neither equal nor unequal.
  for (const char* value : {"null", "1", "\"\"", "[]"}) {
    Check("Equals", {{"null", value, false}});
    Check("NotEquals", {{"null", value, false}});
  }
}

TEST(OperatorTest, InOfASingleKey) {
  const struct {
    const char* key;
    const char* value;
    bool in;
    bool not_in;
  } kRows[] = {
      {"\"a\"", "[\"a\",\"b\"]", true, false},
      {"\"c\"", "[\"a\",\"b\"]", false, true},
      {"\"c\"", "[]", false, true},
      {"\"abc\"", "[\"a*\"]", true, false},
      {"\"a*\"", "[\"abc\"]", true, false},
      {"\"a*\"", "[\"*z\"]", false, true},
      {"1", "[1,2]", true, false},
      {"1", "[\"1\"]", true, false},
      {"1000000", "[1000000]", true, false},
      {"true", "[true]", true, false},
      {"\"<nil>\"", "[null]", true, false},
      {"\"map[a:1]\"", "[{\"a\":1}]", true, false},
      {"\"abc\"", "\"a*\"", true, false},
      {"\"a*\"", "\"abc\"", false, true},
      {"\"x\"", "\"y\"", false, true},
      {"5", "\"1-10\"", true, false},
      {"\"512Mi\"", "\"100Mi-1Gi\"", true, false},
      {"-5", "\"-10--1\"", true, false},
      {"\"1m\"", "\"1-10\"", false, true},
      {"\"x\"", "\"1-10\"", false, true},
      {"25", "\"1-10|20-30\"", false, true},
      {"5", "\"1!-10\"", false, true},
      {"\"a\"", "\"[\\\"a\\\",\\\"b\\\"]\"", true, false},
      {"\"abc\"", "\"[\\\"a*\\\"]\"", false, true},
      {"\"\"", "\"[null]\"", true, false},
      {"\"a\"", "\"null\"", false, true},
      // JSON that is no array of strings is of no use, for the negative operators, too.
      {"6", "\"5\"", false, false},
      {"5", "\"5\"", true, false},
      {"\"x\"", "\"true\"", false, false},
      {"\"x\"", "\"[1]\"", false, false},
      {"\"x\"", "\"{}\"", false, false},
      {"\"a\"", "\"[\\\"a\\\"\"", false, true},
      {"1", "1", false, false},
      {"true", "true", false, false},
      {"\"x\"", "null", false, false},
      {"\"x\"", "{}", false, false},
      {"null", "[null]", false, false},
      {"{}", "[{}]", false, false},
  };
  for (const auto& row : kRows) {
    Check("AnyIn", {{row.key, row.value, row.in}});
    Check("AllIn", {{row.key, row.value, row.in}});
    Check("AnyNotIn", {{row.key, row.value, row.not_in}});
    Check("AllNotIn", {{row.key, row.value, row.not_in}});
  }
}

TEST(OperatorTest, InOfAListOfKeys) {
  const struct {
    const char* key;
    const char* value;
    bool any_in, all_in, any_not_in, all_not_in;
  } kRows[] = {
      {"[\"a\",\"b\"]", "[\"a\",\"b\",\"c\"]", true, true, false, false},
      {"[\"a\",\"x\"]", "[\"a\",\"b\"]", true, false, true, false},
      {"[\"x\",\"y\"]", "[\"a\",\"b\"]", false, false, true, true},
      {"[]", "[\"a\"]", false, true, false, true},
      {"[\"abc\",\"z\"]", "[\"a*\"]", true, false, true, false},
      {"[\"a*\"]", "[\"abc\"]", true, true, false, false},
      {"[1,null]", "[\"1\",\"<nil>\"]", true, true, false, false},
      {"[1]", "1", true, false, false, false},
      {"[2]", "1", false, false, true, false},
      {"[true]", "true", true, false, false, false},
      {"[\"1-10\"]", "\"1-10\"", true, true, false, false},
      {"[\"5\"]", "\"5\"", true, true, false, false},
      {"[5,20]", "\"1-10\"", true, false, true, false},
      {"[20,30]", "\"1-10\"", false, false, true, true},
      {"[5,6]", "\"1-10\"", true, true, false, false},
      // Neither in the range nor outside of it.
      {"[\"x\"]", "\"1-10\"", false, false, false, true},
      // The range is read as a whole, with its signs.
      {"[-7]", "\"-5-5\"", false, false, true, true},
      {"[0]", "\"-5-5\"", true, true, false, false},
      {"[\"a\",\"b\"]", "\"[\\\"a\\\"]\"", true, false, true, false},
      {"[\"abc\"]", "\"[\\\"a*\\\"]\"", true, true, false, false},
      {"[\"a\"]", "\"null\"", false, false, true, true},
      {"[\"a\"]", "\"{}\"", false, false, false, false},
      {"[]", "\"{}\"", false, false, false, false},
      {"[\"abc\",\"abd\"]", "\"ab*\"", true, true, false, false},
      {"[\"x\"]", "\"y\"", false, false, true, true},
      {"[\"x\"]", "null", false, false, false, false},
      {"[]", "{}", false, false, false, false},
  };
  for (const auto& row : kRows) {
    Check("AnyIn", {{row.key, row.value, row.any_in}});
    Check("AllIn", {{row.key, row.value, row.all_in}});
    Check("AnyNotIn", {{row.key, row.value, row.any_not_in}});
    Check("AllNotIn", {{row.key, row.value, row.all_not_in}});
  }
}

TEST(OperatorTest, DeprecatedIn) {
  const struct {
    const char* key;
    const char* value;
    bool in, not_in;
  } kRows[] = {
      {"\"a\"", "[\"a*\"]", true, false},
      {"\"x\"", "[\"a\"]", false, true},
      {"\"abc\"", "\"a*\"", true, false},
      {"\"x\"", "\"y\"", false, false},
      {"5", "\"1-10\"", false, false},
      {"\"a\"", "\"[\\\"a\\\"]\"", true, false},
      {"\"b\"", "\"[\\\"a\\\"]\"", false, true},
      {"\"b\"", "1", false, false},
      {"[\"a\"]", "[\"a\",\"b\"]", true, false},
      {"[\"a\",\"x\"]", "[\"a\",\"b\"]", false, true},
      {"[\"abc\"]", "[\"a*\"]", false, true},
      {"[\"a\"]", "[\"a\",1]", false, false},
      {"[]", "[\"a\"]", true, false},
      {"[]", "\"a\"", false, false},
      {"[\"a\"]", "\"a\"", true, true},
      {"[\"a\",\"b\"]", "\"a\"", false, false},
      {"[\"a\",\"b\"]", "\"[\\\"a\\\",\\\"b\\\"]\"", true, false},
      {"[\"a\"]", "1", false, false},
      // The reference crashes on these.
      {"[1]", "[1]", false, false},
      {"[null]", "[\"a\"]", false, false},
  };
  for (const auto& row : kRows) {
    Check("In", {{row.key, row.value, row.in}});
    Check("NotIn", {{row.key, row.value, row.not_in}});
  }
}

TEST(OperatorTest, Orderings) {
  // key greater than value, and less; both false where they cannot be compared or are equal.
  const struct {
    const char* key;
    const char* value;
    bool greater, less, comparable;
  } kRows[] = {
      {"10", "5", true, false, true},
      {"5", "5.0", false, false, true},
      {"1.5", "2", false, true, true},
      {"9007199254740993", "9007199254740992", true, false, true},
      {"10", "\"5\"", true, false, true},
      {"10", "\"5.5\"", true, false, true},
      {"10", "\"x\"", false, false, false},
      {"10", "\"1Gi\"", false, false, false},
      {"10", "null", false, false, false},
      {"10", "true", false, false, false},
      {"10", "\"NaN\"", false, false, false},
      {"\"NaN\"", "1", false, false, false},
      {"\"10\"", "5", true, false, true},
      {"\"10\"", "\"5\"", true, false, true},
      {"\"1.10\"", "\"1.9\"", false, true, true},
      {"\"1Gi\"", "\"1G\"", true, false, true},
      {"\"1Gi\"", "1", false, false, false},
      {"\"1e400\"", "1", false, false, false},
      // Durations.
      {"\"1h\"", "\"59m\"", true, false, true},
      {"\"1h\"", "3601", false, true, true},
      {"3601", "\"1h\"", true, false, true},
      {"\"5\"", "\"3s\"", true, false, true},
      {"1.9", "\"1s\"", false, false, true},
      {"\"1h\"", "\"5\"", false, false, false},
      {"\"30m\"", "\"1\"", false, true, true},
      {"\"30m\"", "1", true, false, true},
      {"\"0\"", "\"-1s\"", true, false, true},
      // Versions.
      {"\"1.2.3\"", "\"1.10.0\"", false, true, true},
      {"\"1.2.3\"", "\"1.2.3-rc.1\"", true, false, true},
      {"\"1.2.3\"", "\"1.2.3+build\"", false, false, true},
      {"\"1.2.3\"", "\"v1.3.0\"", false, false, false},
      {"\"1.2.3\"", "\"01.3.0\"", false, false, false},
      {"\"1.2.3\"", "2", false, false, false},
      {"\"abc\"", "\"abd\"", false, false, false},
      {"\"\"", "\"\"", false, false, false},
      {"true", "false", false, false, false},
      {"null", "0", false, false, false},
      {"[1]", "0", false, false, false},
      {"{}", "0", false, false, false},
  };
  for (const auto& row : kRows) {
    const bool equal = row.comparable && !row.greater && !row.less;
    Check("GreaterThan", {{row.key, row.value, row.greater}});
    Check("GreaterThanOrEquals", {{row.key, row.value, row.greater || equal}});
    Check("LessThan", {{row.key, row.value, row.less}});
    Check("LessThanOrEquals", {{row.key, row.value, row.less || equal}});
    Check("greaterthan", {{row.key, row.value, false}});
  }
}

TEST(OperatorTest, DurationOrderings) {
  const struct {
    const char* key;
    const char* value;
    bool greater, less, comparable;
  } kRows[] = {
      {"\"1h\"", "\"59m\"", true, false, true}, {"\"1h\"", "3600", false, false, true},
      {"3601", "\"1h\"", true, false, true},    {"10", "5", true, false, true},
      {"1.9", "1", false, false, true},         {"\"0\"", "\"1s\"", false, true, true},
      {"\"5\"", "\"1s\"", false, false, false}, {"\"1h\"", "\"x\"", false, false, false},
      {"\"1h\"", "null", false, false, false},  {"1e300", "9e18", false, false, true},
      {"-1e300", "1e300", false, true, true},   {"true", "1", false, false, false},
  };
  for (const auto& row : kRows) {
    const bool equal = row.comparable && !row.greater && !row.less;
    Check("DurationGreaterThan", {{row.key, row.value, row.greater}});
    Check("DurationGreaterThanOrEquals", {{row.key, row.value, row.greater || equal}});
    Check("DurationLessThan", {{row.key, row.value, row.less}});
    Check("DurationLessThanOrEquals", {{row.key, row.value, row.less || equal}});
    Check("durationLessThan", {{row.key, row.value, false}});
  }
}

TEST(OperatorTest, LongListsAreSearchedNotScanned) {
  std::string list = "[\"z*\"";
  for (int i = 0; i < 5000; ++i) list += ",\"item-" + std::to_string(i * 7919 % 5000) + "\"";
  list += "]";
  EXPECT_TRUE(Evaluate("AllIn", list.c_str(), list.c_str()));
  EXPECT_TRUE(Evaluate("AnyIn", "\"item-4999\"", list.c_str()));
  EXPECT_FALSE(Evaluate("AnyIn", "\"item-5000\"", list.c_str()));
  EXPECT_TRUE(Evaluate("AnyIn", "\"zebra\"", list.c_str()));
  EXPECT_TRUE(Evaluate("AnyIn", "\"*-77\"", list.c_str()));
  EXPECT_TRUE(Evaluate("In", "[\"item-1\",\"z*\"]", list.c_str()));
}

TEST(OperatorTest, PreparedScalarsAllocateNothing) {
  Arena policy_arena, arena;
  const auto value = json::Parse(R"(["NET_ADMIN","SYS_*","5"])", policy_arena);
  const auto key = json::Parse(R"(["SYS_TIME","CHOWN"])", policy_arena);
  const auto operand = ConditionOperand::Prepare(*value, policy_arena);
  const std::size_t before = arena.used_bytes();
  EXPECT_TRUE(EvaluateOperator(Operator::kAnyIn, ConditionOperand(*key), operand, arena));
  EXPECT_TRUE(EvaluateOperator(Operator::kAnyNotIn, ConditionOperand(*key), operand, arena));
  const auto limit = ConditionOperand::Prepare(json::Value::String("1Gi"), policy_arena);
  const json::Value memory = json::Value::String("512Mi");
  EXPECT_TRUE(EvaluateOperator(Operator::kLessThan, ConditionOperand(memory), limit, arena));
  EXPECT_EQ(arena.used_bytes(), before);
}

}  // namespace
}  // namespace ephor::engine
