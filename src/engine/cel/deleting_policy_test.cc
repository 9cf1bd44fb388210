#include "engine/cel/deleting_policy.h"

#include <gtest/gtest.h>

#include "engine/cel/cel_policy_for_test.h"

namespace ephor::engine {
namespace {

std::string Shown(const Result<Deletion>& deletion) {
  if (!deletion) return deletion.error().message();
  return *deletion == Deletion::kDelete ? "delete" : *deletion == Deletion::kKeep ? "keep" : "not selected";
}

std::string Judged(std::string_view spec, std::string_view exception = {},
                   std::string_view schedule = "@daily") {
  auto source = DecodeCelPolicy<policy::DeletingPolicy>(
      "DeletingPolicy",
      "  schedule: '" + std::string(schedule) +
          "'\n  matchConstraints:\n    resourceRules: [{apiGroups: [''], apiVersions: [v1], "
          "resources: [namespaces]}]\n" +
          std::string(spec));
  if (!source) return source.error().message();
  std::vector<std::shared_ptr<const policy::CelPolicyException>> exceptions;
  if (!exception.empty()) exceptions = CelExceptionForTest("DeletingPolicy", exception);
  const auto compiled = CompiledDeletingPolicy::Compile(*source, exceptions);
  if (!compiled) return compiled.error().message();
  Arena arena;
  const json::Value object =
      *yaml::Load("{apiVersion: v1, kind: Namespace, metadata: {name: team, labels: {a: b}}}", arena);
  return Shown((*compiled)->Judge(CreationOf(object, "namespaces", arena), ports::World(), arena));
}

TEST(DeletingPolicyTest, Rows) {
  struct Row {
    std::string_view spec, expected;
  };
  const Row rows[] = {
      {"", "delete"},
      {"  conditions: [{name: c, expression: 'object.metadata.name == \"team\"'}]", "delete"},
      {"  conditions: [{name: c, expression: 'object.metadata.name == \"x\"'}]", "keep"},
      {"  variables: [{name: v, expression: 'true'}]\n  conditions: [{name: c, expression: variables.v}]",
       "delete"},
      {"  conditions: [{name: c, expression: 'object.x == 1'}]", "no such key: x"},
      {"  conditions: [{name: c, expression: 'object.x == 1'}, {name: d, expression: 'false'}]", "keep"},
      {"  conditions: [{name: c, expression: 'request.name == \"team\"'}]", "no such attribute(s): request"},
      {"  conditions: [{name: c, expression: 'oldObject == null'}]", "no such attribute(s): oldObject"},
      {"  conditions: [{name: c, expression: 'namespaceObject.metadata.labels.a == \"b\"'}]", "delete"},
      {"  conditions: [{name: c, expression: 'nope'}]",
       "[<nil>: Internal error: deleting policy compiler 1.18 error: failed to compile policy, "
       "spec.conditions[0].expression: Invalid value: \"nope\": ERROR: <input>:1:1: undeclared reference to "
       "'nope' (in container '')\n | nope\n | ^]"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.spec);
    EXPECT_EQ(Judged(row.spec), row.expected);
  }
}

TEST(DeletingPolicyTest, ExceptionsKeep) {
  EXPECT_EQ(Judged("", "  images: [x]"), "keep");
  EXPECT_EQ(Judged("", "  matchConditions: [{name: c, expression: 'false'}]"), "delete");
}

TEST(DeletingPolicyTest, ScheduleMustBeOne) {
  EXPECT_EQ(
      Judged("", "", "every day"),
      "spec.schedule: Invalid value: \"every day\": schedule spec in the deletingPolicy is not in proper "
      "cron format: missing field(s)");
}

TEST(DeletingPolicyTest, Json) {
  const auto source = DecodeCelPolicy<policy::DeletingPolicy>(
      "DeletingPolicy", "  schedule: '@daily'\n  conditions: [{name: c, expression: 'object.a == 1'}]");
  ASSERT_TRUE(source);
  const auto compiled = CompiledDeletingPolicy::Compile(*source, {});
  ASSERT_TRUE(compiled);
  Arena arena;
  EXPECT_EQ(Shown((*compiled)->JudgeJson(*yaml::Load("{a: 1}", arena), ports::World(), arena)), "delete");
  EXPECT_EQ(Shown((*compiled)->JudgeJson(*yaml::Load("{a: 2}", arena), ports::World(), arena)), "keep");
  EXPECT_EQ(Shown((*compiled)->Judge(Request(), ports::World(), arena)), "not selected");
}

}  // namespace
}  // namespace ephor::engine
