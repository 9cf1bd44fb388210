#include "pattern/wildcard.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/utf8.h"

namespace ephor::pattern {
namespace {

struct WildcardCase {
  const char* name;  // says what the row proves; it is what a failing run prints
  std::string_view pattern;
  std::string_view text;
  bool matches;
};

class WildcardTest : public ::testing::TestWithParam<WildcardCase> {};
TEST_P(WildcardTest, Match) {
  const WildcardCase& c = GetParam();
  EXPECT_EQ(WildcardMatch(c.pattern, c.text), c.matches) << c.pattern << " / " << c.text;
  EXPECT_EQ(Wildcard(c.pattern).Matches(c.text), c.matches) << c.pattern << " / " << c.text;
}

INSTANTIATE_TEST_SUITE_P(Table, WildcardTest,
                         ::testing::ValuesIn<WildcardCase>({
                             {"EmptyMatchesEmpty", "", "", true},
                             {"EmptyMatchesNothingElse", "", "a", false},
                             {"TextAgainstEmpty", "a", "", false},
                             {"LiteralMatches", "nginx", "nginx", true},
                             {"LiteralIsCaseSensitive", "nginx", "Nginx", false},
                             {"LiteralIsWhole", "nginx", "nginx:1", false},
                             {"StarMatchesAll", "*", "anything/at.all", true},
                             {"StarMatchesEmpty", "*", "", true},
                             {"StarTakesNothing", "nginx*", "nginx", true},
                             {"StarInFront", "*:latest", "docker.io/nginx:latest", true},
                             {"StarInFrontWrongEnd", "*:latest", "nginx:latest1", false},
                             {"StarInTheMiddle", "a*z", "abcz", true},
                             {"StarCrossesSlashes", "a/*/d", "a/b/c/d", true},
                             {"TwoStarsAreOne", "a**b", "ab", true},
                             {"EarlierStarNeedNotMove", "*:*-rc", "api:1-rc-rc", true},
                             {"QuestionMarkTakesOne", "v?", "v1", true},
                             {"QuestionMarkIsNeverEmpty", "v?", "v", false},
                             {"QuestionMarkTakesOnlyOne", "v?", "v12", false},
                             {"QuestionMarkIsACodePoint", "?", "\xC3\xA9", true},
                             {"QuestionMarkIsAWideCodePoint", "a?b",
                              "a\xF0\x9F\x98\x80"
                              "b",
                              true},
                             {"TwoCodePoints", "?", "\xC3\xA9\xC3\xA9", false},
                             {"InvalidByteIsOneCodePoint", "??", "\xFF\xFE", true},
                             {"AtLeastOne", "?*", "", false},
                             {"AtLeastOneOfOne", "?*", "x", true},
                             {"StarQuestion", "*?", "", false},
                             {"DotIsOrdinary", "a.c", "abc", false},
                             {"BracketsAreOrdinary", "[ab]", "a", false},
                             {"BackslashIsOrdinary", "\\*", "\\xyz", true},
                             {"StarInTextIsOrdinary", "a", "*", false},
                             {"NulIsOrdinary", std::string_view("a\0b", 3), std::string_view("a\0b", 3),
                              true},
                             {"PatternEndsBeforeNul", "a", std::string_view("a\0", 2), false},
                         }),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(WildcardTest, HostilePatternIsNotExponential) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  pattern += "*b";
  EXPECT_FALSE(WildcardMatch(pattern, std::string(5000, 'a')));
}

// The slow and obvious twin: on code points, by the definition.
std::vector<char32_t> CodePoints(std::string_view text) {
  std::vector<char32_t> points;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = DecodeUtf8(text, at);
    points.push_back(point.value);
    at += point.bytes;
  }
  return points;
}

bool ObviousMatch(const std::vector<char32_t>& pattern, const std::vector<char32_t>& text) {
  std::vector<std::vector<bool>> fits(pattern.size() + 1, std::vector<bool>(text.size() + 1));
  for (std::size_t p = 0; p <= pattern.size(); ++p) {
    for (std::size_t t = 0; t <= text.size(); ++t) {
      if (p == 0) {
        fits[p][t] = t == 0;
      } else if (pattern[p - 1] == U'*') {
        fits[p][t] = fits[p - 1][t] || (t > 0 && fits[p][t - 1]);
      } else {
        fits[p][t] = t > 0 && fits[p - 1][t - 1] && (pattern[p - 1] == U'?' || pattern[p - 1] == text[t - 1]);
      }
    }
  }
  return fits[pattern.size()][text.size()];
}

TEST(WildcardTest, AgreesWithTheObviousTwin) {
  constexpr std::string_view kPieces[] = {"a", "b", "*", "?", "\xC3\xA9", "\xF0\x9F\x98\x80", "a", "*"};
  std::mt19937 random(7);
  for (int round = 0; round < 200000; ++round) {
    std::string pattern, text;
    for (unsigned i = random() % 8; i > 0; --i) pattern += kPieces[random() % 8];
    for (unsigned i = random() % 10; i > 0; --i) text += kPieces[random() % 6];
    ASSERT_EQ(WildcardMatch(pattern, text), ObviousMatch(CodePoints(pattern), CodePoints(text)))
        << pattern << " / " << text;
    ASSERT_EQ(Wildcard(pattern).Matches(text), WildcardMatch(pattern, text)) << pattern << " / " << text;
  }
}

}  // namespace
}  // namespace ephor::pattern
