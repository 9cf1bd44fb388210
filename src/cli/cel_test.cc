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

TEST(CelCommand, Check) {
  const Row rows[] = {
      {{"cel", "check", "object.metadata", "[1]", "object.a > 1"}, 0, "dyn\nlist(int)\nbool\n", ""},
      {{"cel", "check", "--env", "mpol", "Object{spec: Object.spec{replicas: 2}}"}, 0, "Object\n", ""},
      {{"cel", "check", "--env", "plain", "object"},
       1,
       "",
       "ERROR: <input>:1:1: undeclared reference to 'object' (in container '')\n | object\n | ^\n"},
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
