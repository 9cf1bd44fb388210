#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/mutate/strategic_merge.h"
#include "engine/mutate/strategic_overlay.h"
#include "json/write.h"
#include "yaml/load.h"

namespace ephor::engine {
namespace {

struct StrategicCase {
  const char* name;
  std::string_view object;
  std::string_view patch;
  std::string_view expected;  // compact JSON, "unchanged" or "error: MESSAGE"
};

std::string Patched(const StrategicCase& c) {
  Arena arena;
  const auto object = yaml::Load(c.object, arena);
  const auto patch = yaml::Load(c.patch, arena);
  if (!object || !patch) return "bad case";
  const auto overlay = StrategicOverlay::Compile(*patch, arena);
  if (!overlay) return "error: " + overlay.error().message();
  const auto resolved = overlay->Resolve(*object, arena);
  if (!resolved) return "error: " + resolved.error().message();
  if (!*resolved) return "unchanged";
  const auto merged = StrategicMerge(*object, **resolved, arena);
  if (!merged) return "error: " + merged.error().message();
  return SameValue(*merged, *object) ? "unchanged" : json::ToString(*merged);
}

class StrategicTest : public ::testing::TestWithParam<StrategicCase> {};
TEST_P(StrategicTest, Patch) {
  EXPECT_EQ(Patched(GetParam()), GetParam().expected);
}

const auto kName = [](const auto& row) { return std::string(row.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Values, StrategicTest,
    ::testing::ValuesIn<StrategicCase>({
        {"AddsAndReplaces", "{a: 1, b: {c: 2}}", "{b: {c: 3, d: x}, e: [1]}",
         R"({"a":1,"b":{"c":3,"d":"x"},"e":[1]})"},
        {"EqualIsUnchanged", "{a: 1, b: {c: [1, 2]}}", "{a: 1, b: {c: [1, 2]}}", "unchanged"},
        {"NullDeletes", "{a: 1, b: 2}", "{a: null}", R"({"b":2})"},
        {"NullOfNothing", "{a: 1}", "{b: null}", "unchanged"},
        {"NullInAddedMap", "{a: 1}", "{b: {c: null, d: 1}}", R"({"a":1,"b":{"d":1}})"},
        {"NullOfTheObjectStays", "{a: null, b: 1}", "{b: 2}", R"({"a":null,"b":2})"},
        {"OntoNull", "{a: null}", "{a: {b: 1}}", R"({"a":{"b":1}})"},
        {"EmptyMapStays", "{a: 1}", "{volumes: [{name: x, emptyDir: {}}]}",
         R"({"a":1,"volumes":[{"emptyDir":{},"name":"x"}]})"},
        {"MapOntoScalar", "{a: 1}", "{a: {b: 1}}",
         "error: wrong node kind: expected ScalarNode but got MappingNode: node contents:\nb: 1\n"},
        {"ScalarOntoList", "{a: [1]}", "{a: 1}",
         "error: wrong node kind: expected SequenceNode but got ScalarNode: node contents:\n1\n"},
        {"DirectiveDelete", "{a: {b: 1}, c: 1}", "{a: {$patch: delete}}", R"({"c":1})"},
        {"DirectiveReplace", "{a: {b: 1, c: 2}}", "{a: {$patch: replace, d: 3}}", R"({"a":{"d":3}})"},
        {"DirectiveMerge", "{a: {b: 1}}", "{a: {$patch: merge, c: 2}}", R"({"a":{"b":1,"c":2}})"},
        {"DirectiveUnknown", "{a: {b: 1}}", "{a: {$patch: drop}}", "error: unknown patch strategy 'drop'"},
        {"DirectiveDeleteOfNothing", "{a: 1}", "{b: {$patch: delete}}", "unchanged"},
        {"OtherDirectivesAreFields", "{a: {b: 1}}", "{a: {$retainKeys: [b]}}",
         R"({"a":{"$retainKeys":["b"],"b":1}})"},
        {"NotAMap", "{a: 1}", "[1]",
         "error: wrong node kind: expected MappingNode but got SequenceNode: node contents:\n- 1\n"},
        {"EmptyPatch", "{a: 1}", "{}", "unchanged"},
    }),
    kName);

constexpr std::string_view kPod = R"({apiVersion: v1, kind: Pod, spec: {containers: [
  {name: a, image: x}, {name: b, image: w}, {name: c, image: x}]}})";

INSTANTIATE_TEST_SUITE_P(
    Lists, StrategicTest,
    ::testing::ValuesIn<StrategicCase>({
        {"KeylessListIsReplaced",
         "{apiVersion: example.com/v1, kind: Thing, spec: {containers: [{name: a}]}}",
         "{spec: {containers: [{name: b}]}}",
         R"({"apiVersion":"example.com/v1","kind":"Thing","spec":{"containers":[{"name":"b"}]}})"},
        {"PatchedElementsComeFirst", kPod, "{spec: {containers: [{name: b, tty: true}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"w","name":"b","tty":true},)"
         R"({"image":"x","name":"a"},{"image":"x","name":"c"}]}})"},
        {"NewElementComesFirst", kPod, "{spec: {containers: [{name: d}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"d"},{"image":"x","name":"a"},)"
         R"({"image":"w","name":"b"},{"image":"x","name":"c"}]}})"},
        {"InOrderIsUnchanged", kPod, "{spec: {containers: [{name: a, image: x}, {name: b}]}}", "unchanged"},
        {"ElementDeleted", kPod, "{spec: {containers: [{name: b, $patch: delete}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"x","name":"a"},)"
         R"({"image":"x","name":"c"}]}})"},
        {"ListReplaced", kPod, "{spec: {containers: [{$patch: replace}, {name: d}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"d"}]}})"},
        {"ListDeleted", kPod, "{spec: {containers: [{$patch: delete}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{}})"},
        {"TwoElementsForOne", kPod, "{spec: {containers: [{name: a, tty: true}, {name: a, stdin: true}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"x","name":"a","stdin":true,"tty":true},)"
         R"({"image":"w","name":"b"},{"image":"x","name":"c"}]}})"},
        {"SetsAreUnited", "{apiVersion: v1, kind: Pod, metadata: {finalizers: [a, b]}}",
         "{metadata: {finalizers: [c, b]}}",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"finalizers":["c","b","a"]}})"},
        {"TwoKeys",
         "{apiVersion: v1, kind: Service, spec: {ports: [{port: 80, protocol: TCP}, {port: 80, protocol: "
         "UDP}]}}",
         "{spec: {ports: [{port: 80, protocol: UDP, name: u}]}}",
         R"({"apiVersion":"v1","kind":"Service","spec":{"ports":[{"name":"u","port":80,"protocol":"UDP"},)"
         R"({"port":80,"protocol":"TCP"}]}})"},
        {"SecondKeyLeftOut", "{apiVersion: v1, kind: Service, spec: {ports: [{port: 80, protocol: TCP}]}}",
         "{spec: {ports: [{port: 80, name: http}]}}", "unchanged"},
        {"SecondKeyNowhere", "{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}]}}",
         "{spec: {ports: [{port: 80, name: http}]}}",
         R"({"apiVersion":"v1","kind":"Service","spec":{"ports":[{"name":"http","port":80}]}})"},
        {"DeletedElementOfNothing", "{apiVersion: v1, kind: Pod, spec: {}}",
         "{spec: {containers: [{name: a, $patch: delete}, {name: b}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"b"}]}})"},
        {"NullKeysAreLost",
         "{apiVersion: v1, kind: Pod, spec: {containers: [{name: null, image: x}, {name: a}]}}",
         "{metadata: {name: p}}",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"a"}]}})"},
        {"ListOntoMap", "{apiVersion: v1, kind: Pod, spec: {containers: {a: 1}}}",
         "{spec: {containers: [{name: b}]}}",
         "error: wrong node kind: expected MappingNode but got SequenceNode: node contents:\n- name: b\n"},
    }),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Anchors, StrategicTest,
    ::testing::ValuesIn<StrategicCase>({
        {"ConditionHolds", "{a: x, b: 1}", "{(a): x, b: 2}", R"({"a":"x","b":2})"},
        {"ConditionFails", "{a: y, b: 1}", "{(a): x, b: 2}", "unchanged"},
        {"ConditionOnNothing", "{b: 1}", "{(a): x, b: 2}", "unchanged"},
        {"ConditionComparesTexts", "{a: true, b: 5, c: null}", "{(a): 'true', (b): '5', (c): 'null', d: 1}",
         R"({"a":true,"b":5,"c":null,"d":1})"},
        {"ConditionOnMap", "{s: {a: x, b: 1}}", "{s: {(a): 'x*', b: 2}}", R"({"s":{"a":"x","b":2}})"},
        {"ConditionBelowEndsAll", "{s: {a: y}, t: 1}", "{s: {(a): x}, t: 2}", "unchanged"},
        {"ConditionMapStays", "{m: {l: {app: x}, k: 1}}", "{m: {(l): {app: x}, k: 2}}",
         R"({"m":{"k":2,"l":{"app":"x"}}})"},
        {"ConditionMapAtTheTopGoes", "{m: {a: xy}, k: 1}", "{(m): {a: 'x*'}, k: 2}",
         R"({"k":2,"m":{"a":"xy"}})"},
        {"ConditionWithAddition", "{m: {l: {}}}", "{m: {(l): {+(app): x}}}", R"({"m":{"l":{"app":"x"}}})"},
        {"GlobalHolds", "{m: {a: x}, k: 1}", "{m: {<(a): x}, k: 2}", R"({"k":2,"m":{"a":"x"}})"},
        {"GlobalFails", "{m: {a: y}, k: 1}", "{m: {<(a): x}, k: 2}", "unchanged"},
        {"AddIfAbsent", "{m: {a: 1}}", "{m: {+(a): 2, +(b): 3}}", R"({"m":{"a":1,"b":3}})"},
        {"AddIfAbsentNull", "{m: {a: null}}", "{m: {+(a): 2}}", "unchanged"},
        {"AddIfAbsentMap", "{}", "{+(m): {a: {b: 1}}}", R"({"m":{"a":{"b":1}}})"},
        {"AddIfAbsentBelowAddIfAbsent", "{}", "{+(m): {+(a): 1}}", R"({"m":{"a":1}})"},
        {"OtherAnchorsAreKeys", "{a: 1}", "{=(a): 2}", R"x({"=(a)":2,"a":1})x"},
        {"OnlyConditionsChangeNothing", "{a: x}", "{(a): x}", "unchanged"},
        {"ElementsThatMeetIt", kPod, "{spec: {containers: [{(image): x, tty: true}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"x","name":"a","tty":true},)"
         R"({"image":"x","name":"c","tty":true},{"image":"w","name":"b"}]}})"},
        {"NoElementMeetsIt", kPod, "{spec: {containers: [{(image): z, tty: true}]}}", "unchanged"},
        {"NameAsCondition", kPod, "{spec: {containers: [{(name): '*', tty: true}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"x","name":"a","tty":true},)"
         R"({"image":"w","name":"b","tty":true},{"image":"x","name":"c","tty":true}]}})"},
        {"ListNotThere", "{apiVersion: v1, kind: Pod, spec: {}}",
         "{spec: {containers: [{(name): '*', tty: true}]}}", "unchanged"},
        {"AnchoredListOntoMap", "{spec: {containers: {a: 1}}}",
         "{spec: {containers: [{(name): '*', tty: true}]}}",
         "error: wrong node kind: expected SequenceNode but got MappingNode: node contents:\na: 1\n"},
        {"GlobalInAnElementThatNoneMeets", kPod,
         "{metadata: {labels: {a: b}}, spec: {containers: [{<(image): z}]}}", "unchanged"},
        {"GlobalInAnElementThatOneMeets", kPod,
         "{metadata: {labels: {a: b}}, spec: {containers: [{<(image): w}]}}",
         R"({"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":"b"}},"spec":{"containers":[)"
         R"({"image":"x","name":"a"},{"image":"w","name":"b"},{"image":"x","name":"c"}]}})"},
    }),
    kName);

// Where the reference loses or overwrites parts of the object.
INSTANTIATE_TEST_SUITE_P(
    Corrected, StrategicTest,
    ::testing::ValuesIn<StrategicCase>({
        {"TwoAnchoredElements", kPod,
         "{spec: {containers: [{(image): x, tty: true}, {(image): w, stdin: true}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"x","name":"a","tty":true},)"
         R"({"image":"x","name":"c","tty":true},{"image":"w","name":"b","stdin":true}]}})"},
        {"TwoAnchoredElementsForOne", kPod,
         "{spec: {containers: [{(name): a, tty: true}, {(name): a, stdin: true}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"x","name":"a","stdin":true,"tty":true},)"
         R"({"image":"w","name":"b"},{"image":"x","name":"c"}]}})"},
        {"AdditionIsDecidedPerElement",
         "{apiVersion: v1, kind: Pod, spec: {containers: [{name: a}, {name: b, tty: false}, {name: c}]}}",
         "{spec: {containers: [{(name): '*', +(tty): true}]}}",
         R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","tty":true},)"
         R"({"name":"b","tty":false},{"name":"c","tty":true}]}})"},
        {"EmptyMapBesideAnAnchor", kPod, "{spec: {(containers): '*', securityContext: {}}}", "unchanged"},
        {"EmptyMapBelowACondition", "{s: {a: x}}", "{s: {(a): x, b: {}}}", R"({"s":{"a":"x","b":{}}})"},
    }),
    kName);

TEST(StrategicLimitsTest, DeepPatchIsAnError) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "{a: ";
  text += "1" + std::string(400, '}');
  EXPECT_EQ(Patched({"", "{a: 1}", text, ""}), "error: the patch is nested deeper than 256 levels");
}

}  // namespace
}  // namespace ephor::engine
