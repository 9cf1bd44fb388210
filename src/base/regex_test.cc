#include "base/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ephor {
namespace {

using ::testing::ElementsAre;

Regex Must(std::string_view pattern) {
  Result<Regex> regex = Regex::Compile(pattern);
  if (!regex) ADD_FAILURE() << regex.error().message();
  return *std::move(regex);
}

TEST(Regex, Match) {
  struct Case {
    std::string_view pattern, text;
    bool search, full;
  };
  const Case cases[] = {
      {"", "", true, true},
      {"b+", "abbc", true, false},
      {"^a.c$", "abc", true, true},
      {"^a.c$", "a\nc", false, false},
      {"(?s)^a.c$", "a\nc", true, true},
      {"^b", "a\nb", false, false},
      {"(?m)^b", "a\nb", true, false},
      {"a$", "a\n", false, false},
      {"(?i)ÄB", "äb", true, true},
      {"(?<year>\\d+)-(?P<month>\\d+)", "2026-11", true, true},
      {"a|ab", "ab", true, true},
      {"\\pL+", "héé", true, true},
      {"[]a]+", "]a", true, true},
      {"[^]<(?]+", "ab", true, true},
      {"[(?<x>]+", "(?<x>", true, true},
      {"[[:alpha:](?<]+", "a(?<", true, true},
      {"\\Q(?<x>\\E", "(?<x>", true, true},
      {"\\(?<", "(<", true, true},
      // An invalid byte is one U+FFFD.
      {"^.$", "\xFF", true, true},
      {"^..$", "\xE2\x82", true, true},
      {"\\x{FFFD}", "a\xFF", true, false},
      {"^[^a]$", "\xFF", true, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(::testing::Message() << c.pattern << " / " << c.text);
    const Regex regex = Must(c.pattern);
    EXPECT_EQ(regex.Search(c.text), c.search);
    EXPECT_EQ(regex.FullMatch(c.text), c.full);
    EXPECT_EQ(regex.pattern(), c.pattern);
  }
}

TEST(Regex, Errors) {
  struct Case {
    std::string pattern;
    std::string_view message;
  };
  const Case cases[] = {
      {"(", "error parsing regexp: missing closing ): `(`"},
      {"a(b", "error parsing regexp: missing closing ): `a(b`"},
      {"(?<n>a(b", "error parsing regexp: missing closing ): `(?<n>a(b`"},
      {"a)", "error parsing regexp: unexpected ): `a)`"},
      {"x[a", "error parsing regexp: missing closing ]: `[a`"},
      {"[b-a]", "error parsing regexp: invalid character class range: `b-a`"},
      {"*", "error parsing regexp: missing argument to repetition operator: `*`"},
      {"a**", "error parsing regexp: invalid nested repetition operator: `**`"},
      {"a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"},
      {"\\", "error parsing regexp: trailing backslash at end of expression: ``"},
      {"\\y", "error parsing regexp: invalid escape sequence: `\\y`"},
      {"\\1", "error parsing regexp: invalid escape sequence: `\\1`"},
      {"a\\C", "error parsing regexp: invalid escape sequence: `\\C`"},
      {"(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
      {"(?<n", "error parsing regexp: invalid named capture: `(?<n`"},
      {"(?<=a)", "error parsing regexp: invalid named capture: `(?<=a)`"},
      {"(?P<é>a)", "error parsing regexp: invalid named capture: `(?P<é>`"},
      {"[b-a](?<=", "error parsing regexp: invalid character class range: `b-a`"},
      {"a\xFF", "error parsing regexp: invalid UTF-8: `\xFF`"},
      {"(?P<n>?:a)", "error parsing regexp: missing argument to repetition operator: `?`"},
      {"(?P<n!>a)", "error parsing regexp: invalid named capture: `(?P<n!>`"},
      {"(?<n!>a)", "error parsing regexp: invalid named capture: `(?<n!>`"},
      {"\\p{Nope}", "error parsing regexp: invalid character class range: `\\p{Nope}`"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.pattern);
    const Result<Regex> regex = Regex::Compile(c.pattern);
    ASSERT_FALSE(regex.has_value());
    EXPECT_EQ(regex.error().message(), c.message);
  }
  EXPECT_FALSE(Regex::Compile("\xFF").has_value());
  EXPECT_FALSE(Regex::Compile("((a{1000}){1000}){1000}").has_value());
  EXPECT_FALSE(Regex::Compile(std::string(100'000, '(')).has_value());
}

TEST(Regex, Find) {
  const Regex regex = Must("(?<key>\\w+)=(\\d+)?(x)?");
  EXPECT_THAT(regex.group_names(), ElementsAre("", "key", "", ""));
  Regex::Match match;
  ASSERT_TRUE(regex.Find("a=1 b=", 0, match));
  EXPECT_THAT(match.groups, ElementsAre("a=1", "a", "1", ""));
  EXPECT_EQ(match.groups[3].data(), nullptr);
  ASSERT_TRUE(regex.Find("a=1 b=", 1, match));
  EXPECT_THAT(match.groups, ElementsAre("b=", "b", "", ""));
  EXPECT_FALSE(regex.Find("a=1 b=", 6, match));
  EXPECT_FALSE(regex.Find("a=1", 99, match));

  const std::string_view broken =
      "\xFF\xFF"
      "k=7\xFF";
  ASSERT_TRUE(regex.Find(broken, 1, match));
  EXPECT_EQ(match.groups[0].data(), broken.data() + 2);
  EXPECT_EQ(match.groups[0], "k=7");
  // Text before the offset still counts as context.
  EXPECT_FALSE(Must("^b").Find("ab", 1, match));
}

TEST(Regex, NamesMayRepeat) {
  const Regex regex = Must("(?<n>a)|(?P<n>b)");
  EXPECT_THAT(regex.group_names(), ElementsAre("", "n", "n"));
  EXPECT_EQ(regex.ReplaceAll("ab", "[$n]"), "[a][b]");
}

TEST(Regex, NoMatchBeginsInsideOfACodePoint) {
  EXPECT_EQ(Must("\\B").ReplaceAll("É-É", "."), ".É.-.É.");
  EXPECT_TRUE(Must("\\B").Search("É"));
  EXPECT_FALSE(Must("a\\B").Search("aé a"));
}

TEST(Regex, FindAll) {
  EXPECT_THAT(Must("a*").FindAll("baab"), ElementsAre("", "aa", ""));
  EXPECT_THAT(Must("a*").FindAll("baab", 1), ElementsAre(""));
  EXPECT_THAT(Must("a").FindAll("aaa", 0), ElementsAre());
  EXPECT_THAT(Must("").FindAll("é"), ElementsAre("", ""));
  EXPECT_THAT(Must("x").FindAll(""), ElementsAre());
  EXPECT_THAT(Must(".").FindAll("a\xFF"
                                "b"),
              ElementsAre("a", "\xFF", "b"));
}

TEST(Regex, Replace) {
  struct Case {
    std::string_view pattern, text, replacement, expanded, literal;
  };
  const Case cases[] = {
      {"a(x*)b", "-ab-axxb-", "$1", "--xx-", "-$1-$1-"},
      {"a(x*)b", "-ab-axxb-", "$1W", "---", "-$1W-$1W-"},
      {"a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-", "-${1}W-${1}W-"},
      {"a(?P<n>x*)b", "axb", "<${n}>$n$$", "<x>x$", "<${n}>$n$$"},
      {"a", "a", "$", "$", "$"},
      {"a", "a", "${", "${", "${"},
      {"a", "a", "${}", "${}", "${}"},
      {"a", "a", "$é", "", "$é"},
      {"a", "a", "$01", "", "$01"},
      {"a", "a", "$9", "", "$9"},
      {"a", "a", "[$0]", "[a]", "[$0]"},
      {"", "é", "-", "-é-", "-é-"},
      {"a*", "baaac", "x", "xbxcx", "xbxcx"},
      {"a*", "", "x", "x", "x"},
      {"b",
       "a\xFF"
       "b\xFF",
       "x", "a\xFFx\xFF", "a\xFFx\xFF"},
      {"(.)b",
       "\xFF"
       "b",
       "$1$1", "\xFF\xFF", "$1$1"},
      {"z", "unchanged", "$1", "unchanged", "unchanged"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(::testing::Message() << c.pattern << " / " << c.text << " / " << c.replacement);
    EXPECT_EQ(Must(c.pattern).ReplaceAll(c.text, c.replacement), c.expanded);
    EXPECT_EQ(Must(c.pattern).ReplaceAllLiteral(c.text, c.replacement), c.literal);
  }
}

TEST(Regex, Quote) {
  EXPECT_EQ(QuoteRegex("a.b[c]{1}-é"), "a\\.b\\[c\\]\\{1\\}-é");
  const std::string_view all = "\\.+*?()|[]{}^$ -\n\xC3\xA9";
  EXPECT_TRUE(Must(QuoteRegex(all)).FullMatch(all));
}

TEST(Regex, HostileInputEndsQuickly) {
  EXPECT_FALSE(Must("(a*)*b").Search(std::string(1'000'000, 'a')));
  EXPECT_FALSE(Must("(x+x+)+y").FullMatch(std::string(100'000, 'x')));
}

}  // namespace
}  // namespace ephor
