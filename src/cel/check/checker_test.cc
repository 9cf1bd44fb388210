#include "cel/check/checker.h"

#include <gtest/gtest.h>

#include "cel/testing.h"

namespace ephor::cel {
namespace {

std::shared_ptr<const Env> TestEnv() {
  Env::Builder builder(lib::ValidatingPolicyEnv());
  builder.AddVariable("names", builder.ParseType("list(string)"));
  builder.AddVariable("labels", builder.ParseType("map(string, string)"));
  return builder.Build();
}

std::string TypeOf(std::string_view expression) {
  const Result<Program> program = Program::Compile(expression, TestEnv());
  return program ? program->type().DeclaredText() : program.error().message();
}

TEST(CelChecker, FindsTypes) {
  struct Row {
    std::string_view expression, type;
  } rows[] = {
      {"1", "int"},
      {"null", "null_type"},
      {"object.spec.replicas", "dyn"},
      {"object.spec.replicas + 1", "int"},
      {"object.a + object.b", "dyn"},
      {"names.map(n, size(n))", "list(int)"},
      {"names.filter(n, n != '')", "list(string)"},
      {"labels.map(k, labels[k])", "list(string)"},
      {"labels.all(k, v, k != v)", "bool"},
      {"labels.transformMap(k, v, size(v))", "map(string, int)"},
      {"labels.?app", "optional_type(string)"},
      {"labels[?'app'].optMap(v, size(v))", "optional_type(int)"},
      {"labels.?app.orValue('')", "dyn"},
      {"[[], [1]]", "list(list(int))"},
      {"{'a': [1]}.a[0]", "int"},
      {"type(names)", "type(list(string))"},
      {"cel.bind(x, names, x[0])", "string"},
      {"request.userInfo.groups", "list(string)"},
      {"request == null", "bool"},
      {"quantity('1')", "kubernetes.Quantity"},
      {"format.named('x')", "optional_type(kubernetes.NamedFormat)"},
      {"timestamp('2024-01-01T00:00:00Z') - duration('1s')", "google.protobuf.Timestamp"},
      {"resource.Get('v1', 'pods', 'ns', 'n')", "map(string, dyn)"},
      {"true ? 1 : object.x", "dyn"},
      {"1 < 1.5", "bool"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.expression);
    EXPECT_EQ(TypeOf(row.expression), row.type);
  }
}

TEST(CelChecker, Complains) {
  struct Row {
    std::string_view expression, report;
  } rows[] = {
      {"x", "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x\n | ^"},
      {"f(1)", "ERROR: <input>:1:2: undeclared reference to 'f' (in container '')\n | f(1)\n | .^"},
      {"1 + 'a'",
       "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + 'a'\n | "
       "..^"},
      {"'a'.size(1)",
       "ERROR: <input>:1:9: found no matching overload for 'size' applied to 'string.(int)'\n | "
       "'a'.size(1)\n | "
       "........^"},
      {"names.all(n, n)",
       "ERROR: <input>:1:14: expected type 'bool' but found 'string'\n | names.all(n, n)\n | .............^"},
      {"1 && true", "ERROR: <input>:1:1: expected type 'bool' but found 'int'\n | 1 && true\n | ^"},
      {"request.bogus", "ERROR: <input>:1:8: undefined field 'bogus'\n | request.bogus\n | .......^"},
      {"names.x",
       "ERROR: <input>:1:6: type 'list(string)' does not support field selection\n | names.x\n | .....^"},
      {"1 == 1.0",
       "ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, double)'\n | 1 == 1.0\n "
       "| ..^"},
      {"[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"},
      {"names == null",
       "ERROR: <input>:1:7: found no matching overload for '_==_' applied to '(list(string), null)'\n | "
       "names == "
       "null\n | ......^"},
      {"Foo{a: 1}",
       "ERROR: <input>:1:4: undeclared reference to 'Foo' (in container '')\n | Foo{a: 1}\n | ...^"},
      {"x + y",
       "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x + y\n | ^\nERROR: "
       "<input>:1:5: "
       "undeclared reference to 'y' (in container '')\n | x + y\n | ....^"},
      {"duration('1d')", "ERROR: <input>:1:10: invalid duration argument\n | duration('1d')\n | .........^"},
      {"int('x')", "type conversion error from 'string' to 'int'"},
      {"'x'.find('(')", "error parsing regexp: missing closing ): `(`"},
      {"'%d %d'.format([1])",
       "ERROR: <input>:1:15: index 1 out of range\n | '%d %d'.format([1])\n | ..............^"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.expression);
    EXPECT_EQ(TypeOf(row.expression), row.report);
  }
}

TEST(CelChecker, TakesGeneratingPoliciesMixedLiterals) {
  lib::KyvernoDialect dialect;
  dialect.homogeneous_literals = dialect.fold_and_validate = false;
  EXPECT_EQ(testing::Evaluate("{'a': 1, 'b': 'x'}", "{}", lib::KyvernoEnv(dialect)), R"({"a":1,"b":"x"})");
}

}  // namespace
}  // namespace ephor::cel
