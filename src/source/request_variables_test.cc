#include "source/request_variables.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "json/write.h"

namespace ephor::source {
namespace {

struct VariableCase {
  const char* name;
  std::string_view root, path, value, result;
};

TEST(WithVariable, SetsByPath) {
  const VariableCase cases[] = {
      {"New", "{}", "a.b", "1", R"({"a":{"b":1}})"},
      {"Replaces", R"({"a":{"b":1,"c":2}})", "a.b", "\"x\"", R"({"a":{"b":"x","c":2}})"},
      {"ReplacesWhatIsNoObject", R"({"a":[1]})", "a.b", "1", R"({"a":{"b":1}})"},
      {"MergesObjects", R"({"a":{"b":{"x":1},"c":2}})", "a", R"({"b":{"y":2}})",
       R"({"a":{"b":{"x":1,"y":2},"c":2}})"},
      {"QuotedName", "{}", "a.\"b.c\".d", "true", R"({"a":{"b.c":{"d":true}}})"},
      {"Null", R"({"a":1})", "a", "null", R"({"a":null})"},
      {"EmptyPath", "{}", "", "1", R"({"":1})"},
  };
  for (const VariableCase& c : cases) {
    SCOPED_TRACE(c.name);
    Arena arena;
    const auto result =
        WithVariable(*json::Parse(c.root, arena), c.path, *json::Parse(c.value, arena), arena);
    ASSERT_TRUE(result);
    EXPECT_EQ(json::ToString(*result), c.result);
  }
}

TEST(WithVariable, BoundsTheDepth) {
  Arena arena;
  std::string path = "a";
  for (int i = 0; i < 1000; ++i) path += ".a";
  EXPECT_FALSE(WithVariable(json::Value::Object({}), path, json::Value(), arena));
}

}  // namespace
}  // namespace ephor::source
