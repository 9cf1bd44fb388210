#include "json/merge.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "json/write.h"

namespace ephor::json {
namespace {

struct MergeCase {
  std::string_view target, patch, deep, rfc7386;
};

TEST(Merge, DeepAndByPatch) {
  const MergeCase cases[] = {
      {R"({"a":1})", R"({"b":2})", R"({"a":1,"b":2})", R"({"a":1,"b":2})"},
      {R"({"a":{"x":1,"y":2}})", R"({"a":{"y":3}})", R"({"a":{"x":1,"y":3}})", R"({"a":{"x":1,"y":3}})"},
      {R"({"a":1})", R"({"a":null})", R"({"a":null})", "{}"},
      {R"({"a":[1,2]})", R"({"a":[3]})", R"({"a":[3]})", R"({"a":[3]})"},
      {R"({"a":"text"})", R"({"a":{"b":null,"c":1}})", R"({"a":{"b":null,"c":1}})", R"({"a":{"c":1}})"},
      {"5", R"({"a":{"b":null}})", R"({"a":{"b":null}})", R"({"a":{}})"},
      {R"({"a":1})", "[]", "[]", "[]"},
      {R"({"a":1})", "{}", R"({"a":1})", R"({"a":1})"},
  };
  for (const MergeCase& c : cases) {
    SCOPED_TRACE(std::string(c.target) + " + " + std::string(c.patch));
    Arena arena;
    const auto target = Parse(c.target, arena), patch = Parse(c.patch, arena);
    ASSERT_TRUE(target && patch);
    EXPECT_EQ(ToString(DeepMerge(*target, *patch, arena)), c.deep);
    EXPECT_EQ(ToString(MergePatch(*target, *patch, arena)), c.rfc7386);
  }
}

}  // namespace
}  // namespace ephor::json
