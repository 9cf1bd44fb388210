#include "engine/cel/structured_merge.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>

#include "engine/cel/typed_value.h"
#include "json/parse.h"
#include "json/write.h"
#include "yaml/load.h"

namespace ephor::engine {
namespace {

using kube::Schema;

const kube::GroupVersionKind kPod{"", "v1", "Pod"};

Schema PodSpec() {
  return *Schema::OfKind(kPod)->Field("spec");
}

struct MergeCase {
  const char* name;
  Schema schema;
  std::string_view live, patch;
  std::string_view expected;  // compact JSON
};

class MergeTypedTest : public ::testing::TestWithParam<MergeCase> {};
TEST_P(MergeTypedTest, Merge) {
  const MergeCase& c = GetParam();
  Arena arena;
  const auto live = yaml::Load(c.live, arena);
  const auto patch = yaml::Load(c.patch, arena);
  ASSERT_TRUE(live && patch);
  EXPECT_EQ(json::ToString(MergeTyped(*live, *patch, c.schema, arena)), c.expected);
}

const auto kName = [](const auto& row) { return std::string(row.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Members, MergeTypedTest,
    ::testing::ValuesIn<MergeCase>({
        {"Scalars", PodSpec(), "{hostNetwork: true, nodeName: a}", "{nodeName: b, hostPID: true}",
         R"({"hostNetwork":true,"hostPID":true,"nodeName":"b"})"},
        {"NullScalarReplaces", PodSpec(), "{nodeName: a}", "{nodeName: null}", R"({"nodeName":null})"},
        {"NullMapChangesNothing", PodSpec(), "{securityContext: {runAsUser: 1}}", "{securityContext: null}",
         R"({"securityContext":{"runAsUser":1}})"},
        {"EmptyMapChangesNothing", PodSpec(), "{securityContext: {runAsUser: 1}}", "{securityContext: {}}",
         R"({"securityContext":{"runAsUser":1}})"},
        {"AtomicMapIsReplaced", PodSpec(), "{nodeSelector: {a: b}}", "{nodeSelector: {c: d}}",
         R"({"nodeSelector":{"c":"d"}})"},
        {"EmptyMeetsNull", PodSpec(), "{securityContext: {}}", "{securityContext: null}",
         R"({"securityContext":null})"},
        {"MapsOfAnyKeys", *Schema::OfKind(kPod)->Field("metadata"), "{labels: {a: '1', b: '2'}}",
         "{labels: {b: '3', c: '4'}}", R"({"labels":{"a":"1","b":"3","c":"4"}})"},
    }),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Lists, MergeTypedTest,
    ::testing::ValuesIn<MergeCase>({
        {"ElementsByKey", PodSpec(), "{containers: [{name: a, image: x}, {name: b, image: q}]}",
         "{containers: [{name: b, tty: true}]}",
         R"({"containers":[{"image":"x","name":"a"},{"image":"q","name":"b","tty":true}]})"},
        {"OrderOfThePatch", PodSpec(), "{containers: [{name: a}, {name: b}, {name: c}]}",
         "{containers: [{name: c}, {name: a}]}",
         R"({"containers":[{"name":"b"},{"name":"c"},{"name":"a"}]})"},
        {"NewElementsBetween", PodSpec(), "{containers: [{name: a}, {name: b}]}",
         "{containers: [{name: k}, {name: b}, {name: m}]}",
         R"({"containers":[{"name":"a"},{"name":"k"},{"name":"b"},{"name":"m"}]})"},
        {"KeyThatIsMissingHasItsDefault", PodSpec(), "{containers: [{name: a}]}",
         "{containers: [{image: x}]}", R"({"containers":[{"name":"a"},{"image":"x"}]})"},
        {"TwoKeys", PodSpec(), "{containers: [{name: a, ports: [{containerPort: 1, name: x}]}]}",
         "{containers: [{name: a, ports: [{containerPort: 1, protocol: TCP, hostPort: 2}, "
         "{containerPort: 1, protocol: UDP}]}]}",
         R"({"containers":[{"name":"a","ports":[{"containerPort":1,"hostPort":2,"name":"x","protocol":"TCP"},)"
         R"({"containerPort":1,"protocol":"UDP"}]}]})"},
        {"RepeatedElementIsReplaced", PodSpec(), "{containers: [{name: a, image: x}, {name: a, image: q}]}",
         "{containers: [{name: a, tty: true}]}", R"({"containers":[{"name":"a","tty":true}]})"},
        {"EmptyPatchKeepsAll", PodSpec(), "{containers: [{name: a}]}", "{containers: []}",
         R"({"containers":[{"name":"a"}]})"},
        {"AtomicListIsReplaced", PodSpec(), "{containers: [{name: a, args: [x, y]}]}",
         "{containers: [{name: a, args: [z]}]}", R"({"containers":[{"args":["z"],"name":"a"}]})"},
        {"SetsAreUnited", *Schema::OfKind(kPod)->Field("metadata"), "{finalizers: [a, b]}",
         "{finalizers: [c, b]}", R"({"finalizers":["a","c","b"]})"},
        {"LongLists", PodSpec(),
         "{containers: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}, {name: f}, {name: g}, "
         "{name: h}, {name: i}, {name: j}]}",
         "{containers: [{name: j, image: x}, {name: k}]}",
         R"({"containers":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"},{"name":"e"},{"name":"f"},)"
         R"({"name":"g"},{"name":"h"},{"name":"i"},{"image":"x","name":"j"},{"name":"k"}]})"},
    }),
    kName);

INSTANTIATE_TEST_SUITE_P(UnknownTypes, MergeTypedTest,
                         ::testing::ValuesIn<MergeCase>({
                             {"MapsMerge", Schema::Any(), "{a: {b: 1}}", "{a: {c: 2}}",
                              R"({"a":{"b":1,"c":2}})"},
                             {"ListsAreReplaced", Schema::Any(), "{a: [{name: x, b: 1}]}", "{a: [{name: x}]}",
                              R"({"a":[{"name":"x"}]})"},
                             {"AnotherKindReplaces", Schema::Any(), "{a: {b: 1}, c: 1, d: [1]}",
                              "{a: 2, c: {e: 1}, d: {}}", R"({"a":2,"c":{"e":1},"d":{}})"},
                             {"NullKeepsMaps", Schema::Any(), "{a: {b: 1}, c: 1}", "{a: null, c: null}",
                              R"({"a":{"b":1},"c":null})"},
                         }),
                         kName);

struct TypeCase {
  const char* name;
  std::string_view object;
  std::string_view expected;  // the error; "" for none
  TypedAs as = TypedAs::kPatch;
};

class CheckTypeTest : public ::testing::TestWithParam<TypeCase> {};
TEST_P(CheckTypeTest, Check) {
  Arena arena;
  const auto object = yaml::Load(GetParam().object, arena);
  ASSERT_TRUE(object);
  const auto checked = CheckType(*object, *Schema::OfKind(kPod), GetParam().as, arena);
  EXPECT_EQ(checked ? "" : checked.error().message(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, CheckTypeTest,
    ::testing::ValuesIn<TypeCase>({
        {"Fits", "{spec: {hostNetwork: true, containers: [{name: a, resources: {limits: {cpu: 1}}}]}}", ""},
        {"NullFitsWhereItIs", "{metadata: null, spec: {hostNetwork: null, containers: null, priority: null}}",
         "", TypedAs::kLive},
        {"NullInPatches", "{metadata: null, spec: {containers: [{name: null}], priority: null}}",
         "errors:\n  .metadata: expected map, got &{0}\n  .spec.containers[name=<nil>].name: expected "
         "string, "
         "got &value.valueUnstructured{Value:0}\n  .spec.priority: expected numeric (int or float), got "
         "null"},
        {"DuplicatesThatAreThere", "{spec: {containers: [{name: a}, {name: a}]}}", "", TypedAs::kLive},
        {"UnknownField", "{spec: {nope: 1}}", ".spec.nope: field not declared in schema"},
        {"NoBoolean", "{spec: {hostNetwork: 'yes'}}", ".spec.hostNetwork: expected boolean, got &{yes}"},
        {"NoString", "{metadata: {labels: {a: 0}}}",
         ".metadata.labels.a: expected string, got &value.valueUnstructured{Value:0}"},
        {"NoNumber", "{spec: {priority: {}}}",
         ".spec.priority: expected numeric (int or float), got map[string]interface {}"},
        {"NoScalar", "{spec: {containers: [{name: a, resources: {limits: {cpu: [1]}}}]}}",
         ".spec.containers[name=\"a\"].resources.limits.cpu: expected any scalar, got &{[1]}"},
        {"NoMap", "{spec: [1]}", ".spec: expected map, got &{[1]}"},
        {"NoList", "{spec: {containers: {}}}", ".spec.containers: expected list, got &{map[]}"},
        {"NoElement", "{spec: {containers: [1]}}",
         ".spec.containers: element 0: associative list with keys may not have non-map elements"},
        {"Duplicates", "{spec: {containers: [{name: a}, {name: a}]}}",
         ".spec.containers: duplicate entries for key [name=\"a\"]"},
        {"DuplicatesInSets", "{metadata: {finalizers: [a, a]}}",
         ".metadata.finalizers: duplicate entries for key [=\"a\"]"},
        {"InAtomicLists", "{spec: {containers: [{name: a, args: [x, 1]}]}}",
         ".spec.containers[name=\"a\"].args[1]: expected string, got &value.valueUnstructured{Value:1}"},
        {"Several", "{spec: {hostNetwork: 1, hostPID: 1}}",
         "errors:\n  .spec.hostNetwork: expected boolean, got &{1}\n  .spec.hostPID: expected boolean, got "
         "&{1}"},
    }),
    kName);

// What Kubernetes' own library says of Pods: {object, patch, and result or error}.
TEST(MergeTyped, AsRecorded) {
  std::ifstream rows("tests/conformance/structured_merge/pods.jsonl");
  ASSERT_TRUE(rows) << "run from the project's root";
  const Schema schema = *Schema::OfKind(kPod);
  std::size_t count = 0;
  for (std::string line; std::getline(rows, line); ++count) {
    SCOPED_TRACE(line);
    Arena arena;
    const auto row = json::Parse(line, arena);
    ASSERT_TRUE(row);
    const json::Value object = *row->Find("object"), patch = *row->Find("patch");
    std::string error;
    if (const auto checked = CheckType(patch, schema, TypedAs::kPatch, arena); !checked) {
      error = "failed to convert patch object to typed object: " + checked.error().message();
    } else if (const auto live = CheckType(object, schema, TypedAs::kLive, arena); !live) {
      error = "failed to convert original object to typed object: " + live.error().message();
    }
    EXPECT_EQ(error, row->StringAt("error"));
    if (error.empty()) {
      EXPECT_EQ(json::ToString(MergeTyped(object, patch, schema, arena)),
                json::ToString(*row->Find("result")));
    }
  }
  EXPECT_GT(count, 50u);
}

TEST(AtomicPaths, NamesThem) {
  Arena arena;
  const auto paths = [&](std::string_view object) {
    return AtomicPaths(*yaml::Load(object, arena), *Schema::OfKind(kPod));
  };
  EXPECT_EQ(paths("{metadata: {labels: {a: b}}, spec: {containers: [{name: a, tty: true}]}}"), "");
  EXPECT_EQ(paths("{spec: {containers: [{name: a, args: [x]}], nodeSelector: {a: b}}}"),
            ".spec.containers[0].args, .spec.nodeSelector");
  EXPECT_EQ(paths("{spec: {nodeSelector: null}}"), "");
}

}  // namespace
}  // namespace ephor::engine
