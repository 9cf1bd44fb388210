// What expressions give: the language from text to value, with every optimization and without any.
#include <gtest/gtest.h>

#include "cel/testing.h"

namespace ephor::cel {
namespace {

using testing::Evaluate;

struct Row {
  std::string_view expression, result;
  std::string_view vars = "{}";
};

constexpr Row kRows[] = {
    {"1 + 2 * 3", "7"},
    {"9223372036854775807 + 1", "error: integer overflow"},
    {"-9223372036854775808 / -1", "error: integer overflow"},
    {"-(-9223372036854775808)", "error: integer overflow"},
    {"-9223372036854775808 % -1", "error: integer overflow"},
    {"0u - 1u", "error: unsigned integer overflow"},
    {"18446744073709551615u * 2u", "error: unsigned integer overflow"},
    {"1 / 0", "error: division by zero"},
    {"1 % 0", "error: modulus by zero"},
    {"1.0 / 0.0 > 1e308", "true"},
    {"0.0 / 0.0 == 0.0 / 0.0", "false"},
    {"'a' + 'b' + string(1)", "\"ab1\""},
    {"[1] + [2, 3]", "[1,2,3]"},
    {"dyn(1) == 1.0 && dyn(1u) == 1", "true"},
    {"[dyn(1), 'a'] == [dyn(1.0), 'a']", "true"},
    {"{'a': 1} == {'a': dyn(1.0)}", "true"},
    {"null == dyn(1)", "false"},
    {"type(1) == int && type(type(1)) == type", "true"},
    {"true ? 1 : 1 / 0", "1"},

    // Errors are absorbed by what decides without them, from either side.
    {"false && 1 / 0 == 1", "false"},
    {"1 / 0 == 1 && false", "false"},
    {"1 / 0 == 1 && true", "error: division by zero"},
    {"1 / 0 == 1 || true", "true"},
    {"1 / 0 == 1 && 1 / 0 == 1 && false", "false"},
    {"dyn('x') && true", "error: no such overload"},
    {"dyn('x') && false", "false"},
    {"[1, 0].exists(x, 1 / x == 1)", "true"},
    {"[0, 1].exists(x, 1 / x == 1)", "true"},
    {"[0, 2].exists(x, 1 / x == 1)", "error: division by zero"},
    {"[0, 2].all(x, 1 / x == 1)", "false"},
    {"[1, 0].exists_one(x, 1 / x == 1)", "error: division by zero"},
    {"[1, 0].map(x, 1 / x)", "error: division by zero"},
    {"cel.bind(x, 1 / 0, true)", "true"},
    {"cel.bind(x, 1 / 0, x == 1 || true)", "true"},
    {"cel.bind(x, 1 / 0, x)", "error: division by zero"},

    {"a.b.c", "3", R"({"a": {"b": {"c": 3}}})"},
    {"a.b.x", "error: no such key: x", R"({"a": {"b": {"c": 3}}})"},
    {"a['b']['c'] + a.b['c']", "6", R"({"a": {"b": {"c": 3}}})"},
    {"has(a.b) && !has(a.x)", "true", R"({"a": {"b": 1}})"},
    {"has(a.x.y)", "error: no such key: x", R"({"a": {"b": 1}})"},
    {"a[1]", "error: index out of bounds: 1", R"({"a": [1]})"},
    {"a[-1]", "error: index out of bounds: -1", R"({"a": [1]})"},
    {"a[0.0]", "1", R"({"a": [1]})"},
    {"a['x']", "error: unsupported index type 'string' in list", R"({"a": [1]})"},
    {"a.?b.?c.orValue(7)", "7", R"({"a": {}})"},
    {"a.?b.c.orValue(7)", "3", R"({"a": {"b": {"c": 3}}})"},
    {"a[?0].or(optional.of(2)).value()", "2", R"({"a": []})"},
    {"optional.of(1).orValue(1 / 0)", "1"},
    {"optional.none().orValue(1 / 0)", "error: division by zero"},
    {"optional.of(2).optMap(x, x + 1).value()", "3"},
    {"[1, ?optional.none(), ?optional.of(2)]", "[1,2]"},
    {"{'a': 1, ?'b': optional.none()}", "{\"a\":1}"},

    {"a.map(k, k)", "[\"x\",\"y\"]", R"({"a": {"x": 1, "y": 2}})"},
    {"a.filter(c, c.n > 1).map(c, c.n)", "[2,3]", R"({"a": [{"n": 1}, {"n": 2}, {"n": 3}]})"},
    {"a.map(c, c > 1, c * 10)", "[20,30]", R"({"a": [1, 2, 3]})"},
    {"a.all(x, a.exists(y, y == x))", "true", R"({"a": [1, 2, 3]})"},
    {"a.transformMap(k, v, v + 1)", "{\"x\":2}", R"({"a": {"x": 1}})"},
    {"a.transformMapEntry(i, v, {v: i})", "{\"p\":0,\"q\":1}", R"({"a": ["p", "q"]})"},
    {"[1, 1].transformMapEntry(i, v, {v: i})", "error: insert failed: key 1 already exists"},
    {"1.map(x, x)",
     "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, "
     "map, or dynamic)\n | 1.map(x, x)\n | ^"},
    {"dyn(1).map(x, x)", "error: got 'types.Int', expected iterable type"},
    {"x in ['a', 'b', 'c', 'd', 'e']", "true", R"({"x": "e"})"},
    {"x in [1, 2, 3, 4, 5]", "true", R"({"x": 3.0})"},
    {"x in [1, 2, 3, 4, 5]", "false", R"({"x": "3"})"},
    {"cel.block([1, cel.index(0) + 1], cel.index(1) * 2)", "4"},

    {"timestamp('2024-02-29T23:59:59.5Z') + duration('1s')", "\"2024-03-01T00:00:00.5Z\""},
    {"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "error: timestamp overflow"},
    {"timestamp('2024-07-01T12:00:00Z').getHours('Europe/Berlin')", "14"},
    {"timestamp('2024-01-01T00:00:00Z').getDate('-02:30')", "31"},
    {"timestamp('2024-01-01T00:00:00Z').getDate('../../etc/passwd')",
     "error: unknown time zone ../../etc/passwd"},
    {"duration('1h30m') > duration('89m')", "true"},
    {"string(duration('-1500ms'))", "\"-1.5s\""},
};

TEST(CelRun, GivesTheSameWithAndWithoutOptimizations) {
  CompileOptions plain;
  plain.plan = testing::kPlain;
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.expression);
    EXPECT_EQ(Evaluate(row.expression, row.vars), row.result);
    EXPECT_EQ(Evaluate(row.expression, row.vars, lib::ConformanceEnv(), plain), row.result);
  }
}

TEST(CelRun, SaysWhereAnErrorIs) {
  Arena arena;
  const ports::World world;
  Context context{arena, world};
  const auto program = Program::Compile("1 == 1 &&\n  [0].all(x, 2 / x > 0)", lib::ConformanceEnv());
  ASSERT_TRUE(program);
  const auto value = program->Evaluate({}, context);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message(), "division by zero");
  EXPECT_EQ(value.error().position().line, 2u);
  EXPECT_EQ(value.error().position().column, 16u);
}

TEST(CelRun, StopsWhatCostsTooMuch) {
  const std::string cancelled = "error: operation cancelled: actual cost limit exceeded";
  EXPECT_EQ(Evaluate("lists.range(1000).all(x, lists.range(1000).all(y, true))"), cancelled);
  EXPECT_EQ(Evaluate("lists.range(1000).exists(x, lists.range(1000).exists(y, false)) || true"), cancelled);
  // Doubling a text forty times.
  std::string doubling = "a";
  for (int i = 0; i < 40; ++i) doubling = "cel.bind(a, a + a, " + doubling + ")";
  EXPECT_EQ(Evaluate("cel.bind(a, 'xxxxxxxxxx', " + doubling + ").size()"), cancelled);
  // Two values of a hundred lists each that are, written out, larger than the world.
  std::string same = "x == y", flat = "x.flatten(200).size()", text = "'%s'.format([x]).size()",
              type = "x == {}";
  for (int i = 0; i < 60; ++i) {
    same = "cel.bind(x, [x, x], cel.bind(y, [y, y], " + same + "))";
    flat = "cel.bind(x, [x, x], " + flat + ")";
    text = "cel.bind(x, [x, x], " + text + ")";
    type = "cel.bind(x, {x: x}, " + type + ")";
  }
  EXPECT_EQ(Evaluate("cel.bind(x, [1], cel.bind(y, [1], " + same + "))"), cancelled);
  EXPECT_EQ(Evaluate("cel.bind(x, [1], " + flat + ")"), cancelled);
  EXPECT_EQ(Evaluate("cel.bind(x, [1], " + text + ")"), cancelled);
  EXPECT_EQ(Evaluate("cel.bind(x, {}, " + type + ")"), "error: unsupported key type: map");
  std::string lists = "x.size()", replaced = "x.size()", joined = "x.join().size()";
  for (int i = 0; i < 40; ++i) {
    lists = "cel.bind(x, x + x, " + lists + ")";
    replaced = "cel.bind(x, x.replace('', x), " + replaced + ")";
    joined = "cel.bind(x, x + x, " + joined + ")";
  }
  EXPECT_EQ(Evaluate("cel.bind(x, [1], " + lists + ")"), cancelled);
  EXPECT_EQ(Evaluate("cel.bind(x, 'abcdef', " + replaced + ")"), cancelled);
  EXPECT_EQ(Evaluate("cel.bind(x, ['" + std::string(50'000, 'x') + "'], " + joined + ")"), cancelled);
  EXPECT_EQ(Evaluate("lists.range(2000000)"),
            "error: lists.range: size 2000000 exceeds maximum allowed (1000000)");
}

TEST(CelRun, EndsAtTheDeadline) {
  Arena arena;
  constexpr std::uint64_t kNever = 1'000'000'000'000;
  const ports::World world{.deadline = Deadline::In(std::chrono::milliseconds(20))};
  Context context{arena, world, kNever};
  const auto program = Program::Compile("lists.range(n).all(x, lists.range(1000).all(y, true))", [] {
    Env::Builder builder(lib::ConformanceEnv());
    builder.AddVariable("n", &types::kInt);
    return builder.Build();
  }());
  ASSERT_TRUE(program);
  const Value slots[] = {Value::Int(100'000)};
  const auto value = program->Evaluate(slots, context);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message(), "operation interrupted");
  EXPECT_TRUE(world.deadline.HasPassed());
  // What does not loop is not stopped: it is over sooner than the clock is read.
  EXPECT_TRUE(Program::Compile("1 + 1", lib::ConformanceEnv())->Evaluate({}, context));
}

TEST(CelRun, CountsWhatTheReferenceCounts) {
  struct Cost {
    std::string_view expression;
    std::uint64_t cost;
  } rows[] = {
      {"a.b.c", 3},       // an identifier and two members
      {"a.b.c == 3", 4},  // and a comparison of scalars
      {"a.b.c + 1 == 4", 5},
      {"has(a.b.c)", 2},  // the question itself is free
      {"true || a.b.c == 3", 0},
      {"a.s == '0123456789'", 3},  // ten bytes are one unit
      {"a.s.startsWith('x')", 3},
  };
  for (const Cost& row : rows) {
    SCOPED_TRACE(row.expression);
    std::uint64_t cost = 0;
    Evaluate(row.expression, R"({"a": {"b": {"c": 3}, "s": "0123456789"}})", lib::ConformanceEnv(), {},
             &cost);
    EXPECT_EQ(cost, row.cost);
  }
}

TEST(CelRun, SurvivesHostileInput) {
  std::string deep_data = "1";
  for (int i = 0; i < 400; ++i) deep_data = "[" + deep_data + "]";
  EXPECT_EQ(Evaluate("a == a", "{\"a\": " + deep_data + "}"), "true");
  std::string loops = "true";
  for (int i = 0; i < 60; ++i) loops = "[1].all(x" + std::to_string(i) + ", " + loops + ")";
  EXPECT_EQ(Evaluate(loops), "true");
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "a == " + std::to_string(i) + " || ";
  EXPECT_EQ(Evaluate(many + "1 / 0 == 1", R"({"a": 2999})"), "true");
  std::string failing = "false";
  for (int i = 0; i < 5000; ++i) failing += " || 1 / a == 1";
  EXPECT_EQ(Evaluate("[1, 2, 3].all(x, " + failing + ")", R"({"a": 0})"), "error: division by zero");
  EXPECT_EQ(Evaluate("a.matches('(a*)*b')", "{\"a\": \"" + std::string(5000, 'a') + "\"}"), "false");
  EXPECT_EQ(Evaluate("'\xff' + a", R"({"a": "x"})"), "\"\\ufffdx\"");
}

}  // namespace
}  // namespace ephor::cel
