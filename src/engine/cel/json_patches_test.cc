#include "engine/cel/json_patches.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "cel/lib/environments.h"
#include "cel/plan/program.h"
#include "json/write.h"
#include "yaml/load.h"

namespace ephor::engine {
namespace {

TEST(JsonPatches, Rows) {
  struct Row {
    std::string_view expression;
    std::string_view expected;  // the spec as compact JSON, or the error
  };
  const Row rows[] = {
      {"[JSONPatch{op: 'add', path: '/spec/a', value: 1}]", R"({"a":1,"l":[1,2]})"},
      {"[JSONPatch{op: 'add', path: '/spec/l/-', value: 3}]", R"({"l":[1,2,3]})"},
      {"[JSONPatch{op: 'replace', path: '/spec/l/-1', value: 3}]", R"({"l":[1,3]})"},
      {"[JSONPatch{op: 'add', path: '/spec/o', value: Object.spec{a: 'x'}}]", R"({"l":[1,2],"o":{"a":"x"}})"},
      {"[JSONPatch{op: 'add', path: '/spec/o', value: [Object.spec{a: 'x'}]}]",
       R"({"l":[1,2],"o":[{"a":"x"}]})"},
      {"[JSONPatch{op: 'add', path: '/spec/o', value: Object.spec{a: Object.b{}}}]",
       "type mismatch: unexpected type name \"Object.b\", expected \"Object.spec.a\", which matches field "
       "name path from root Object type"},
      {"[JSONPatch{op: 'remove', path: '/spec/l'}]", "{}"},
      {"[JSONPatch{op: 'copy', from: '/spec/l/0', path: '/spec/b'}]", R"({"b":1,"l":[1,2]})"},
      {"[JSONPatch{op: 'add', path: '/spec/x', value: 1}, JSONPatch{op: 'test', path: '/kind', value: 'Y'}]",
       R"({"l":[1,2]})"},
      {"[JSONPatch{op: 'test', path: '/kind', value: 'X'}, JSONPatch{op: 'add', path: '/spec/x', value: 1}]",
       R"({"l":[1,2],"x":1})"},
      {"[JSONPatch{op: 'add', path: '/metadata/annotations/n', value: 1}]",
       "JSON Patch: add operation does not apply: doc is missing path: \"/metadata/annotations/n\": missing "
       "value"},
      {"[JSONPatch{op: 'swap', path: '/spec'}]", "JSON Patch: Unexpected kind: swap"},
      {"[JSONPatch{op: 'remove', path: '/kind'}]",
       R"(Internal error occurred: Object 'Kind' is missing in '{"spec":{"l":[1,2]}}')"},
      {"[JSONPatch{op: 'add', path: '/spec/a', value: b'hi'}]", R"({"a":"aGk=","l":[1,2]})"},
  };
  const auto env = cel::lib::KyvernoEnv({.mutation_types = true, .json_patches = true});
  for (const Row& row : rows) {
    SCOPED_TRACE(row.expression);
    Arena arena;
    const ports::World world;
    cel::Context context{.arena = arena, .world = world};
    const auto program = cel::Program::Compile(row.expression, env);
    ASSERT_TRUE(program) << program.error().message();
    const std::vector<cel::Value> slots(env->slots());
    const auto patches = program->Evaluate(slots, context);
    ASSERT_TRUE(patches);
    const auto patched =
        ApplyJsonPatches(*patches, *yaml::Load("{kind: X, spec: {l: [1, 2]}}", arena), arena);
    EXPECT_EQ(patched ? json::ToString(*patched->Find("spec")) : patched.error().message(), row.expected);
  }
}

}  // namespace
}  // namespace ephor::engine
