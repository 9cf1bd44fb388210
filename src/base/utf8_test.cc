#include "base/utf8.h"

#include <gtest/gtest.h>

namespace ephor {
namespace {

TEST(Utf8, Decode) {
  struct Case {
    std::string_view text;
    char32_t value;
    std::uint32_t bytes;
  };
  const Case cases[] = {
      {"a", 'a', 1},
      {"é", 0xE9, 2},
      {"€", 0x20AC, 3},
      {"😀", 0x1F600, 4},
      {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
      {"\xEF\xBF\xBD", 0xFFFD, 3},
      {"\x80", 0xFFFD, 1},              // continuation alone
      {"\xC3", 0xFFFD, 1},              // cut short
      {"\xC3(", 0xFFFD, 1},             // continuation missing
      {"\xC0\x80", 0xFFFD, 1},          // overlong
      {"\xE0\x80\x80", 0xFFFD, 1},      // overlong
      {"\xED\xA0\x80", 0xFFFD, 1},      // surrogate
      {"\xF4\x90\x80\x80", 0xFFFD, 1},  // beyond the last code point
      {"\xFF", 0xFFFD, 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(::testing::PrintToString(c.text));
    const CodePoint point = DecodeUtf8(c.text, 0);
    EXPECT_EQ(point.value, c.value);
    EXPECT_EQ(point.bytes, c.bytes);
  }
}

TEST(Utf8, AppendIsTheInverseOfDecode) {
  for (char32_t value = 0; value <= 0x10FFFF; ++value) {
    if (value >= 0xD800 && value <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(value, text);
    const CodePoint point = DecodeUtf8(text, 0);
    ASSERT_EQ(point.value, value);
    ASSERT_EQ(point.bytes, text.size());
  }
  for (const char32_t bad : {char32_t{0xD800}, char32_t{0x110000}}) {
    std::string text;
    AppendUtf8(bad, text);
    EXPECT_EQ(text, "\xEF\xBF\xBD");
  }
}

TEST(Utf8, ValidityAndCount) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("aé€😀\xEF\xBF\xBD"));
  EXPECT_FALSE(IsValidUtf8("a\xC3"));
  EXPECT_TRUE(IsValidUtf8("0123456789abcdefé0123456789"));
  for (std::size_t i = 0; i < 24; ++i) {
    std::string text(24, 'a');
    text[i] = '\xFF';
    EXPECT_FALSE(IsValidUtf8(text)) << i;
  }
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("aé€😀"), 4u);
  EXPECT_EQ(CountCodePoints("\xE2\x82"), 2u);
}

TEST(Utf8, Case) {
  struct Case {
    std::string_view text, upper, lower;
  };
  const Case cases[] = {
      {"", "", ""},
      {"aZ9-", "AZ9-", "az9-"},
      {"straße", "STRAßE", "straße"},  // simple mapping: one to one
      {"ÀÉÿ", "ÀÉŸ", "àéÿ"},
      {"Σς", "ΣΣ", "σς"},
      {"ĀāĂă", "ĀĀĂĂ", "āāăă"},
      {"Жж", "ЖЖ", "жж"},
      {"İı", "İI", "iı"},
      {"\xFF", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(ToUpper(c.text), c.upper);
    EXPECT_EQ(ToLower(c.text), c.lower);
  }
}

TEST(Utf8, EqualFold) {
  struct Case {
    std::string_view a, b;
    bool equal;
  };
  const Case cases[] = {
      {"", "", true},       {"Go", "GO", true},       {"a", "", false},  {"ab", "a", false},
      {"Σσς", "ςΣσ", true}, {"K", "\u212A", true},    {"ß", "ẞ", true},  {"ss", "ß", false},
      {"é", "É", true},     {"\xFF", "\uFFFD", true}, {"[", "{", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(EqualFold(c.a, c.b), c.equal) << c.a << " / " << c.b;
    EXPECT_EQ(EqualFold(c.b, c.a), c.equal) << c.a << " / " << c.b;
  }
}

}  // namespace
}  // namespace ephor
