#include "pattern/text.h"

#include <gtest/gtest.h>

#include <string>

#include "json/parse.h"

namespace ephor::pattern {
namespace {

TEST(TextTest, ValuesAsGoPrintsThem) {
  const struct {
    const char* value;
    const char* text;
    const char* type;
  } kCases[] = {
      {"null", "<nil>", "<nil>"},
      {"true", "true", "bool"},
      {"false", "false", "bool"},
      {"0", "0", "int64"},
      {"-9223372036854775808", "-9223372036854775808", "int64"},
      {"1000000", "1000000", "int64"},
      {"1.5", "1.5", "float64"},
      {"0.00001", "1e-05", "float64"},
      {"\"a b\"", "a b", "string"},
      {"\"\"", "", "string"},
      {"[]", "[]", "[]interface {}"},
      {"[1,\"a\",null,[true]]", "[1 a <nil> [true]]", "[]interface {}"},
      {"{}", "map[]", "map[string]interface {}"},
      {"{\"b\":1,\"a\":{\"c\":[]}}", "map[a:map[c:[]] b:1]", "map[string]interface {}"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.value);
    Arena arena;
    const auto value = json::Parse(c.value, arena);
    ASSERT_TRUE(value);
    EXPECT_EQ(TextOf(*value, arena), c.text);
    EXPECT_EQ(GoTypeName(*value), c.type);
  }
}

TEST(TextTest, ArenaTextGrows) {
  Arena arena;
  ArenaText text(arena);
  EXPECT_TRUE(text.empty());
  std::string expected;
  for (unsigned i = 0; i < 1000; ++i) {
    text.Append("x").Append(std::uint64_t{i});
    expected += "x" + std::to_string(i);
  }
  EXPECT_EQ(text.view(), expected);
  text.clear();
  EXPECT_EQ(text.view(), "");
}

TEST(TextTest, TrimSpace) {
  EXPECT_EQ(TrimSpace(""), "");
  EXPECT_EQ(TrimSpace(" \t\n\v\f\r"), "");
  EXPECT_EQ(TrimSpace(" a b "), "a b");
  EXPECT_EQ(TrimSpace("\xC2\x85\xE2\x80\x89x\xE2\x80\xA8"), "x");
  EXPECT_EQ(TrimSpace("\xE2\x80\x8B"), "\xE2\x80\x8B");  // a zero width space is none
  EXPECT_EQ(TrimSpace("\xA0"), "\xA0");                  // nor is half of one
  EXPECT_EQ(TrimSpace("\xC2 \xA0"), "\xC2 \xA0");
}

}  // namespace
}  // namespace ephor::pattern
