// Types that libraries make.
#include "cel/lib/libraries.h"

#include <gtest/gtest.h>

#include "cel/lib/mutation.h"
#include "cel/testing.h"

namespace ephor::cel {
namespace {

std::shared_ptr<const Env> Everything() {
  lib::KyvernoDialect dialect;
  dialect.mutation_types = dialect.json_patches = dialect.generators = true;
  dialect.lenient_or_value = false;
  return lib::KyvernoEnv(dialect);
}

TEST(CelLibraries, MutationTypes) {
  struct Row {
    std::string_view expression, result;
  } rows[] = {
      {"Object{spec: Object.spec{replicas: 2, labels: {'a': 'b'}}}",
       R"({"spec":{"labels":{"a":"b"},"replicas":2}})"},
      {"Object{a: 1} == Object{a: 1}", "true"},
      {"Object{a: 1} == Object{a: 2}", "false"},
      {"Object{a: Object.a{b: 1}}.a.b", "1"},
      {"has(Object{a: 1}.b)", "false"},
      {"Object{?a: optional.none()}", "{}"},
      {"[JSONPatch{op: 'add', path: '/a', value: 1}]", R"([{"op":"add","path":"/a","value":1}])"},
      {"JSONPatch{op: 'test', path: '/' + jsonpatch.escapeKey('a/b')}.path", R"("/a~1b")"},
      {"JSONPatch{op: 1}",
       "ERROR: <input>:1:13: expected type of field 'op' is 'string' but provided type is 'int'\n | "
       "JSONPatch{op: "
       "1}\n | ............^"},
      {"JSONPatch{bogus: 1}",
       "ERROR: <input>:1:16: undefined field 'bogus'\n | JSONPatch{bogus: 1}\n | "
       "...............^"},
      {"type(Object.spec{}) == Object.spec", "true"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.expression);
    EXPECT_EQ(testing::Evaluate(row.expression, "{}", Everything()), row.result);
  }
}

TEST(CelLibraries, ObjectsNameTheirPlaces) {
  const auto check = [](std::string_view expression) -> std::string {
    const auto program = Program::Compile(expression, Everything());
    Arena arena;
    const ports::World world;
    Context context{arena, world};
    const auto value = program->Evaluate({}, context);
    const auto names = lib::CheckTypeNames(*value);
    return names ? "fine" : names.error().message();
  };
  EXPECT_EQ(check("Object{spec: Object.spec{a: Object.spec.a{}}}"), "fine");
  EXPECT_EQ(check("Object{spec: Object.spec{l: [Object.spec.l{}]}}"), "fine");
  EXPECT_EQ(check("Object{spec: Object.metadata{}}"),
            "unexpected type name \"Object.metadata\", expected \"Object.spec\", which matches field name "
            "path from "
            "root Object type");
}

}  // namespace
}  // namespace ephor::cel
