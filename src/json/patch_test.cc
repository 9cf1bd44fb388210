#include "json/patch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/parse.h"
#include "json/write.h"

namespace ephor::json {
namespace {

// As the mutate rules of the reference apply patches.
constexpr PatchOptions kLenient{.ensure_path_exists_on_add = true, .allow_missing_path_on_remove = true};

// The result, or the error's text.
std::string Applied(std::string_view document, std::string_view patch, const PatchOptions& options) {
  Arena arena;
  const auto operations = DecodePatch(*Parse(patch, arena), arena);
  if (!operations) return operations.error().message();
  const Value before = *Parse(document, arena);
  const auto result = ApplyPatch(before, *operations, arena, options);
  EXPECT_EQ(ToString(before), ToString(*Parse(document, arena))) << "the document has changed";
  return result ? ToString(*result) : result.error().message();
}

struct PatchCase {
  const char* name;
  std::string document;
  std::string patch;
  std::string result;
};

class LenientPatch : public ::testing::TestWithParam<PatchCase> {};
TEST_P(LenientPatch, Applied) {
  EXPECT_EQ(Applied(GetParam().document, GetParam().patch, kLenient), GetParam().result);
}

std::string NameOf(const ::testing::TestParamInfo<PatchCase>& row) {
  return row.param.name;
}

using Rows = std::vector<PatchCase>;

INSTANTIATE_TEST_SUITE_P(
    Works, LenientPatch,
    ::testing::ValuesIn(Rows{
        {"Nothing", R"({"a":1})", "[]", R"({"a":1})"},
        {"AddMember", R"({"a":1})", R"([{"op":"add","path":"/b","value":{"c":2}}])",
         R"({"a":1,"b":{"c":2}})"},
        {"AddReplacesMember", R"({"a":1})", R"([{"op":"add","path":"/a","value":null}])", R"({"a":null})"},
        {"AddMakesParents", "{}", R"([{"op":"add","path":"/a/b/c","value":1}])", R"({"a":{"b":{"c":1}}})"},
        {"AddMakesArrayForIndex", "{}", R"([{"op":"add","path":"/a/2","value":1}])",
         R"({"a":[null,null,1]})"},
        {"AddMakesArrayForDash", "{}", R"([{"op":"add","path":"/a/-","value":1}])", R"({"a":[1]})"},
        {"AddReplacesNullParent", R"({"a":null})", R"([{"op":"add","path":"/a/b","value":1}])",
         R"({"a":{"b":1}})"},
        {"AddPadsForIntermediateIndex", R"({"a":[0]})", R"([{"op":"add","path":"/a/2/b","value":1}])",
         R"({"a":[0,null,{"b":1}]})"},
        {"AddInserts", R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])", R"({"a":[1,2,3]})"},
        {"AddAtMinusOneAppends", R"({"a":[1,2]})", R"([{"op":"add","path":"/a/-1","value":3}])",
         R"({"a":[1,2,3]})"},
        {"AddDocument", R"({"a":1})", R"([{"op":"add","path":"","value":[1]}])", "[1]"},
        {"Escapes", "{}", R"([{"op":"add","path":"/a~1b~0c","value":1}])", R"({"a/b~c":1})"},
        {"RemoveMember", R"({"a":1,"b":2})", R"([{"op":"remove","path":"/a"}])", R"({"b":2})"},
        {"RemoveLastItem", R"({"a":[1,2,3]})", R"([{"op":"remove","path":"/a/-1"}])", R"({"a":[1,2]})"},
        {"RemoveWhatIsNotThere", R"({"a":[1]})",
         R"([{"op":"remove","path":"/b/c"},{"op":"remove","path":"/a/7"},{"op":"remove","path":"/c"}])",
         R"({"a":[1]})"},
        {"Replace", R"({"a":[{"b":1}]})", R"([{"op":"replace","path":"/a/0/b","value":2}])",
         R"({"a":[{"b":2}]})"},
        {"Move", R"({"a":{"b":1},"c":{}})", R"([{"op":"move","from":"/a/b","path":"/c/d"}])",
         R"({"a":{},"c":{"d":1}})"},
        {"CopyIsIndependent", R"({"a":{"b":1}})",
         R"([{"op":"copy","from":"/a","path":"/c"},{"op":"replace","path":"/c/b","value":2}])",
         R"({"a":{"b":1},"c":{"b":2}})"},
        {"TestHolds", R"({"a":[1,{"b":2.0}]})", R"([{"op":"test","path":"/a","value":[1,{"b":2}]}])",
         R"({"a":[1,{"b":2}]})"},
        {"TestOfNothingIsNull", "{}", R"([{"op":"test","path":"/a","value":null}])", "{}"},
        {"LaterOperationsSeeEarlierOnes", "{}",
         R"([{"op":"add","path":"/a/-","value":1},{"op":"add","path":"/a/-","value":2},{"op":"remove","path":"/a/0"}])",
         R"({"a":[2]})"},
        {"PathWithoutSlash", R"({"a":{"b":1}})", R"([{"op":"remove","path":"x/a"}])", "{}"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Fails, LenientPatch,
    ::testing::ValuesIn(Rows{
        {"NoArray", "{}", "{}", "json: cannot unmarshal object into Go value of type jsonpatch.Patch"},
        {"NoObject", "{}", "[1]", "json: cannot unmarshal number into Go value of type jsonpatch.Operation"},
        {"UnknownOperation", "{}", R"([{"op":"put","path":"/a"}])",
         R"(invalid operation {"op":"put","path":"/a"}: unsupported operation)"},
        {"NoPath", "{}", R"([{"op":"remove"}])",
         R"(invalid operation {"op":"remove"}: failed to decode 'path': operation missing path field: missing value)"},
        {"PathIsNoString", "{}", R"([{"op":"remove","path":1}])",
         R"(invalid operation {"op":"remove","path":1}: failed to decode 'path': json: cannot unmarshal number into Go value of type string)"},
        {"NoValue", "{}", R"([{"op":"add","path":"/a"}])",
         R"(invalid operation {"op":"add","path":"/a"}: failed to decode 'value': operation, missing value field: missing value)"},
        {"NoFrom", "{}", R"([{"op":"move","path":"/a"}])",
         R"(invalid operation {"op":"move","path":"/a"}: failed to decode 'from': operation, missing from field: missing value)"},
        {"AddBehindTheEnd", R"({"a":[]})", R"([{"op":"add","path":"/a/1","value":0}])",
         "error in add for path: '/a/1': Unable to access invalid index: 1: invalid index referenced"},
        {"AddAtWord", R"({"a":[]})", R"([{"op":"add","path":"/a/x","value":0}])",
         "error in add for path: '/a/x': value was not a proper array index: 'x': strconv.Atoi: parsing "
         "\"x\": invalid "
         "syntax"},
        {"AddAtHugeIndex", R"({"a":[]})", R"([{"op":"add","path":"/a/9223372036854775808","value":0}])",
         "error in add for path: '/a/9223372036854775808': value was not a proper array index: "
         "'9223372036854775808': strconv.Atoi: parsing \"9223372036854775808\": value out of range"},
        {"PaddingIsLimited", "{}", R"([{"op":"add","path":"/a/1000000000","value":0}])",
         "Unable to access invalid index: 1000000000: invalid index referenced"},
        {"AddBelowScalar", R"({"a":1})", R"([{"op":"add","path":"/a/b","value":0}])",
         "invalid state detected"},
        {"ReplaceOfNothing", R"({"a":{}})", R"([{"op":"replace","path":"/a/b","value":0}])",
         "replace operation does not apply: doc is missing key: /a/b: missing value"},
        {"ReplaceWithoutParent", "{}", R"([{"op":"replace","path":"/a/b","value":0}])",
         "replace operation does not apply: doc is missing path: /a/b: missing value"},
        {"MoveOfNothing", "{}", R"([{"op":"move","from":"/a","path":"/b"}])",
         "error in move for path: 'a': unable to get nonexistent key: a: missing value"},
        {"CopyWithoutDestination", R"({"a":1})", R"([{"op":"copy","from":"/a","path":"/b/c"}])",
         "copy operation does not apply: doc is missing destination path: /b/c: missing value"},
        {"TestFails", R"({"a":1})", R"([{"op":"test","path":"/a","value":2}])",
         "testing value /a failed: test failed"},
        {"TestOfNothing", "{}", R"([{"op":"test","path":"/a","value":2}])",
         "testing value /a failed: test failed"},
        {"FirstErrorCounts", R"({"a":1})",
         R"([{"op":"remove","path":"/a"},{"op":"replace","path":"/a","value":2},{"op":"test","path":"/x","value":1}])",
         "replace operation does not apply: doc is missing key: /a: missing value"},
    }),
    NameOf);

TEST(ApplyPatch, StrictByDefault) {
  EXPECT_EQ(Applied("{}", R"([{"op":"add","path":"/a/b","value":1}])", {}),
            R"(add operation does not apply: doc is missing path: "/a/b": missing value)");
  EXPECT_EQ(Applied("{}", R"([{"op":"remove","path":"/a/b"}])", {}),
            R"(remove operation does not apply: doc is missing path: "/a/b": missing value)");
  EXPECT_EQ(Applied("{}", R"([{"op":"remove","path":"/a"}])", {}),
            "error in remove for path: '/a': unable to remove nonexistent key: a: missing value");
  EXPECT_EQ(Applied("[1]", R"([{"op":"remove","path":"/-1"}])", {.support_negative_indices = false}),
            "error in remove for path: '/-1': Unable to access invalid index: -1: invalid index referenced");
}

TEST(ApplyPatch, GrowthIsLimited) {
  const auto times = [](std::string_view operation, int count) {
    std::string patch = "[";
    for (int i = 0; i < count; ++i) patch += (i == 0 ? "" : ",") + std::string(operation);
    return patch + "]";
  };
  EXPECT_EQ(Applied("{}", times(R"({"op":"remove","path":"/a"})", 10'000), kLenient), "{}");
  EXPECT_EQ(Applied("{}", times(R"({"op":"remove","path":"/a"})", 10'001), kLenient),
            "a patch of 10001 operations; at most 10000 are allowed");
  EXPECT_EQ(Applied(R"({"a":[1]})", times(R"({"op":"copy","from":"/a","path":"/a/-"})", 100), kLenient),
            "error while performing deep copy: the copies are too large or too deep");
  std::string deep;
  for (int i = 0; i < 513; ++i) deep += "/a";
  EXPECT_EQ(Applied("{}", R"([{"op":"add","path":")" + deep + R"(","value":1}])", kLenient),
            "path is more than 512 deep");
}

struct DiffCase {
  const char* name;
  std::string from;
  std::string to;
  std::string patch;
};

class DiffTest : public ::testing::TestWithParam<DiffCase> {};
TEST_P(DiffTest, LeadsFromOneToTheOther) {
  Arena arena;
  const Value from = *Parse(GetParam().from, arena);
  const Value to = *Parse(GetParam().to, arena);
  const auto patch = Diff(from, to, arena);
  std::string text;
  WritePatch(patch, text);
  EXPECT_EQ(text, GetParam().patch);
  EXPECT_EQ(ToString(EncodePatch(patch, arena)), GetParam().patch);
  if (!to.is_array() && !to.is_object()) return;
  const auto result = ApplyPatch(from, patch, arena);
  ASSERT_TRUE(result.has_value()) << result.error().message();
  EXPECT_EQ(ToString(*result), ToString(to));
}

INSTANTIATE_TEST_SUITE_P(
    Values, DiffTest,
    ::testing::ValuesIn(std::vector<DiffCase>{
        {"Equal", R"({"a":[1,{"b":null}]})", R"({"a":[1,{"b":null}]})", "[]"},
        {"MembersInOrder", R"({"a":1,"b":2,"c":3})", R"({"b":4,"d":5,"e":null})",
         R"([{"op":"replace","path":"/b","value":4},{"op":"add","path":"/d","value":5},{"op":"add","path":"/e","value":null},{"op":"remove","path":"/a"},{"op":"remove","path":"/c"}])"},
        {"NestedAndEscaped", R"({"a/b":{"c~d":1}})", R"({"a/b":{"c~d":2}})",
         R"([{"op":"replace","path":"/a~1b/c~0d","value":2}])"},
        {"ShorterArray", R"({"a":[1,2,3,4]})", R"({"a":[1,5]})",
         R"([{"op":"remove","path":"/a/3"},{"op":"remove","path":"/a/2"},{"op":"replace","path":"/a/1","value":5}])"},
        {"LongerArray", R"({"a":[1]})", R"({"a":[0,2,3]})",
         R"([{"op":"add","path":"/a/1","value":2},{"op":"add","path":"/a/2","value":3},{"op":"replace","path":"/a/0","value":0}])"},
        {"KindChanges", R"({"a":{"b":1},"c":1,"d":null})", R"({"a":[1],"c":"1","d":{}})",
         R"([{"op":"replace","path":"/a","value":[1]},{"op":"replace","path":"/c","value":"1"},{"op":"replace","path":"/d","value":{}}])"},
        {"NumbersByValue", R"({"a":1,"b":1})", R"({"a":1.0,"b":1.5})",
         R"([{"op":"replace","path":"/b","value":1.5}])"},
        {"WholeDocument", "1", "2", R"([{"op":"replace","path":"","value":2}])"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WritePatch, EveryOperation) {
  Arena arena;
  const std::string text =
      R"([{"from":"/a","op":"move","path":"/b"},{"from":"/a","op":"copy","path":"/<"},{"op":"test","path":"/a","value":null}])";
  const auto patch = DecodePatch(*Parse(text, arena), arena);
  ASSERT_TRUE(patch.has_value());
  std::string written;
  WritePatch(*patch, written);
  EXPECT_EQ(written, text);
  written.clear();
  WritePatch(std::span(*patch).subspan(1, 1), written, true);
  EXPECT_EQ(written, R"([{"from":"/a","op":"copy","path":"/\u003c"}])");
}

}  // namespace
}  // namespace ephor::json
