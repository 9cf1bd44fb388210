#include "pattern/overlay.h"

#include <gtest/gtest.h>

#include <string>

#include "json/builder.h"
#include "json/parse.h"

namespace ephor::pattern {
namespace {

using Kind = MatchResult::Kind;

// Recorded from the reference, with the exact texts.
struct OverlayCase {
  const char* name;      // says what the row proves; it is what a failing run prints
  const char* pattern;   // JSON
  const char* resource;  // JSON
  Kind kind;
  std::string_view path;
  std::string_view message;
};

class OverlayTest : public ::testing::TestWithParam<OverlayCase> {};
TEST_P(OverlayTest, Match) {
  const OverlayCase& c = GetParam();
  SCOPED_TRACE(std::string(c.pattern) + " against " + c.resource);
  Arena policy_arena, arena;
  const auto pattern = json::Parse(c.pattern, policy_arena);
  const auto resource = json::Parse(c.resource, arena);
  ASSERT_TRUE(pattern && resource);
  const auto overlay = Overlay::Compile(*pattern, policy_arena);
  ASSERT_TRUE(overlay);
  const MatchResult result = overlay->Match(*resource, arena);
  EXPECT_EQ(result.kind, c.kind);
  EXPECT_EQ(result.path, c.path);
  EXPECT_EQ(result.message, c.message);
  const MatchResult found = overlay->Find(*resource, arena);
  EXPECT_EQ(found.kind, c.kind);
  EXPECT_EQ(found.path, c.path);
  EXPECT_EQ(found.message, found.kind == Kind::kFail && found.message.empty() ? "" : c.message);
  EXPECT_EQ(overlay->Passes(*resource, arena), c.kind == Kind::kPass);
}

INSTANTIATE_TEST_SUITE_P(
    Structure, OverlayTest,
    ::testing::ValuesIn<OverlayCase>({
        {"EmptyPatternFitsAnyObject", R"j({})j", R"j({"a":1})j", Kind::kPass, "", ""},
        {"PlainKeys", R"j({"spec":{"a":"x","b":1}})j", R"j({"spec":{"a":"x","b":1,"c":2}})j", Kind::kPass, "",
         ""},
        {"LeafDiffers", R"j({"spec":{"a":"x"}})j", R"j({"spec":{"a":"y"}})j", Kind::kFail, "/spec/a/",
         "resource value 'y' does not match 'x' at path /spec/a/"},
        {"MissingLeafIsNull", R"j({"spec":{"a":"<5"}})j", R"j({"spec":{}})j", Kind::kPass, "", ""},
        {"MissingLeafFails", R"j({"spec":{"a":"x"}})j", R"j({"spec":{}})j", Kind::kFail, "/spec/a/",
         "resource value '<nil>' does not match 'x' at path /spec/a/"},
        {"MissingObject", R"j({"spec":{"a":{"b":"x"}}})j", R"j({"spec":{}})j", Kind::kFail, "/spec/a/",
         "pattern and resource have different structures. Path: /spec/a/. Expected map[string]interface {}, "
         "found <nil>"},
        {"ObjectExpectedTextFound", R"j({"spec":{"a":"x"}})j", R"j({"spec":"text"})j", Kind::kFail, "/spec/",
         "pattern and resource have different structures. Path: /spec/. Expected map[string]interface {}, "
         "found string"},
        {"ObjectExpectedListFound", R"j({"spec":{"a":"x"}})j", R"j({"spec":["text"]})j", Kind::kFail,
         "/spec/",
         "pattern and resource have different structures. Path: /spec/. Expected map[string]interface {}, "
         "found []interface {}"},
        {"RootIsNoObject", R"j({"spec":{}})j", R"j([])j", Kind::kFail, "/",
         "pattern and resource have different structures. Path: /. Expected map[string]interface {}, found "
         "[]interface {}"},
        {"LeafAgainstObject", R"j({"spec":"x"})j", R"j({"spec":{"a":1}})j", Kind::kFail, "/spec/",
         "resource value 'map[a:1]' does not match 'x' at path /spec/"},
        {"NullLeafAgainstMissing", R"j({"spec":{"a":null}})j", R"j({"spec":{}})j", Kind::kPass, "", ""},
        {"NullLeafAgainstValue", R"j({"spec":{"a":null}})j", R"j({"spec":{"a":"x"}})j", Kind::kFail,
         "/spec/a/", "resource value 'x' does not match '<nil>' at path /spec/a/"},
        {"StarWantsPresence", R"j({"spec":{"a":"*"}})j", R"j({"spec":{"a":{}}})j", Kind::kPass, "", ""},
        {"StarOnMissingFailsAtParent", R"j({"spec":{"a":"*"}})j", R"j({"spec":{}})j", Kind::kFail, "/spec/",
         "/spec//a not found"},
        {"StarOnNullFailsAtParent", R"j({"spec":{"a":"*"}})j", R"j({"spec":{"a":null}})j", Kind::kFail,
         "/spec/", "/spec//a not found"},
        {"SomethingOnMissingFailsAtField", R"j({"spec":{"a":"?*"}})j", R"j({"spec":{}})j", Kind::kFail,
         "/spec/a/", "resource value '<nil>' does not match '?*' at path /spec/a/"},
        {"SomethingOnObject", R"j({"spec":{"a":"?*"}})j", R"j({"spec":{"a":{}}})j", Kind::kFail, "/spec/a/",
         "resource value 'map[]' does not match '?*' at path /spec/a/"},
        {"StarAtRoot", R"j({"a":"*"})j", R"j({})j", Kind::kFail, "/", "//a not found"},
        {"KeysInOrder", R"j({"b":"x","a":"x","c":"x"})j", R"j({"a":"y","b":"y","c":"y"})j", Kind::kFail,
         "/a/", "resource value 'y' does not match 'x' at path /a/"},
        {"KeysWithAnchorsInsideComeFirstReversed", R"j({"a":"x","b":{"=(c)":"x"},"d":{"=(c)":"x"}})j",
         R"j({"a":"y","b":{"c":"y"},"d":{"c":"y"}})j", Kind::kFail, "/d/c/",
         "resource value 'y' does not match 'x' at path /d/c/"},
        {"AddAnchorIsAPlainKey", R"j({"spec":{"+(a)":"x"}})j", R"j({"spec":{"a":"y"}})j", Kind::kFail,
         "/spec/+(a)/", "resource value '<nil>' does not match 'x' at path /spec/+(a)/"},
        {"ScalarPatternAtRoot", R"j("x")j", R"j("x")j", Kind::kPass, "", ""},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Arrays, OverlayTest,
    ::testing::ValuesIn<OverlayCase>({
        {"EveryElement", R"j({"c":[{"image":"*:1"}]})j", R"j({"c":[{"image":"a:1"},{"image":"b:2"}]})j",
         Kind::kFail, "/c/1/image/", "resource value 'b:2' does not match '*:1' at path /c/1/image/"},
        {"EmptyResourceArray", R"j({"c":[{"image":"*:1"}]})j", R"j({"c":[]})j", Kind::kPass, "", ""},
        {"MissingArray", R"j({"c":[{"image":"*:1"}]})j", R"j({})j", Kind::kFail, "/c/",
         "validation rule failed at path /c/, resource does not satisfy the expected overlay pattern"},
        {"ArrayAgainstObject", R"j({"c":[{"image":"*:1"}]})j", R"j({"c":{}})j", Kind::kFail, "/c/",
         "validation rule failed at path /c/, resource does not satisfy the expected overlay pattern"},
        {"ElementIsNoObject", R"j({"c":[{"image":"*:1"}]})j", R"j({"c":["x"]})j", Kind::kFail, "/c/0/",
         "pattern and resource have different structures. Path: /c/0/. Expected map[string]interface {}, "
         "found string"},
        {"OnlyTheFirstPatternElementCounts", R"j({"c":[{"a":"x"},{"a":"y"}]})j",
         R"j({"c":[{"a":"x"},{"a":"x"}]})j", Kind::kPass, "", ""},
        {"Leaves", R"j({"c":["!x"]})j", R"j({"c":["a","x"]})j", Kind::kFail, "/c/",
         "resource value '[a x]' does not match '!x' at path /c/"},
        {"LeavesFit", R"j({"c":["a|b"]})j", R"j({"c":["a","b"]})j", Kind::kPass, "", ""},
        {"LeavesAgainstNoArray", R"j({"c":["a"]})j", R"j({"c":"a"})j", Kind::kFail, "/c/",
         "validation rule failed at path /c/, resource does not satisfy the expected overlay pattern"},
        {"LeafAgainstArray", R"j({"c":"<10"})j", R"j({"c":[1,2]})j", Kind::kPass, "", ""},
        {"LeafAgainstEmptyArray", R"j({"c":"x"})j", R"j({"c":[]})j", Kind::kPass, "", ""},
        {"LeafAgainstArrayDiffers", R"j({"c":"x"})j", R"j({"c":["x","y"]})j", Kind::kFail, "/c/",
         "resource value '[x y]' does not match 'x' at path /c/"},
        {"NullElement", R"j({"c":[null]})j", R"j({"c":[0,"",false]})j", Kind::kPass, "", ""},
        {"EmptyPatternArray", R"j({"c":[]})j", R"j({"c":[1]})j", Kind::kFail, "/c/", "pattern Array empty"},
        {"EmptyPatternArrayNoArray", R"j({"c":[]})j", R"j({})j", Kind::kFail, "/c/",
         "validation rule failed at path /c/, resource does not satisfy the expected overlay pattern"},
        {"Pairs", R"j({"c":[["a"],["b"]]})j", R"j({"c":[["a"],["b"],["z"]]})j", Kind::kPass, "", ""},
        {"PairsDiffer", R"j({"c":[["a"],["b"]]})j", R"j({"c":[["a"],["c"]]})j", Kind::kFail, "/c/1/",
         "resource value '[c]' does not match 'b' at path /c/1/"},
        {"PairsTooShort", R"j({"c":[["a"],["b"]]})j", R"j({"c":[["a"]]})j", Kind::kError, "",
         "validate Array failed, array length mismatch, resource Array len is 1 and pattern Array len is 2"},
        {"PairsMixed", R"j({"c":[["a"],{"x":"1"},"t"]})j", R"j({"c":[["a"],{"x":"1"},"u"]})j", Kind::kFail,
         "/c/2/", "resource value 'u' does not match 't' at path /c/2/"},
        {"PairsAllSkip", R"j({"c":[[{"(a)":"x"}]]})j", R"j({"c":[[{"a":"y"}]]})j", Kind::kSkip, "",
         "conditional anchor mismatch: resource value 'y' does not match 'x' at path /c/0/0/a/"},
        {"PairsSomeSkip", R"j({"c":[[{"(a)":"x"}],[{"(a)":"y"}]]})j", R"j({"c":[[{"a":"y"}],[{"a":"y"}]]})j",
         Kind::kPass, "", ""},
        {"Nested", R"j({"c":[{"p":[{"h":"0-10"}]}]})j",
         R"j({"c":[{"p":[{"h":5}]},{"p":[{"h":1},{"h":80}]}]})j", Kind::kFail, "/c/1/p/1/h/",
         "resource value '80' does not match '0-10' at path /c/1/p/1/h/"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Conditional, OverlayTest,
    ::testing::ValuesIn<OverlayCase>({
        {"Applies", R"j({"c":[{"(name)":"x*","tag":"1"}]})j", R"j({"c":[{"name":"x1","tag":"1"}]})j",
         Kind::kPass, "", ""},
        {"AppliesAndFails", R"j({"c":[{"(name)":"x*","tag":"1"}]})j", R"j({"c":[{"name":"x1","tag":"2"}]})j",
         Kind::kFail, "/c/0/tag/", "resource value '2' does not match '1' at path /c/0/tag/"},
        {"SkipsAll", R"j({"c":[{"(name)":"x*","tag":"1"}]})j",
         R"j({"c":[{"name":"y","tag":"2"},{"name":"z","tag":"2"}]})j", Kind::kSkip, "",
         "conditional anchor mismatch: resource value 'y' does not match 'x*' at path /c/0/name/; "
         "conditional anchor mismatch: resource value 'z' does not match 'x*' at path /c/1/name/"},
        {"SkipsSome", R"j({"c":[{"(name)":"x*","tag":"1"}]})j",
         R"j({"c":[{"name":"y","tag":"2"},{"name":"x","tag":"1"}]})j", Kind::kPass, "", ""},
        {"SkipsSomeOtherFails", R"j({"c":[{"(name)":"x*","tag":"1"}]})j",
         R"j({"c":[{"name":"y","tag":"2"},{"name":"x","tag":"3"}]})j", Kind::kFail, "/c/1/tag/",
         "resource value '3' does not match '1' at path /c/1/tag/"},
        {"KeyMissing", R"j({"spec":{"(a)":"x","b":"y"}})j", R"j({"spec":{"b":"z"}})j", Kind::kSkip, "",
         "conditional anchor mismatch: conditional anchor key doesn't exist in the resource"},
        {"KeyNull", R"j({"spec":{"(a)":"*","b":"y"}})j", R"j({"spec":{"a":null,"b":"z"}})j", Kind::kSkip, "",
         "conditional anchor mismatch: resource value '<nil>' does not match '*' at path /spec/a/"},
        {"Object", R"j({"spec":{"(a)":{"b":"x"},"c":"y"}})j", R"j({"spec":{"a":{"b":"z"},"c":"z"}})j",
         Kind::kSkip, "",
         "conditional anchor mismatch: resource value 'z' does not match 'x' at path /spec/a/b/"},
        {"ObjectWrongStructure", R"j({"spec":{"(a)":{"b":"x"},"c":"y"}})j", R"j({"spec":{"a":"t","c":"z"}})j",
         Kind::kSkip, "",
         "conditional anchor mismatch: pattern and resource have different structures. Path: /spec/a/. "
         "Expected map[string]interface {}, found string"},
        {"TwoFail", R"j({"spec":{"(a)":"x","(b)":"x"}})j", R"j({"spec":{"a":"y","b":"y"}})j", Kind::kSkip, "",
         "conditional anchor mismatch: resource value 'y' does not match 'x' at path /spec/a/; conditional "
         "anchor mismatch: resource value 'y' does not match 'x' at path /spec/b/"},
        {"OneOfTwoFails", R"j({"spec":{"(a)":"x","(b)":"x","c":"1"}})j",
         R"j({"spec":{"a":"x","b":"y","c":"2"}})j", Kind::kSkip, "",
         "conditional anchor mismatch: resource value 'y' does not match 'x' at path /spec/b/"},
        {"AroundNegation", R"j({"spec":{"(a)":{"X(b)":"null"}}})j", R"j({"spec":{"a":{"b":1}}})j",
         Kind::kSkip, "",
         "conditional anchor mismatch: negation anchor matched in resource: /spec/a/b/ is not allowed"},
        {"SkipHidesLaterFailures", R"j({"spec":{"(a)":"x","X(b)":"null","=(c)":"1"}})j",
         R"j({"spec":{"a":"y","b":1,"c":"2"}})j", Kind::kSkip, "",
         "conditional anchor mismatch: resource value 'y' does not match 'x' at path /spec/a/"},
        {"AtRoot", R"j({"(kind)":"Pod","spec":{"a":"1"}})j", R"j({"kind":"Job","spec":{"a":"2"}})j",
         Kind::kSkip, "",
         "conditional anchor mismatch: resource value 'Job' does not match 'Pod' at path /kind/"},
        {"PlainFailureBesideMissingAnchorIsAnError", R"j({"spec":{"a":"x","c":[{"^(foo)":[{"b":"1"}]}]}})j",
         R"j({"spec":{"a":"y","c":[{"z":1}]}})j", Kind::kError, "",
         "resource value 'y' does not match 'x' at path /spec/a/"},
        {"AnchorPresentSomewhereIsEnough", R"j({"spec":{"c":[{"(n)":"x","a":"1"}],"d":"1"}})j",
         R"j({"spec":{"c":[{"n":"x","a":"1"},{"a":"1"}],"d":"2"}})j", Kind::kFail, "/spec/d/",
         "resource value '2' does not match '1' at path /spec/d/"},
        {"AnchorMissingEverywhereIsAnError", R"j({"spec":{"c":[{"=(p)":{"(n)":"x"}}],"d":"1"}})j",
         R"j({"spec":{"c":[{"p":{}},{"q":1}],"d":"2"}})j", Kind::kError, "",
         "resource value '2' does not match '1' at path /spec/d/"},
        {"NestedSkipWithAppliedSiblingGoesOn", R"j({"spec":{"=(a)":{"(b)":"x"},"=(c)":"1","d":"1"}})j",
         R"j({"spec":{"a":{"b":"y"},"c":"1","d":"1"}})j", Kind::kPass, "", ""},
        {"NestedSkipWithAppliedSiblingGoesOnAndFails",
         R"j({"spec":{"=(a)":{"(b)":"x"},"=(c)":"1","d":"1"}})j",
         R"j({"spec":{"a":{"b":"y"},"c":"1","d":"2"}})j", Kind::kFail, "/spec/d/",
         "resource value '2' does not match '1' at path /spec/d/"},
        {"NestedSkipAlone", R"j({"spec":{"=(a)":{"(b)":"x"},"d":"1"}})j",
         R"j({"spec":{"a":{"b":"y"},"d":"2"}})j", Kind::kSkip, "",
         "conditional anchor mismatch: resource value 'y' does not match 'x' at path /spec/a/b/"},
        {"NestedSkipThenFailure", R"j({"spec":{"=(a)":{"(b)":"x"},"=(c)":"1"}})j",
         R"j({"spec":{"a":{"b":"y"},"c":"2"}})j", Kind::kFail, "/spec/c/",
         "resource value '2' does not match '1' at path /spec/c/"},
        {"ConditionThatPassesBesideNestedSkip", R"j({"spec":{"(k)":"x","=(a)":{"(b)":"x"},"d":"1"}})j",
         R"j({"spec":{"k":"x","a":{"b":"y"},"d":"1"}})j", Kind::kPass, "", ""},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Equality, OverlayTest,
    ::testing::ValuesIn<OverlayCase>({
        {"Absent", R"j({"spec":{"=(a)":"x"}})j", R"j({"spec":{}})j", Kind::kPass, "", ""},
        {"Fits", R"j({"spec":{"=(a)":"x"}})j", R"j({"spec":{"a":"x"}})j", Kind::kPass, "", ""},
        {"Differs", R"j({"spec":{"=(a)":"x"}})j", R"j({"spec":{"a":"y"}})j", Kind::kFail, "/spec/a/",
         "resource value 'y' does not match 'x' at path /spec/a/"},
        {"NullIsPresent", R"j({"spec":{"=(a)":"x"}})j", R"j({"spec":{"a":null}})j", Kind::kFail, "/spec/a/",
         "resource value '<nil>' does not match 'x' at path /spec/a/"},
        {"Deep", R"j({"spec":{"=(a)":[{"=(b)":{"=(c)":false}}]}})j",
         R"j({"spec":{"a":[{"b":{"c":false}},{"b":{"c":true}}]}})j", Kind::kFail, "/spec/a/1/b/c/",
         "resource value 'true' does not match 'false' at path /spec/a/1/b/c/"},
        {"OrderOfAnchors", R"j({"spec":{"=(b)":"x","=(a)":"x","X(c)":"null"}})j",
         R"j({"spec":{"a":"y","b":"y","c":1}})j", Kind::kFail, "/spec/a/",
         "resource value 'y' does not match 'x' at path /spec/a/"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Negation, OverlayTest,
    ::testing::ValuesIn<OverlayCase>({
        {"Absent", R"j({"spec":{"X(a)":"null"}})j", R"j({"spec":{}})j", Kind::kPass, "", ""},
        {"Present", R"j({"spec":{"X(a)":"null"}})j", R"j({"spec":{"a":1}})j", Kind::kFail, "/spec/a/",
         "negation anchor matched in resource: /spec/a/ is not allowed"},
        {"PresentNull", R"j({"spec":{"X(a)":"null"}})j", R"j({"spec":{"a":null}})j", Kind::kFail, "/spec/a/",
         "negation anchor matched in resource: /spec/a/ is not allowed"},
        {"ValueIsIgnored", R"j({"spec":{"X(a)":"x"}})j", R"j({"spec":{"a":"y"}})j", Kind::kFail, "/spec/a/",
         "negation anchor matched in resource: /spec/a/ is not allowed"},
        {"InArray", R"j({"c":[{"X(a)":"null"}]})j", R"j({"c":[{"b":1},{"a":1}]})j", Kind::kFail, "/c/1/a/",
         "negation anchor matched in resource: /c/1/a/ is not allowed"},
        {"FailsEvenWithMissingAnchors", R"j({"a":{"=(q)":{"^(r)":[{}]}},"c":[{"X(a)":"null"}]})j",
         R"j({"a":{"q":{}},"c":[{"a":1}]})j", Kind::kFail, "/c/0/a/",
         "negation anchor matched in resource: /c/0/a/ is not allowed"},
        {"AbsentDoesNotMakeAnError", R"j({"spec":{"X(a)":"null","b":"1"}})j", R"j({"spec":{"b":"2"}})j",
         Kind::kFail, "/spec/b/", "resource value '2' does not match '1' at path /spec/b/"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Existence, OverlayTest,
    ::testing::ValuesIn<OverlayCase>({
        {"Absent", R"j({"spec":{"^(a)":[{"b":"x"}]}})j", R"j({"spec":{}})j", Kind::kPass, "", ""},
        {"Some", R"j({"spec":{"^(a)":[{"b":"x"}]}})j", R"j({"spec":{"a":[{"b":"y"},{"b":"x"}]}})j",
         Kind::kPass, "", ""},
        {"None", R"j({"spec":{"^(a)":[{"b":"x"}]}})j", R"j({"spec":{"a":[{"b":"y"},{"c":"x"}]}})j",
         Kind::kFail, "/spec/a/", "existence anchor validation failed at path /spec/a/"},
        {"EmptyArray", R"j({"spec":{"^(a)":[{"b":"x"}]}})j", R"j({"spec":{"a":[]}})j", Kind::kFail,
         "/spec/a/", "existence anchor validation failed at path /spec/a/"},
        {"EachPatternElement", R"j({"spec":{"^(a)":[{"b":"x"},{"b":"y"}]}})j",
         R"j({"spec":{"a":[{"b":"x"}]}})j", Kind::kFail, "/spec/a/",
         "existence anchor validation failed at path /spec/a/"},
        {"EachPatternElementFound", R"j({"spec":{"^(a)":[{"b":"x"},{"b":"y"}]}})j",
         R"j({"spec":{"a":[{"b":"y"},{"b":"x"}]}})j", Kind::kPass, "", ""},
        {"NotAList", R"j({"spec":{"^(a)":[{"b":"x"}]}})j", R"j({"spec":{"a":{"b":"x"}}})j", Kind::kFail,
         "/spec/a/",
         "invalid resource type map[string]interface {}: Existence ^ () anchor can be used only on "
         "list/array type resource"},
        {"Null", R"j({"spec":{"^(a)":[{"b":"x"}]}})j", R"j({"spec":{"a":null}})j", Kind::kFail, "/spec/a/",
         "invalid resource type <nil>: Existence ^ () anchor can be used only on list/array type resource"},
        {"PatternIsNoList", R"j({"spec":{"^(a)":{"b":"x"}}})j", R"j({"spec":{"a":[{"b":"x"}]}})j",
         Kind::kFail, "/spec/a/",
         "invalid pattern type map[string]interface {}: Pattern has to be of list to compare against "
         "resource"},
        {"PatternElementsAreNoObjects", R"j({"spec":{"^(a)":["x"]}})j", R"j({"spec":{"a":["x"]}})j",
         Kind::kFail, "/spec/a/",
         "invalid pattern type []interface {}: Pattern has to be of type map to compare against items in "
         "resource"},
        {"PatternElementsAreLateNoObjects", R"j({"spec":{"^(a)":[{"b":"x"},"x"]}})j",
         R"j({"spec":{"a":[{"b":"x"}]}})j", Kind::kFail, "/spec/a/",
         "invalid pattern type []interface {}: Pattern has to be of type map to compare against items in "
         "resource"},
        {"EarlierElementsFirst", R"j({"spec":{"^(a)":[{"b":"x"},"x"]}})j", R"j({"spec":{"a":[{"b":"y"}]}})j",
         Kind::kFail, "/spec/a/", "existence anchor validation failed at path /spec/a/"},
        {"EmptyPatternList", R"j({"spec":{"^(a)":[]}})j", R"j({"spec":{"a":[{"b":"y"}]}})j", Kind::kPass, "",
         ""},
        {"ASkipIsNoMatch", R"j({"spec":{"^(a)":[{"(b)":"x"}]}})j", R"j({"spec":{"a":[{"b":"y"}]}})j",
         Kind::kFail, "/spec/a/", "existence anchor validation failed at path /spec/a/"},
        {"ElementsThatAreNoObjects", R"j({"spec":{"^(a)":[{"b":"x"}]}})j",
         R"j({"spec":{"a":["x",{"b":"x"}]}})j", Kind::kPass, "", ""},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Global, OverlayTest,
    ::testing::ValuesIn<OverlayCase>({
        {"Holds", R"j({"spec":{"<(a)":"x","b":"1"}})j", R"j({"spec":{"a":"x","b":"1"}})j", Kind::kPass, "",
         ""},
        {"HoldsAndFails", R"j({"spec":{"<(a)":"x","b":"1"}})j", R"j({"spec":{"a":"x","b":"2"}})j",
         Kind::kFail, "/spec/b/", "resource value '2' does not match '1' at path /spec/b/"},
        {"SkipsTheRule", R"j({"spec":{"<(a)":"x","b":"1"}})j", R"j({"spec":{"a":"y","b":"2"}})j", Kind::kSkip,
         "", "global anchor mismatch: resource value 'y' does not match 'x' at path /spec/a/"},
        {"AbsentHolds", R"j({"spec":{"<(a)":"x","b":"1"}})j", R"j({"spec":{"b":"1"}})j", Kind::kPass, "", ""},
        {"AbsentHoldsAndFails", R"j({"spec":{"<(a)":"x","b":"1"}})j", R"j({"spec":{"b":"2"}})j", Kind::kFail,
         "/spec/b/", "resource value '2' does not match '1' at path /spec/b/"},
        {"BeforeFailuresOfOtherKeys", R"j({"a":"x","z":{"y":{"<(b)":"x"}}})j",
         R"j({"a":"y","z":{"y":{"b":"y"}}})j", Kind::kSkip, "",
         "global anchor mismatch: resource value 'y' does not match 'x' at path /z/y/b/"},
        {"AfterAnchors", R"j({"spec":{"<(a)":"x","X(b)":"null"}})j", R"j({"spec":{"a":"y","b":1}})j",
         Kind::kFail, "/spec/b/", "negation anchor matched in resource: /spec/b/ is not allowed"},
        {"InArraySkipsTheElement", R"j({"c":[{"<(image)":"a*","tag":"1"}]})j",
         R"j({"c":[{"image":"b","tag":"2"},{"image":"a","tag":"1"}]})j", Kind::kPass, "", ""},
        {"InArraySkipsAll", R"j({"c":[{"<(image)":"a*","tag":"1"}]})j",
         R"j({"c":[{"image":"b","tag":"2"}]})j", Kind::kSkip, "",
         "global anchor mismatch: resource value 'b' does not match 'a*' at path /c/0/image/"},
        {"UnderEqualityIsTheObjectsOwnSkip", R"j({"spec":{"=(a)":{"<(b)":"x"},"=(c)":"1","d":"1"}})j",
         R"j({"spec":{"a":{"b":"y"},"c":"2","d":"2"}})j", Kind::kSkip, "",
         "global anchor mismatch: resource value 'y' does not match 'x' at path /spec/a/b/"},
        {"UnderConditional", R"j({"spec":{"(a)":{"<(b)":"x"}}})j", R"j({"spec":{"a":{"b":"y"}}})j",
         Kind::kSkip, "",
         "conditional anchor mismatch: global anchor mismatch: resource value 'y' does not match 'x' at path "
         "/spec/a/b/"},
        {"AroundNegation", R"j({"spec":{"<(a)":{"X(b)":"null"}}})j", R"j({"spec":{"a":{"b":1}}})j",
         Kind::kSkip, "",
         "global anchor mismatch: negation anchor matched in resource: /spec/a/b/ is not allowed"},
        {"ReverseOrder", R"j({"<(a)":"x","<(b)":"x"})j", R"j({"a":"y","b":"y"})j", Kind::kSkip, "",
         "global anchor mismatch: resource value 'y' does not match 'x' at path /b/"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Metadata, OverlayTest,
    ::testing::ValuesIn<OverlayCase>({
        {"WildcardLabel", R"j({"metadata":{"labels":{"app.kubernetes.io/*":"?*"}}})j",
         R"j({"metadata":{"labels":{"app.kubernetes.io/name":"x"}}})j", Kind::kPass, "", ""},
        {"WildcardLabelValueDiffers", R"j({"metadata":{"labels":{"app*":"x"}}})j",
         R"j({"metadata":{"labels":{"app1":"y"}}})j", Kind::kFail, "/metadata/labels/app1/",
         "resource value 'y' does not match 'x' at path /metadata/labels/app1/"},
        {"WildcardLabelMissing", R"j({"metadata":{"labels":{"app*":"x"}}})j",
         R"j({"metadata":{"labels":{"b":"y"}}})j", Kind::kFail, "/metadata/labels/app*/",
         "resource value '<nil>' does not match 'x' at path /metadata/labels/app*/"},
        {"WildcardLabelStarMissing", R"j({"metadata":{"labels":{"app*":"*"}}})j",
         R"j({"metadata":{"labels":{"b":"y"}}})j", Kind::kFail, "/metadata/labels/",
         "/metadata/labels//app* not found"},
        {"NoLabels", R"j({"metadata":{"labels":{"app*":"x"}}})j", R"j({"metadata":{}})j", Kind::kFail,
         "/metadata/labels/",
         "pattern and resource have different structures. Path: /metadata/labels/. Expected "
         "map[string]interface {}, found <nil>"},
        {"Anchored", R"j({"metadata":{"annotations":{"=(app/*)":"x"}}})j",
         R"j({"metadata":{"annotations":{"app/1":"y"}}})j", Kind::kFail, "/metadata/annotations/app/1/",
         "resource value 'y' does not match 'x' at path /metadata/annotations/app/1/"},
        {"Negated", R"j({"metadata":{"=(annotations)":{"X(*/allow)":"null"}}})j",
         R"j({"metadata":{"annotations":{"a/allow":"1"}}})j", Kind::kFail, "/metadata/annotations/a/allow/",
         "negation anchor matched in resource: /metadata/annotations/a/allow/ is not allowed"},
        {"NegatedAbsent", R"j({"metadata":{"=(annotations)":{"X(*/allow)":"null"}}})j",
         R"j({"metadata":{"annotations":{"a/deny":"1"}}})j", Kind::kPass, "", ""},
        {"ConditionalWildcardMissing", R"j({"metadata":{"labels":{"(app*)":"x","b":"1"}}})j",
         R"j({"metadata":{"labels":{"b":"2"}}})j", Kind::kSkip, "",
         "conditional anchor mismatch: conditional anchor key doesn't exist in the resource"},
        {"ConditionalWildcardHolds", R"j({"metadata":{"labels":{"(app*)":"x","b":"1"}}})j",
         R"j({"metadata":{"labels":{"app":"x","b":"2"}}})j", Kind::kFail, "/metadata/labels/b/",
         "resource value '2' does not match '1' at path /metadata/labels/b/"},
        {"InTemplates", R"j({"spec":{"template":{"=(metadata)":{"=(labels)":{"a?":"x"}}}}})j",
         R"j({"spec":{"template":{"metadata":{"labels":{"ab":"y"}}}}})j", Kind::kFail,
         "/spec/template/metadata/labels/ab/",
         "resource value 'y' does not match 'x' at path /spec/template/metadata/labels/ab/"},
        {"OrderIsThatOfExpandedKeys", R"j({"metadata":{"labels":{"z*":"x","b":"x"}}})j",
         R"j({"metadata":{"labels":{"za":"y","b":"y"}}})j", Kind::kFail, "/metadata/labels/b/",
         "resource value 'y' does not match 'x' at path /metadata/labels/b/"},
        {"OrderIsThatOfExpandedKeys2", R"j({"metadata":{"labels":{"?z":"x","b":"x"}}})j",
         R"j({"metadata":{"labels":{"az":"y","b":"y"}}})j", Kind::kFail, "/metadata/labels/az/",
         "resource value 'y' does not match 'x' at path /metadata/labels/az/"},
        {"GlobalWildcard", R"j({"metadata":{"labels":{"<(a*)":"x","b":"1"}}})j",
         R"j({"metadata":{"labels":{"ab":"y","b":"2"}}})j", Kind::kSkip, "",
         "global anchor mismatch: resource value 'y' does not match 'x' at path /metadata/labels/ab/"},
        {"OtherMapsAreNotExpanded", R"j({"metadata":{"other":{"a*":"x"}}})j",
         R"j({"metadata":{"other":{"ab":"x"}}})j", Kind::kFail, "/metadata/other/a*/",
         "resource value '<nil>' does not match 'x' at path /metadata/other/a*/"},
        {"LabelsElsewhereAreNotExpanded", R"j({"spec":{"labels":{"a*":"x"}}})j",
         R"j({"spec":{"labels":{"ab":"x"}}})j", Kind::kFail, "/spec/labels/a*/",
         "resource value '<nil>' does not match 'x' at path /spec/labels/a*/"},
        {"OnlyTextsTakePart", R"j({"metadata":{"labels":{"a":null,"b":5,"c":"x"}}})j",
         R"j({"metadata":{"labels":{"a":"y","b":"6","c":"x"}}})j", Kind::kPass, "", ""},
        {"OnlyTextsAreMatched", R"j({"metadata":{"labels":{"a*":"?*"}}})j",
         R"j({"metadata":{"labels":{"ab":5}}})j", Kind::kFail, "/metadata/labels/a*/",
         "resource value '<nil>' does not match '?*' at path /metadata/labels/a*/"},
        {"MetadataWithoutExpansionHasAllEntries", R"j({"spec":{"a":null}})j", R"j({"spec":{"a":"y"}})j",
         Kind::kFail, "/spec/a/", "resource value 'y' does not match '<nil>' at path /spec/a/"},
    }),
    [](const auto& row) { return std::string(row.param.name); });
// Where the reference takes any key that matches, in random order, and keeps the choice for later elements.
TEST(OverlayTest, WildcardKeysAreExpandedForEachObject) {
  Arena arena;
  const auto pattern = json::Parse(R"j({"items":[{"metadata":{"labels":{"a*":"x"}}}]})j", arena);
  const auto resource = json::Parse(
      R"j({"items":[{"metadata":{"labels":{"a1":"x","a2":"y"}}},{"metadata":{"labels":{"a0":"y","a1":"x"}}}]})j",
      arena);
  const MatchResult result = Overlay::Compile(*pattern, arena)->Match(*resource, arena);
  EXPECT_EQ(result.kind, Kind::kFail);
  EXPECT_EQ(result.path, "/items/1/metadata/labels/a0/");
}

// The reference finds the class of an error by its text, so that a value in the object could turn a failure
// into a skip.
TEST(OverlayTest, AValueCannotPretendToBeASkip) {
  Arena arena;
  const auto pattern = json::Parse(R"j({"a":"x"})j", arena);
  const auto resource = json::Parse(R"j({"a":"conditional anchor mismatch"})j", arena);
  EXPECT_EQ(Overlay::Compile(*pattern, arena)->Match(*resource, arena).kind, Kind::kFail);
}

TEST(OverlayTest, APassAllocatesNothing) {
  Arena policy_arena, arena;
  const auto pattern =
      json::Parse(R"j({"spec":{"=(x)":1,"c":[{"(n)":"a*","v":">=1Gi","w":"1h-2h","^(p)":[{"q":"?*"}]}]}})j",
                  policy_arena);
  const auto overlay = Overlay::Compile(*pattern, policy_arena);
  const auto resource = json::Parse(
      R"j({"spec":{"c":[{"n":"abc","v":"2Gi","w":"90m","p":[{"q":"z"}]},{"n":"b","v":1}]}})j", arena);
  const std::size_t before = arena.used_bytes();
  const std::size_t policy_before = policy_arena.used_bytes();
  EXPECT_EQ(overlay->Match(*resource, arena).kind, Kind::kPass);
  EXPECT_EQ(arena.used_bytes(), before);
  EXPECT_EQ(policy_arena.used_bytes(), policy_before);
}

TEST(OverlayTest, DepthIsLimited) {
  Arena arena;
  const auto nested = [&](int depth) {
    json::Value value = json::Value::String("x");
    for (int i = 0; i < depth; ++i) {
      json::ObjectBuilder builder(arena);
      builder.Set("a", value);
      value = builder.Build();
    }
    return value;
  };
  const auto deepest = Overlay::Compile(nested(Overlay::kMaxDepth), arena);
  ASSERT_TRUE(deepest);
  EXPECT_EQ(deepest->Match(nested(Overlay::kMaxDepth), arena).kind, Kind::kPass);
  const MatchResult fails = deepest->Match(nested(Overlay::kMaxDepth - 1), arena);
  EXPECT_EQ(fails.kind, Kind::kFail);
  EXPECT_EQ(fails.path.size(), 1u + 2 * Overlay::kMaxDepth - 2);
  EXPECT_EQ(deepest->Find(nested(Overlay::kMaxDepth - 1), arena).path, fails.path);

  const auto too_deep = Overlay::Compile(nested(Overlay::kMaxDepth + 1), arena);
  ASSERT_FALSE(too_deep);
  EXPECT_EQ(too_deep.error().code(), ErrorCode::kInvalidPolicy);
  EXPECT_EQ(too_deep.error().message(), "the pattern is nested too deeply");
}

}  // namespace
}  // namespace ephor::pattern
