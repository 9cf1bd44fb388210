#include "cel/syntax/parser.h"

#include <gtest/gtest.h>

#include "cel/syntax/print.h"

namespace ephor::cel {
namespace {

std::string Parsed(std::string_view text) {
  Arena arena;
  std::vector<Issue> issues;
  ParseOptions options;
  options.macros = StandardMacros();
  const Expr* expr = Parse(text, options, arena, issues);
  return expr != nullptr ? Print(*expr) : FormatIssues(text, issues);
}

TEST(CelParser, PrintsTheNormalForm) {
  struct Case {
    std::string_view text, normal;
  } cases[] = {
      {"1+2*3", "1 + 2 * 3"},
      {"(1+2)*3", "(1 + 2) * 3"},
      {"1-(2-3)", "1 - (2 - 3)"},
      {"a?b:c?d:e", "a ? b : c ? d : e"},
      {"a||b&&c", "a || b && c"},
      {"(a||b)&&c", "(a || b) && c"},
      {"!!a", "a"},
      {"!a.b", "!a.b"},
      {"--1", "-(-1)"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"-(0)", "-(0)"},
      {"a - -1", "a - -1"},
      {"1.5e3", "1500.0"},
      {"0x1F", "31"},
      {"7u", "7u"},
      {"r'\\d'", "\"\\\\d\""},
      {"'''a\n\"b'''", "\"a\\n\\\"b\""},
      {"b'\\xff\\101'", "b\"\\xffA\""},
      {"'\\u00e9\\U0001F600'", "\"é😀\""},
      {"a.b.`c-d/e`", "a.b.`c-d/e`"},
      {"a.?b[?0].c", "a.?b[?0].c"},
      {"[1,?x,]", "[1, ?x]"},
      {"{?'a':b, 'c':d,}", "{?\"a\": b, \"c\": d}"},
      {".a.b.C{x:1,?y:z}", ".a.b.C{x: 1, ?y: z}"},
      {"has(a.b)", "has(a.b)"},
      {"a.all(x, x.exists(y, y == x))", "a.all(x, x.exists(y, y == x))"},
      {"a.map(x, x > 1, x * 2)", "a.map(x, x > 1, x * 2)"},
      {"x in y // tail", "x in y"},
      {"f(g.h(1), .i(2))", "f(g.h(1), .i(2))"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Parsed(c.text), c.normal);
    EXPECT_EQ(Parsed(Parsed(c.text)), Parsed(c.text));
  }
}

TEST(CelParser, SaysWhatIsWrongAndWhere) {
  struct Case {
    std::string_view text, error;
  } cases[] = {
      {"9223372036854775808", "ERROR: <input>:1:1: invalid int literal\n | 9223372036854775808\n | ^"},
      {"18446744073709551616u", "ERROR: <input>:1:1: invalid uint literal\n | 18446744073709551616u\n | ^"},
      {"1 2", "ERROR: <input>:1:3: Syntax error: extraneous input '2' expecting <EOF>\n | 1 2\n | ..^"},
      {"a.\nb +\n  #", "ERROR: <input>:3:3: Syntax error: token recognition error at: '#'\n |   #\n | ..^"},
      {"'é' + for", "ERROR: <input>:1:7: reserved identifier: for\n | 'é' + for\n | .．....^"},
      {"has(a)", "ERROR: <input>:1:5: invalid argument to has() macro\n | has(a)\n | ....^"},
      {"a.all(1, true)", "ERROR: <input>:1:7: argument must be a simple name\n | a.all(1, true)\n | ......^"},
      {"'\\ud800'", "ERROR: <input>:1:1: invalid unicode code point\n | '\\ud800'\n | ^"},
      {"",
       "ERROR: <input>:1:1: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', "
       "'true', "
       "'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | \n | ^"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Parsed(c.text), c.error);
  }
}

TEST(CelParser, RefusesWhatAWalkCouldNotSurvive) {
  const std::string too_deep = "ERROR: <input>:-1:0: expression recursion limit exceeded: 250";
  const auto repeat = [](std::string_view part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
  };
  EXPECT_EQ(Parsed(repeat("(", 1000) + "1" + repeat(")", 1000)), too_deep);
  EXPECT_EQ(Parsed(repeat("[", 1000)), too_deep);
  EXPECT_EQ(Parsed("a" + repeat(".b", 1000)), too_deep);
  EXPECT_EQ(Parsed("1" + repeat("+1", 1000)), too_deep);
  EXPECT_EQ(Parsed(repeat("a?b:", 1000) + "c"), too_deep);
  EXPECT_EQ(Parsed(repeat("-", 1000) + "a"), "a");
  EXPECT_TRUE(Parsed("a" + repeat(" || a", 5000)).starts_with("a || a"));
  EXPECT_EQ(Parsed(std::string(100'001, ' ')),
            "ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100001, limit 100000");
}

TEST(CelParser, TakesAnyBytes) {
  EXPECT_EQ(Parsed("\xff"),
            "ERROR: <input>:1:1: Syntax error: token recognition error at: '\xff'\n | \xff\n | ^");
  EXPECT_EQ(Parsed(std::string_view("\0", 1)).substr(0, 20), "ERROR: <input>:1:1: ");
  EXPECT_EQ(Parsed("'\xff'"), "\"\xff\"");
}

}  // namespace
}  // namespace ephor::cel
