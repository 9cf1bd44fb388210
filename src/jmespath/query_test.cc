#include "jmespath/query.h"

#include <gtest/gtest.h>

#include <string>

#include "jmespath/parser.h"
#include "jmespath/world_for_test.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::jmespath {
namespace {

std::string Repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

class QueryTest : public ::testing::Test {
 protected:
  std::string Evaluate(std::string_view expression, std::string_view input = "null",
                       std::uint64_t budget = 10'000'000) {
    const auto parsed = json::Parse(input, arena_);
    const auto query = Query::Compile(expression);
    if (!query) return "compile: " + query.error().message();
    Env env{arena_, world_, budget};
    const auto result = query->Evaluate(*parsed, env);
    return result ? json::ToString(*result) : result.error().message();
  }

  Arena arena_;
  FixedWorld fixed_;
  ports::World world_ = fixed_.ports();
};

TEST_F(QueryTest, ErrorsSayWhoHasToAct) {
  const auto bad = Query::Compile("a..b");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(bad.error().position().line, 1u);
  EXPECT_EQ(bad.error().position().column, 3u);

  Env env{arena_, world_};
  const auto missing = Query::Compile("a.b")->Evaluate(*json::Parse(R"({"a": {}})", arena_), env);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message(), "Unknown key \"b\" in path");
  const auto wrong = Query::Compile("abs('x')")->Evaluate(json::Value(), env);
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().code(), ErrorCode::kEvaluation);
}

TEST_F(QueryTest, LargeIntegersStayExact) {
  const std::string_view input = R"({"big": 9007199254740993, "least": -9223372036854775808})";
  EXPECT_EQ(Evaluate("big", input), "9007199254740993");
  EXPECT_EQ(Evaluate("big == `9007199254740993`", input), "true");
  EXPECT_EQ(Evaluate("big == `9007199254740992`", input), "false");
  EXPECT_EQ(Evaluate("big > `9007199254740992.0`", input), "true");
  EXPECT_EQ(Evaluate("least", input), "-9223372036854775808");
  EXPECT_EQ(Evaluate("to_string(big)", input), "\"9007199254740993\"");
}

TEST_F(QueryTest, ShortcutsPrintAsTheyWereWritten) {
  for (const std::string_view text :
       {"a.b.c",       "a.b[0].c",      "a[].b",       "a[*].b.c[?d].e", "(a[*]).b",
        "a.*.b[*].c",  "!a.b",          "!(a.b)",      "a || b && c",    "(a || b) && c",
        "a == b == c", "a == (b == c)", "&a | b",      "f(&a, b)",       "[(*)]",
        "a.[b, c][0]", "x[*][a, b][0]", "(x[?a])[?b]", "x[?a].b[?c]",    "{a: b, \"c d\": e}",
        "`{\"a\":1}`", "'it\\'s'",      "[::-1]",      "a[1:2].b"}) {
    const auto query = Query::Compile(text);
    ASSERT_TRUE(query.has_value()) << text;
    EXPECT_EQ(query->ToString(), text);
    EXPECT_EQ(query->text(), text);
  }
}

TEST_F(QueryTest, TreesPrintAsTheReferencePrintsThem) {
  EXPECT_EQ(Query::Compile("a.b[1]")->AstToString(),
            "ASTSubexpression {\n"
            "  children: {\n"
            "    ASTField {\n"
            "      value: \"a\"\n"
            "    }\n"
            "    ASTIndexExpression {\n"
            "      children: {\n"
            "        ASTField {\n"
            "          value: \"b\"\n"
            "        }\n"
            "        ASTIndex {\n"
            "          value: 1\n"
            "        }\n"
            "    }\n"
            "}\n");
}

TEST_F(QueryTest, DeepAndLongExpressionsAreRefused) {
  const std::string too_deep = "compile: SyntaxError: Expression is nested too deeply";
  for (const std::string_view open : {"(", "[", "{a:", "!", "& ", "a[?", "f(", "[?", "a.[", "a.{b:"}) {
    const std::string text = Repeat(open, 100'000);
    EXPECT_EQ(Evaluate(text), too_deep) << open;
  }
  for (const std::string_view more : {"[0]", ".*", "[]", " | a", " || a", " == a", "[?b]", "[:1]", ".[a]"}) {
    EXPECT_EQ(Evaluate("a" + Repeat(more, 100'000)), too_deep) << more;
  }
  EXPECT_EQ(Evaluate(Repeat(" ", kMaxExpressionBytes + 1)), "compile: SyntaxError: Expression is too long");
  EXPECT_EQ(Evaluate("`" + Repeat("[", 100'000) + "`").substr(0, 9), "compile: ");
}

TEST_F(QueryTest, DeepExpressionsWithinTheLimitWork) {
  EXPECT_EQ(Evaluate(Repeat("(", 400) + "@" + Repeat(")", 400), "7"), "7");
  EXPECT_EQ(Evaluate("a" + Repeat(".a", 400), R"({"a": null})"), "null");
  EXPECT_EQ(Evaluate("@" + Repeat(" | @", 400), "7"), "7");
  EXPECT_EQ(Evaluate(Repeat("[", 300) + "@" + Repeat("]", 300), "7"),
            Repeat("[", 300) + "7" + Repeat("]", 300));
}

TEST_F(QueryTest, BudgetBoundsWhatSharedPartsUnfoldTo) {
  const std::string doubling = "@" + Repeat(" | [@, @]", 60);
  const std::string exceeded = "evaluation budget exceeded";
  EXPECT_EQ(Evaluate(doubling, "1"), exceeded);
  EXPECT_EQ(Evaluate(doubling + " | @ == @", "1"), "true");  // the same list: nothing to unfold
  EXPECT_EQ(Evaluate("[" + doubling + ", " + doubling + "] | @[0] == @[1]", "1"), exceeded);
  EXPECT_EQ(Evaluate(doubling + " | to_string(@)", "1"), exceeded);
  EXPECT_EQ(Evaluate(doubling + " | abs(@)", "1"), exceeded);
  EXPECT_EQ(Evaluate(doubling + " | contains([@], @)", "1"), exceeded);
  EXPECT_EQ(Evaluate("@" + Repeat(" | {a: @, b: @}", 60), "1"), exceeded);
  EXPECT_EQ(Evaluate("@" + Repeat(" | join('', [@, @])", 60), "\"x\""), exceeded);
  EXPECT_EQ(Evaluate("@" + Repeat(" | replace_all(@, 'x', 'xx')", 60), "\"x\""), exceeded);
  EXPECT_EQ(Evaluate("@" + Repeat(" | [@, @][]", 60), "[1]"), exceeded);
  EXPECT_EQ(Evaluate("random('((x*)*)*')"), exceeded);
}

TEST_F(QueryTest, BudgetIsSharedAndSpent) {
  EXPECT_EQ(Evaluate("length(@)", "[1, 2, 3]", 3), "evaluation budget exceeded");
  EXPECT_EQ(Evaluate("abs(@) || abs(@)", "1", 0), "evaluation budget exceeded");
  // It does not turn into null where other errors do.
  EXPECT_EQ(Evaluate("to_string(@)[]", "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]", 10),
            "evaluation budget exceeded");
  const auto query = Query::Compile("@[*].a");
  Env env{arena_, world_, 1000};
  ASSERT_TRUE(query->Evaluate(*json::Parse("[{}, {}]", arena_), env).has_value());
  EXPECT_LT(env.budget, 1000u);
}

TEST_F(QueryTest, ResultsShareTheInput) {
  const auto input = json::Parse(R"({"a": {"b": [1, 2]}})", arena_);
  Env env{arena_, world_};
  const std::size_t used = arena_.used_bytes();
  const auto whole = Query::Compile("a.b[*]")->Evaluate(*input, env);
  EXPECT_EQ(whole->items().data(), input->Find("a", "b")->items().data());
  EXPECT_EQ(arena_.used_bytes(), used);
}

TEST_F(QueryTest, TheWorldIsAskedThroughPorts) {
  EXPECT_EQ(Evaluate("time_now()"), "\"2023-11-15T00:13:20+02:00\"");
  EXPECT_EQ(Evaluate("time_now('ignored', `1`)"), "\"2023-11-15T00:13:20+02:00\"");
  EXPECT_EQ(Evaluate("time_now_utc()"), "\"2023-11-14T22:13:20Z\"");
  EXPECT_EQ(Evaluate("time_since('', '2023-11-14T22:13:19Z', '')"), "\"1.000000005s\"");
  EXPECT_EQ(Evaluate("is_external_url('https://outside.example.org/x')"), "true");
  EXPECT_EQ(Evaluate("is_external_url('https://inside.example.org/x')"), "false");
  EXPECT_EQ(Evaluate("is_external_url('https://nowhere.example.org')"),
            "lookup nowhere.example.org: no such host");
  EXPECT_EQ(Evaluate("is_external_url('https://[fe80::1%25eth0]/')"), "true");
  EXPECT_EQ(Evaluate("is_external_url('outside.example.org')"), "lookup : no such host");
  for (const std::string host : {"127.1", "2130706433", "0x7f000001", "0x7f.1", "10.0.0.1.", "256.0.0.1"}) {
    EXPECT_EQ(Evaluate("is_external_url('http://" + host + "/')"), "lookup " + host + ": no such host");
  }
  world_ = {};
  EXPECT_EQ(Evaluate("time_now()"), "JMESPath function 'time_now': there is no clock");
  EXPECT_EQ(Evaluate("random('a')"), "JMESPath function 'random': there is no source of randomness");
  EXPECT_EQ(Evaluate("is_external_url('https://x.example.org')"),
            "JMESPath function 'is_external_url': there is no resolver");
}

TEST_F(QueryTest, DefaultRegistryIsTheCallersChoice) {
  const auto query = Query::Compile("image_normalize(@)");
  Env env{.arena = arena_, .world = world_, .default_registry = "registry.example.org"};
  EXPECT_EQ(query->Evaluate(json::Value::String("nginx"), env)->as_string(),
            "registry.example.org/nginx:latest");
  env.show_default_registry = false;
  EXPECT_EQ(query->Evaluate(json::Value::String("nginx"), env)->as_string(), "nginx:latest");
}

}  // namespace
}  // namespace ephor::jmespath
