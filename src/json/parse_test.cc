#include "json/parse.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "json/write.h"

namespace ephor::json {
namespace {

using namespace std::string_literals;

struct AcceptedCase {
  const char* name;
  std::string text;
  std::string written;  // compact, keys sorted
};

class ParseAccepts : public ::testing::TestWithParam<AcceptedCase> {};
TEST_P(ParseAccepts, AsWritten) {
  Arena arena;
  const auto value = Parse(GetParam().text, arena);
  ASSERT_TRUE(value.has_value()) << value.error().message();
  EXPECT_EQ(ToString(*value), GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, ParseAccepts,
    ::testing::ValuesIn<AcceptedCase>({
        {"Null", "null", "null"},
        {"SpaceAround", " \n\t\r true \n", "true"},
        {"False", "false", "false"},
        {"EmptyString", R"("")", R"("")"},
        {"EmptyArray", "[ ]", "[]"},
        {"EmptyObject", "{ \n}", "{}"},
        {"Nested", R"([[],[{}],{"a":[]}])", R"([[],[{}],{"a":[]}])"},
        {"KeysAreSorted", R"({"b":1,"a":2,"ab":3,"":4})", R"({"":4,"a":2,"ab":3,"b":1})"},
        {"KeysWithACommonPrefix", R"({"containersB":1,"containers":2,"containersA":3})",
         R"({"containers":2,"containersA":3,"containersB":1})"},
        {"LastDuplicateWins", R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
        {"DuplicateByEscape", R"({"a":1,"\u0061":2})", R"({"a":2})"},
        {"SpaceBetweenTokens", "{ \"a\" : [ 1 , 2 ] , \"b\" : { } }", R"({"a":[1,2],"b":{}})"},
        {"Escapes", R"("\"\\\/\b\f\n\r\tA")", R"("\"\\/\b\f\n\r\tA")"},
        {"EscapeThenPlainThenEscape", R"(["a\nb","plain","c\td"])", R"(["a\nb","plain","c\td"])"},
        {"EscapedQuoteAtTheEnd", R"({"a\"":"\\"})", R"({"a\"":"\\"})"},
        {"TwoByteEscape", R"("\u00e9")", "\"\u00e9\""},
        {"ThreeByteEscape", R"("\u20AC")", "\"\u20ac\""},
        {"SurrogatePair", R"("\ud83d\ude00")", "\"\U0001F600\""},
        {"EscapedZero", R"("\u0000")", R"("\u0000")"},
        {"Utf8", "\"\u00e9\u20ac\U0001F600\"", "\"\u00e9\u20ac\U0001F600\""},
        {"Integers", "[0,-1,9223372036854775807,-9223372036854775808]",
         "[0,-1,9223372036854775807,-9223372036854775808]"},
        {"BeyondInt64", "[9223372036854775808,123456789012345678901234]",
         "[9223372036854776000,1.2345678901234569e+23]"},
        {"Fractions", "[1.5,-0.25,1e3,1E-7,0.1e+2]", "[1.5,-0.25,1000,1e-7,10]"},
        {"TooSmallIsZero", "1e-999", "0"},
        {"NineteenDigits", "[1000000000000000000,-1000000000000000001]",
         "[1000000000000000000,-1000000000000000001]"},
        {"ManyDigits", "0." + std::string(400, '3'), "0.3333333333333333"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Parse, NumbersKeepTheirKind) {
  Arena arena;
  EXPECT_TRUE(Parse("1", arena)->is_int());
  EXPECT_TRUE(Parse("-0", arena)->is_int());
  EXPECT_TRUE(Parse("1.0", arena)->is_double());
  EXPECT_TRUE(Parse("1e0", arena)->is_double());
  EXPECT_TRUE(Parse("9223372036854775808", arena)->is_double());
}

struct RejectedCase {
  const char* name;
  std::string text;
  std::string message;
  std::uint32_t line, column;
};

class ParseRejects : public ::testing::TestWithParam<RejectedCase> {};
TEST_P(ParseRejects, WithMessageAndPosition) {
  Arena arena;
  const auto value = Parse(GetParam().text, arena);
  ASSERT_FALSE(value.has_value()) << ToString(*value);
  EXPECT_EQ(value.error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(value.error().message(), GetParam().message);
  EXPECT_EQ(value.error().position().line, GetParam().line);
  EXPECT_EQ(value.error().position().column, GetParam().column);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, ParseRejects,
    ::testing::ValuesIn<RejectedCase>({
        {"Empty", "", "unexpected end of JSON input", 1, 1},
        {"OnlySpace", " \n ", "unexpected end of JSON input", 2, 2},
        {"OpenObject", "{", "unexpected end of JSON input", 1, 2},
        {"OpenArray", "[1,", "unexpected end of JSON input", 1, 4},
        {"OpenString", "\"abc", "unexpected end of JSON input", 1, 5},
        {"NoValue", R"({"a":})", "invalid character '}' looking for beginning of value", 1, 6},
        {"NoColon", R"({"a" 1})", "invalid character '1' after object key", 1, 6},
        {"KeyIsNoString", "{1:2}", "invalid character '1' looking for beginning of object key string", 1, 2},
        {"CommaAtTheEnd", "{\"a\":1,\n }", "invalid character '}' looking for beginning of object key string",
         2, 2},
        {"CommaAtTheEndOfArray", "[1,]", "invalid character ']' looking for beginning of value", 1, 4},
        {"NoComma", "[1 2]", "invalid character '2' after array element", 1, 4},
        {"NoCommaInObject", "{\"a\":1\n\"b\":2}", "invalid character '\"' after object key:value pair", 2, 1},
        {"WrongBracket", "[1}", "invalid character '}' after array element", 1, 3},
        {"TwoValues", "1 2", "invalid character '2' after top-level value", 1, 3},
        {"BracketTooMany", "{}}", "invalid character '}' after top-level value", 1, 3},
        {"Misspelt", "[treu]", "invalid character 'e' in literal true (expecting 'u')", 1, 4},
        {"LiteralGoesOn", "nullx", "invalid character 'x' after top-level value", 1, 5},
        {"LiteralThenZero", "true\0"s, "invalid character '\\x00' after top-level value", 1, 5},
        {"NumberThenZero", "1\0"s, "invalid character '\\x00' after top-level value", 1, 2},
        {"LeadingZero", "012", "invalid character '1' after top-level value", 1, 2},
        {"Plus", "+1", "invalid character '+' looking for beginning of value", 1, 1},
        {"OnlyMinus", "[-]", "invalid character ']' in numeric literal", 1, 3},
        {"NoDigitAfterPoint", "1.", "unexpected end of JSON input", 1, 3},
        {"NoDigitAfterExponent", "[1e,2]", "invalid character ',' in exponent of numeric literal", 1, 4},
        {"TooLarge", "[1e999]", "number 1e999 is out of range", 1, 2},
        {"Hexadecimal", "0x10", "invalid character 'x' after top-level value", 1, 2},
        {"NotANumber", "NaN", "invalid character 'N' looking for beginning of value", 1, 1},
        {"Comment", "// hi\n1", "invalid character '/' looking for beginning of value", 1, 1},
        {"SingleQuotes", "{'a':1}", "invalid character '\\'' looking for beginning of object key string", 1,
         2},
        {"RawNewline", "\"a\nb\"", "invalid character '\\n' in string literal", 1, 3},
        {"RawTab", "\"a\tb\"", "invalid character '\\t' in string literal", 1, 3},
        {"UnknownEscape", R"("\x")", "invalid character 'x' in string escape code", 1, 3},
        {"ShortUnicodeEscape", R"("\u12")", "invalid character '\"' in \\u hexadecimal character escape", 1,
         6},
        {"LoneHighSurrogate", R"(["\ud83d"])", "unpaired surrogate \\ud83d in string literal", 1, 3},
        {"LoneLowSurrogate", R"("\ude00")", "unpaired surrogate \\ude00 in string literal", 1, 2},
        {"InvalidUtf8", "{\"a\":\n\"b\xff\"}", "invalid UTF-8", 2, 3},
        {"EncodedSurrogate", "\"\xed\xa0\x80\"", "invalid UTF-8", 1, 2},
        {"InvalidUtf8Outside", "[\xc3]", "invalid UTF-8", 1, 2},
        {"ByteOrderMark", "\xef\xbb\xbf{}", "invalid character '\xef\xbb\xbf' looking for beginning of value",
         1, 1},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Parse, DepthIsLimited) {
  Arena arena;
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(Parse(nested(512), arena).has_value());
  const auto deeper = Parse(nested(513), arena);
  ASSERT_FALSE(deeper.has_value());
  EXPECT_EQ(deeper.error().message(), "arrays and objects are nested more than 512 deep");
  EXPECT_EQ(deeper.error().position().column, 513u);
  EXPECT_FALSE(Parse(std::string(1'000'000, '['), arena).has_value());
  EXPECT_TRUE(Parse(nested(3), arena, {.max_depth = 3}).has_value());
  EXPECT_FALSE(Parse(nested(4), arena, {.max_depth = 3}).has_value());
}

TEST(Parse, TextMayGoAway) {
  Arena arena;
  std::string text = R"({"name":"nginx","n":1})";
  const auto value = Parse(text, arena);
  text.assign(text.size(), 'x');
  EXPECT_EQ(value->StringAt("name"), "nginx");
}

TEST(Parse, LargeAndSmallDocumentsInTurn) {
  Arena arena;
  std::string large = "[";
  for (int i = 0; i < 200'000; ++i) large += (i == 0 ? "" : ",") + std::to_string(i);
  large += "]";
  for (int round = 0; round < 3; ++round) {
    const auto value = Parse(large, arena);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->size(), 200'000u);
    EXPECT_EQ(value->items()[199'999].as_int(), 199'999);
    EXPECT_EQ(Parse("[1]", arena)->size(), 1u);
    arena.Reset();
  }
}

TEST(Parse, EveryPrefixOfADocumentIsRejected) {
  const std::string text = R"({"a":[1,-2.5e3,"x\u00e9\n"],"b":{"c":null,"d":[true,false]}})";
  Arena arena;
  ASSERT_TRUE(Parse(text, arena).has_value());
  for (std::size_t n = 0; n < text.size(); ++n) {
    const auto value = Parse(std::string_view(text).substr(0, n), arena);
    ASSERT_FALSE(value.has_value()) << n;
    EXPECT_EQ(value.error().message(), "unexpected end of JSON input") << n;
  }
}

TEST(Parse, EachThreadHasItsParser) {
  std::vector<std::thread> threads;
  std::vector<int> sums(4);
  for (std::size_t t = 0; t < sums.size(); ++t) {
    threads.emplace_back([&sums, t] {
      Arena arena;
      for (int i = 0; i < 1000; ++i) {
        sums[t] += static_cast<int>(Parse("[" + std::to_string(i) + "]", arena)->items()[0].as_int());
        arena.Reset();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sums, std::vector<int>(4, 499'500));
}

}  // namespace
}  // namespace ephor::json
