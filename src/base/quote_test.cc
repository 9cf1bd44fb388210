#include "base/quote.h"

#include <gtest/gtest.h>

namespace ephor {
namespace {

TEST(Quote, AsGoDoes) {
  struct Case {
    std::string_view text, go, time;
  };
  const Case cases[] = {
      {"", R"("")", R"("")"},
      {"plain text", R"("plain text")", R"("plain text")"},
      {"a\"b\\c", R"("a\"b\\c")", R"("a\"b\\c")"},
      {"\n\t\x01\x7F", R"("\n\t\x01\x7f")", "\"\\x0a\\x09\\x01\x7F\""},
      {"é世😀", R"("é世😀")", R"("\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98\x80")"},
      {"\u00A0\u200B", R"("\u00a0\u200b")", R"("\xc2\xa0\xe2\x80\x8b")"},
      {"\U000E0001", R"("\U000e0001")", R"("\xf3\xa0\x80\x81")"},
      {"\xFF\xEF\xBF\xBD", "\"\\xff\xEF\xBF\xBD\"", R"("\xff\xef\xbf\xbd")"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(GoQuote(c.text), c.go);
    EXPECT_EQ(QuoteTimeText(c.text), c.time);
  }
}

}  // namespace
}  // namespace ephor
