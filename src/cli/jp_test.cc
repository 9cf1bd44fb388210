// `ephor jp` as a user sees it: what it prints and how it ends.
#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/context.h"

namespace ephor::cli {
namespace {

std::string TakeText(std::FILE* file) {
  std::rewind(file);
  std::string text;
  for (int c; (c = std::getc(file)) != EOF;) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

struct Outcome {
  std::string out, err;
  int exit_code;
};

Outcome RunJp(std::vector<std::string> arguments, std::string_view input = "") {
  Context context;
  context.in = std::tmpfile();
  context.out = std::tmpfile();
  context.err = std::tmpfile();
  std::fwrite(input.data(), 1, input.size(), context.in);
  std::rewind(context.in);
  CLI::App app("test", "ephor");
  AddJpCommand(app, context);
  arguments.insert(arguments.begin(), "jp");
  std::reverse(arguments.begin(), arguments.end());
  app.parse(std::move(arguments));
  std::fclose(context.in);
  return {TakeText(context.out), TakeText(context.err), context.exit_code};
}

class JpTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::FILE* file = std::fopen(path_.c_str(), "w");
    std::fputs("a: {b: 1000000.0, c: <x>}\nl: [1, 2]\n---\na: other document\n", file);
    std::fclose(file);
    file = std::fopen(query_path_.c_str(), "w");
    std::fputs("l[0]\n", file);
    std::fclose(file);
  }

  const std::string path_ = ::testing::TempDir() + "jp_test_input.yaml";
  const std::string query_path_ = ::testing::TempDir() + "jp_test_query";
};

TEST_F(JpTest, QueryPrintsJsonBehindEachExpression) {
  const Outcome outcome = RunJp({"query", "-i", path_, "a", "l[*]", "-q", query_path_});
  EXPECT_EQ(
      outcome.out,
      "# a\n{\n  \"b\": 1000000,\n  \"c\": \"\\u003cx\\u003e\"\n}\n# l[*]\n[\n  1,\n  2\n]\n# l[0]\n\n1\n");
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.exit_code, 0);
}

TEST_F(JpTest, QueryCompactAndUnquoted) {
  EXPECT_EQ(RunJp({"query", "-c", "-i", path_, "--", "a"}).out,
            "# a\n{\"b\":1000000,\"c\":\"\\u003cx\\u003e\"}\n");
  EXPECT_EQ(RunJp({"query", "-u", "-i", path_, "a.c", "l"}).out, "# a.c\n<x>\n# l\n[\n  1,\n  2\n]\n");
}

TEST_F(JpTest, QueryStopsAtTheFirstError) {
  const Outcome outcome = RunJp({"query", "-c", "-i", path_, "l", "nosuch", "l"});
  EXPECT_EQ(outcome.out, "# l\n[1,2]\n");
  EXPECT_EQ(outcome.err, "Error: error evaluating JMESPath expression: Unknown key \"nosuch\" in path\n");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(RunJp({"query", "-i", path_, "a["}).err,
            "Error: failed to compile JMESPath: a[, error: SyntaxError: Expected tStar, received: tEOF\n");
  EXPECT_EQ(RunJp({"query", "-i", path_, "avg(`[]`)"}).out, "# avg(`[]`)\n");
  EXPECT_EQ(RunJp({"query", "-i", path_, "avg(`[]`)"}).err,
            "Error: error marshalling result to JSON: json: unsupported value: NaN\n");
}

TEST_F(JpTest, QueryAsksForWhatIsMissing) {
  EXPECT_EQ(RunJp({"query", "x"}, "x: 7").out,
            "Reading from terminal input.\nEnter input object and hit Ctrl+D.\n# x\n7\n");
  EXPECT_EQ(RunJp({"query", "-i", path_}, "l[1]").out,
            "Reading from terminal input.\nEnter a jmespath expression and hit Ctrl+D.\n# l[1]\n2\n");
  EXPECT_EQ(RunJp({"query"}).err, "Error: at least one query or input object is required\n");
  EXPECT_EQ(RunJp({"query", "-i", "/nonexistent/x", "a"}).err,
            "Error: failed open file /nonexistent/x: open /nonexistent/x: no such file or directory\n");
}

TEST_F(JpTest, BatchAnswersEveryLine) {
  const Outcome outcome = RunJp({"query", "--batch"},
                                "{\"expr\": \"a.b\", \"input\": {\"a\": {\"b\": 9007199254740993}}}\n"
                                "{\"expr\": \"a\", \"input\": {}}\n"
                                "{\"expr\": \"a[\"}\n"
                                "{\"expr\": \"`1`\"}");
  EXPECT_EQ(
      outcome.out,
      "{\"result\":9007199254740992}\n"  // the reference reads all numbers as doubles here
      "{\"error\":\"error evaluating JMESPath expression: Unknown key \\\"a\\\" in path\"}\n"
      "{\"error\":\"failed to compile JMESPath: a[, error: SyntaxError: Expected tStar, received: tEOF\"}\n"
      "{\"result\":1}\n");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(RunJp({"query", "--batch"}, "{}\n").err, "Error: a request needs a string \"expr\"\n");
}

TEST_F(JpTest, ParsePrintsTheTree) {
  EXPECT_EQ(RunJp({"parse", "a == 'x'"}).out,
            "# a == 'x'\n"
            "ASTComparator {\n"
            "  value: tEQ\n"
            "  children: {\n"
            "    ASTField {\n"
            "      value: \"a\"\n"
            "    }\n"
            "    ASTLiteral {\n"
            "      value: \"x\"\n"
            "    }\n"
            "}\n\n");
  EXPECT_EQ(RunJp({"parse", "a..b"}).err,
            "Error: SyntaxError: Expected identifier, lbracket, or lbrace\na..b\n  ^\n");
  EXPECT_EQ(RunJp({"parse", "-f", query_path_}).out.substr(0, 7), "# l[0]\n");
}

TEST_F(JpTest, FunctionListsThoseBeyondTheStandard) {
  EXPECT_EQ(RunJp({"function", "truncate", "nosuch", "length"}).out,
            "Name: truncate\n"
            "  Signature: truncate(string, number) string\n"
            "  Note:      the first characters of a text; write the number in backticks\n\n");
  const std::string all = RunJp({"function"}).out;
  EXPECT_EQ(all.substr(0, 10), "Name: add\n");
  std::size_t count = 0;
  for (std::size_t at = 0; (at = all.find("Name: ", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 51u);
}

}  // namespace
}  // namespace ephor::cli
