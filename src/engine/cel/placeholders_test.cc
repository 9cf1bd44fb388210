#include "engine/cel/placeholders.h"

#include <gtest/gtest.h>

namespace ephor::engine {
namespace {

// Literals as they are, expressions in <>; or the error.
std::string Scanned(std::string_view text) {
  const auto segments = ScanText(text);
  if (!segments) return segments.error().message();
  std::string out;
  for (const TextSegment& segment : *segments) {
    out += segment.is_expression ? "<" + segment.text + ">" : segment.text + "|";
  }
  return out;
}

TEST(Placeholders, Scan) {
  struct Row {
    std::string_view text, expected;
  };
  const Row rows[] = {
      {"", ""},
      {"plain (text)", "plain (text)|"},
      {"(( a ))", "<a>"},
      {"x-(( a ))-(( b ))", "x-|<a>-|<b>"},
      {"(( f(g(x)) ))", "<f(g(x))>"},
      {"(( ':)' + \")\" ))", "<':)' + \")\">"},
      {"(( 'it\\'s))' ))", "<'it\\'s))'>"},
      {"\\((x)) (( a ))", "((x)) |<a>"},
      {"((((a)) ))", "<((a))>"},
      {"(( ))", "empty placeholder at offset 0"},
      {"a(( b", "unterminated placeholder starting at offset 1: missing closing '))'"},
      {"(( 'b", "unterminated string literal in placeholder starting at offset 0"},
      {"(( 'b\\", "unterminated string literal in placeholder starting at offset 0"},
      {"(( b ) ))", "unbalanced parenthesis in placeholder starting at offset 0"},
  };
  for (const Row& row : rows) EXPECT_EQ(Scanned(row.text), row.expected) << row.text;
}

TEST(Placeholders, Presence) {
  EXPECT_TRUE(HasPlaceholder("a((b"));
  EXPECT_FALSE(HasPlaceholder("\\((b"));
  EXPECT_TRUE(HasPlaceholder("\\((b ((c"));
  EXPECT_FALSE(HasPlaceholder("(a)"));
  EXPECT_TRUE(NeedsScan("\\((b"));
  EXPECT_FALSE(NeedsScan("(a)"));
}

}  // namespace
}  // namespace ephor::engine
