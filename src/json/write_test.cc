#include "json/write.h"

#include <gtest/gtest.h>

#include <limits>

#include "json/builder.h"
#include "json/parse.h"
#include "json/text_size.h"

namespace ephor::json {
namespace {

struct StringCase {
  const char* name;
  std::string text;
  std::string plain;
  std::string html;
};

class WriteStrings : public ::testing::TestWithParam<StringCase> {};
TEST_P(WriteStrings, Escaped) {
  std::string out;
  WriteString(GetParam().text, out);
  EXPECT_EQ(out, GetParam().plain);
  out.clear();
  WriteString(GetParam().text, out, true);
  EXPECT_EQ(out, GetParam().html);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, WriteStrings,
    ::testing::ValuesIn<StringCase>({
        {"Empty", "", R"("")", R"("")"},
        {"Plain", "nginx:1.2", R"("nginx:1.2")", R"("nginx:1.2")"},
        {"QuoteAndBackslash", R"(a"b\c)", R"("a\"b\\c")", R"("a\"b\\c")"},
        {"Controls", std::string("\0\b\t\n\f\r\x1f\x7f", 8), "\"\\u0000\\b\\t\\n\\f\\r\\u001f\x7f\"",
         "\"\\u0000\\b\\t\\n\\f\\r\\u001f\x7f\""},
        {"Html", "<a&b>", R"("<a&b>")", R"("\u003ca\u0026b\u003e")"},
        {"Utf8", "\u00e9\u20ac\U0001F600", "\"\u00e9\u20ac\U0001F600\"", "\"\u00e9\u20ac\U0001F600\""},
        {"LineSeparators", "a\u2028b\u2029", R"("a\u2028b\u2029")", R"("a\u2028b\u2029")"},
        {"InvalidUtf8", "a\xff\xc3", R"("a\ufffd\ufffd")", R"("a\ufffd\ufffd")"},
        {"ReplacementCharacter", "\ufffd", "\"\ufffd\"", "\"\ufffd\""},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Write, Numbers) {
  const std::pair<Value, const char*> rows[] = {
      {Value::Int(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808"},
      {Value::Double(1.0), "1"},
      {Value::Double(-0.0), "-0"},
      {Value::Double(0.1), "0.1"},
      {Value::Double(1e20), "100000000000000000000"},
      {Value::Double(1e21), "1e+21"},
      {Value::Double(1e-6), "0.000001"},
      {Value::Double(1e-7), "1e-7"},
      {Value::Double(std::numeric_limits<double>::infinity()), "null"},
      {Value::Double(std::numeric_limits<double>::quiet_NaN()), "null"},
  };
  for (const auto& [value, text] : rows) EXPECT_EQ(ToString(value), text);
}

TEST(Write, Indented) {
  Arena arena;
  const auto value = Parse(R"({"b":[1,{}],"a":{"c":[]}})", arena);
  EXPECT_EQ(ToString(*value, {.indent = "  "}), R"({
  "a": {
    "c": []
  },
  "b": [
    1,
    {}
  ]
})");
}

TEST(TextSize, IsTheLengthOfWhatIsWritten) {
  for (const char* text : {"null", "true", "false", "0", "-7", "10", "-9223372036854775808", "0.25", "1e+300",
                           R"("")", R"("ab")", "[]", "[1]", "[[],{},null]", "{}", R"({"a":1})",
                           R"({"a":[1,2],"bc":{"d":"x","e":false}})"}) {
    Arena arena;
    EXPECT_EQ(TextSize(*Parse(text, arena)), std::string_view(text).size()) << text;
  }
}

TEST(Write, Appends) {
  std::string out = "x=";
  Write(Value::Bool(false), out);
  EXPECT_EQ(out, "x=false");
}

}  // namespace
}  // namespace ephor::json
