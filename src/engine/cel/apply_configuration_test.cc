#include "engine/cel/apply_configuration.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "cel/lib/environments.h"
#include "cel/plan/program.h"
#include "json/write.h"
#include "kube/custom_kinds.h"
#include "yaml/load.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kPod =
    "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: x}]}}";
constexpr std::string_view kWidget =
    "{apiVersion: example.com/v1, kind: Widget, spec: {list: [1], a: {b: 1}}}";

constexpr std::string_view kGadget =
    "{apiVersion: example.com/v1, kind: Gadget, spec: {ports: [{port: 1, use: a}], labels: {a: b}}}";
constexpr std::string_view kGadgetDefinition =
    "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: example.com, names: "
    "{kind: "
    "Gadget}, versions: [{name: v1, served: true, schema: {openAPIV3Schema: {properties: {spec: {type: "
    "object, "
    "properties: {ports: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [port], "
    "items: {type: "
    "object, properties: {port: {type: integer}, use: {type: string}, open: {type: boolean}}}}, labels: "
    "{type: object, "
    "additionalProperties: {type: string}}}}}}}}]}}";

struct Row {
  std::string_view name, object, expression;
  ApplyConfigurationRules rules;
  std::string_view expected;  // the spec as compact JSON, or the error
};

TEST(ApplyConfiguration, Rows) {
  const Row rows[] = {
      {"merges",
       kPod,
       "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'a', tty: true}]}}",
       {},
       R"({"containers":[{"image":"x","name":"a","tty":true}]})"},
      {"names another kind",
       kPod,
       "Object{kind: 'Node', apiVersion: 'v2'}",
       {},
       R"({"containers":[{"image":"x","name":"a"}]})"},
      {"type of another place",
       kPod,
       "Object{spec: Object.wrong{}}",
       {},
       "type mismatch: unexpected type name \"Object.wrong\", expected \"Object.spec\", which matches field "
       "name path from root Object type"},
      {"unknown field",
       kPod,
       "Object{spec: Object.spec{nope: 1}}",
       {},
       "error applying patch: failed to convert patch object to typed object: .spec.nope: field not declared "
       "in schema"},
      {"atomic list",
       kPod,
       "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'a', args: ['x']}]}}",
       {},
       "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
       ".spec.containers[0].args"},
      {"atomic list is replaced",
       kPod,
       "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'a', args: ['x']}]}}",
       {.atomics = true},
       R"({"containers":[{"args":["x"],"image":"x","name":"a"}]})"},
      {"object of another type",
       "{apiVersion: v1, kind: Pod, spec: {nope: 1}}",
       "Object{}",
       {},
       "error applying patch: failed to convert original object to typed object: .spec.nope: field not "
       "declared in schema"},
      {"unknown kind", kWidget, "Object{}", {}, "error applying patch: type converter must not be nil"},
      {"unknown kind is deduced",
       kWidget,
       "Object{spec: Object.spec{list: [2], a: Object.spec.a{c: 2}}}",
       {.unknown_kinds = true},
       R"({"a":{"b":1,"c":2},"list":[2]})"},
      {"a custom resource is merged by its definition",
       kGadget,
       "Object{metadata: Object.metadata{name: 'x'}, spec: Object.spec{ports: [Object.spec.ports{port: 1, "
       "open: true}, "
       "Object.spec.ports{port: 2}], labels: Object.spec.labels{c: 'd'}}}",
       {},
       R"({"labels":{"a":"b","c":"d"},"ports":[{"open":true,"port":1,"use":"a"},{"port":2}]})"},
      {"a field that the definition has not",
       kGadget,
       "Object{spec: Object.spec{nope: 1}}",
       {.unknown_kinds = true},
       "error applying patch: failed to convert patch object to typed object: .spec.nope: field not declared "
       "in schema"},
      {"optional fields",
       kPod,
       "Object{spec: Object.spec{?hostPID: optional.none()}}",
       {},
       R"({"containers":[{"image":"x","name":"a"}]})"},
  };
  const auto env = cel::lib::KyvernoEnv({.mutation_types = true, .json_patches = true});
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Arena arena;
    kube::CustomKinds kinds;
    kinds.Add(*yaml::Load(kGadgetDefinition, arena));
    const ports::World world{.custom_types = &kinds};
    cel::Context context{.arena = arena, .world = world};
    const auto program = cel::Program::Compile(row.expression, env);
    ASSERT_TRUE(program) << program.error().message();
    const std::vector<cel::Value> slots(env->slots());
    const auto patch = program->Evaluate(slots, context);
    ASSERT_TRUE(patch);
    const auto applied = ApplyConfiguration(*patch, *yaml::Load(row.object, arena), row.rules, world, arena);
    EXPECT_EQ(applied ? json::ToString(*applied->Find("spec")) : applied.error().message(), row.expected);
  }
}

}  // namespace
}  // namespace ephor::engine
