// `ephor cel` as a user sees it.
#include <gtest/gtest.h>

#include <vector>

#include "cli/command_line.h"
#include "cli/run_for_test.h"

namespace ephor::cli {
namespace {

struct Row {
  std::vector<const char*> arguments;
  int exit;
  std::string out, err;
};

void Check(std::span<const Row> rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.arguments.back());
    CapturedContext captured;
    EXPECT_EQ(RunCommandLine(row.arguments, captured.context()), row.exit);
    EXPECT_EQ(captured.out(), row.out);
    EXPECT_EQ(captured.err(), row.err);
  }
}

TEST(CelCommand, Eval) {
  const Row rows[] = {
      {{"cel", "eval", "1 + 1", "'a'"}, 0, "2\n\"a\"\n", ""},
      {{"cel", "eval", "[1, 2]"}, 0, "[1,2]\n", ""},
      {{"cel", "eval", "--var", "n=3", "--cost", "lists.range(n)"}, 0, "[0,1,2]\ncost: 15 of 1000000\n", ""},
      {{"cel", "eval", "duration('1m')"}, 0, "\"60s\"\n", ""},
      {{"cel", "eval", "1 / 0", "2"}, 1, "2\n", "division by zero\n"},
      {{"cel", "eval", "'a' + 1"},
       1,
       "",
       "ERROR: <input>:1:5: found no matching overload for '_+_' applied to '(string, int)'\n | 'a' + 1\n | "
       "....^\n"},
      {{"cel", "eval", "--var", "n", "1"}, 1, "", "Error: --var wants NAME=JSON or NAME=@FILE, got n\n"},
  };
  Check(rows);
}

// A list of itself, sixty times: 121 names, and a text of 2^60.
TEST(CelCommand, ResultsThatShareTheirPartsAreNotPrintedWithoutEnd) {
  std::string expression = "[1]";
  for (int i = 0; i < 60; ++i) expression = "cel.bind(v, " + expression + ", [v, v])";
  // What has no JSON is written with its types, which takes longer.
  const std::string typed = "[dyn(type(1)), dyn(" + expression + ")]";
  const Row rows[] = {
      {{"cel", "eval", expression.c_str()}, 1, "", "the result is too large to print\n"},
      {{"cel", "eval", typed.c_str()}, 1, "", "the result is too large to print\n"},
  };
  Check(rows);
}

TEST(CelCommand, Check) {
  const Row rows[] = {
      {{"cel", "check", "object.metadata", "[1]", "object.a > 1"},
       0,
       "dyn\ncost: 1\nlist(int)\ncost: 10\nbool\ncost: 2\n",
       ""},
      {{"cel", "check", "--env", "mpol", "Object{spec: Object.spec{replicas: 2}}"},
       0,
       "Object\ncost: 80\n",
       ""},
      {{"cel", "check", "--env", "plain", "object"},
       1,
       "",
       "ERROR: <input>:1:1: undeclared reference to 'object' (in container '')\n | object\n | ^\n"},
      // Sizes bound the cost.
      {{"cel", "check", "--size", "object.l=10", "--size", "object.s=20",
        "object.l.all(x, x.contains(object.s))"},
       0,
       "bool\ncost: 2 or more\n",
       ""},
      {{"cel", "check", "--size", "object.l=10", "--size", "20", "object.l.all(x, x.contains(object.s))"},
       0,
       "bool\ncost: 2 to 92\n",
       ""},
      {{"cel", "check", "--size", "x", "1"}, 1, "", "Error: a size is NUMBER or PATH=NUMBER, got x\n"},
      {{"cel", "check", "--declare", "l", "1"}, 1, "", "Error: --declare wants NAME=TYPE, got l\n"},
      // As JSON, a line each. What has no bound has no maximum.
      {{"cel", "check", "--json", "--declare", "l=list(int)", "l.all(x, x > 1)", "[1]", "y"},
       1,
       "{\"cost\":{\"min\":2},\"expression\":\"l.all(x, x > 1)\",\"type\":\"bool\"}\n"
       "{\"cost\":{\"max\":10,\"min\":10},\"expression\":\"[1]\",\"type\":\"list(int)\"}\n"
       "{\"error\":\"ERROR: <input>:1:1: undeclared reference to 'y' (in container '')\\n | y\\n | "
       "^\",\"expression\":\"y\"}\n",
       ""},
  };
  Check(rows);
}

TEST(CelCommand, Format) {
  const Row rows[] = {
      {{"cel", "fmt", "(a)+( b*c )"}, 0, "a + b * c\n", ""},
      {{"cel", "fmt", "[1,2]"}, 0, "[1, 2]\n", ""},
      {{"cel", "fmt", "a // b"}, 1, "", "the expression holds comments, which would be lost\n"},
  };
  Check(rows);
}

}  // namespace
}  // namespace ephor::cli
