#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/engine_for_test.h"
#include "json/write.h"
#include "pattern/wildcard.h"
#include "ports/cluster.h"

namespace ephor::engine {
namespace {

// Has some objects and notes what it was asked.
class FakeCluster final : public ports::Cluster {
 public:
  FakeCluster() {
    for (const std::string_view yaml :
         {"{apiVersion: v1, kind: Secret, metadata: {name: s1, namespace: d, labels: {app: x}}}",
          "{apiVersion: v1, kind: Secret, metadata: {name: s2, namespace: d}}"}) {
      objects_.push_back(*yaml::Load(yaml, arena_));
    }
  }

  json::Value NamespaceLabels(std::string_view, Arena&) const override { return {}; }
  ports::Roles RolesOf(const ports::Subject&, std::string_view, Arena&) const override { return {}; }
  Result<json::Value> Call(std::string_view, std::string_view, const json::Value&, Arena&) const override {
    return Fail(ErrorCode::kUnavailable, "no calls");
  }
  Result<std::optional<json::Value>> Get(std::string_view, std::string_view, std::string_view,
                                         std::string_view, Arena&) const override {
    return std::optional<json::Value>();
  }
  Result<std::span<const json::Value>> Find(const ports::ObjectQuery& query, Arena& arena) const override {
    asked_ +=
        std::string(query.kind) + " " + std::string(query.namespace_) + " " + std::string(query.name) + "\n";
    ArenaVector<json::Value> found(arena);
    for (const json::Value& object : objects_) {
      if (query.name.empty() || pattern::WildcardMatch(query.name, object.StringAt("metadata", "name"))) {
        found.push_back(object);
      }
    }
    if (found.empty())
      return Fail(ErrorCode::kNotFound, "secrets \"" + std::string(query.name) + "\" not found");
    return std::span<const json::Value>(found.span());
  }

  const std::string& asked() const { return asked_; }

 private:
  Arena arena_;
  std::vector<json::Value> objects_;
  mutable std::string asked_;
};

struct TargetCase {
  const char* name;
  std::string_view mutate;   // on one line
  std::string_view asked;    // of the cluster
  std::string_view results;  // the rule's lines, each with the target's labels
};

class MutateTargetsTest : public ::testing::TestWithParam<TargetCase> {};
TEST_P(MutateTargetsTest, Change) {
  const TargetCase& c = GetParam();
  const FakeCluster cluster;
  const std::string spec =
      "\n  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [ConfigMap]}}]}\n    mutate: " +
      std::string(c.mutate) + "\n";
  EvaluationForTest evaluation(
      spec, {.object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: trigger, namespace: d}}",
             .cluster = &cluster});
  const PolicyResponse response = evaluation.Mutate();
  std::string results;
  for (const RuleResponse& rule : response.rules) {
    results += std::string(ToString(rule.status)) + " " + std::string(rule.message);
    if (const json::Value* labels = rule.patched_target.Find("metadata", "labels")) {
      results += " " + json::ToString(*labels);
    }
    results += "\n";
  }
  EXPECT_EQ(cluster.asked(), c.asked);
  EXPECT_EQ(results, c.results);
  EXPECT_EQ(response.resource.StringAt("metadata", "name"), "trigger");
}

INSTANTIATE_TEST_SUITE_P(
    Targets, MutateTargetsTest,
    ::testing::ValuesIn<TargetCase>({
        {"ByNameWithVariables",
         R"({targets: [{apiVersion: v1, kind: Secret, namespace: "{{request.namespace}}", name: s1}], )"
         R"(patchStrategicMerge: {metadata: {labels: {from: "{{request.object.metadata.name}}-{{target.metadata.name}}"}}}})",
         "v1/Secret d s1\n",
         "pass mutated Secret/s1 in namespace d {\"app\":\"x\",\"from\":\"trigger-s1\"}\n"},
        {"EachOfSeveral",
         R"({targets: [{apiVersion: v1, kind: Secret, name: "*"}], patchStrategicMerge: {metadata: {labels: {app: x}}}})",
         "v1/Secret  *\n",
         "skip no patches applied\npass mutated Secret/s2 in namespace d {\"app\":\"x\"}\n"},
        {"BySelector",
         R"({targets: [{apiVersion: v1, kind: Secret, selector: {matchLabels: {app: x}}}], )"
         R"(patchStrategicMerge: {metadata: {labels: {a: b}}}})",
         "v1/Secret  \n", "pass mutated Secret/s1 in namespace d {\"a\":\"b\",\"app\":\"x\"}\n"},
        {"MissingOneLeavesTheOthers",
         R"({targets: [{apiVersion: v1, kind: Secret, namespace: d, name: none}, {apiVersion: v1, kind: Secret, )"
         R"(namespace: d, name: s2}], patchStrategicMerge: {metadata: {labels: {a: b}}}})",
         "v1/Secret d none\nv1/Secret d s2\n",
         "error : secrets \"none\" not found\npass mutated Secret/s2 in namespace d {\"a\":\"b\"}\n"},
        {"Preconditions",
         R"({targets: [{apiVersion: v1, kind: Secret, preconditions: {all: [{key: "{{target.metadata.name}}", )"
         R"(operator: Equals, value: s2}]}}], patchesJson6902: '- {op: add, path: /metadata/labels/l, value: v}'})",
         "v1/Secret  \n",
         "skip preconditions not met\npass mutated Secret/s2 in namespace d {\"l\":\"v\"}\n"},
        {"BrokenSelector",
         R"({targets: [{apiVersion: v1, kind: Secret, name: "{{none}}"}], patchStrategicMerge: {metadata: {}}})",
         "",
         "error : failed to substitute variables in target[0]: failed to resolve none at path /name: "
         "JMESPath query "
         "failed: Unknown key \"none\" in path\n"},
        {"Loops",
         R"({targets: [{apiVersion: v1, kind: Secret, name: s1}], foreach: [{list: "['a', 'b']", )"
         R"(patchesJson6902: '- {op: add, path: "/metadata/labels/{{element}}", value: v}'}]})",
         "v1/Secret  s1\n",
         "pass mutated Secret/s1 in namespace d {\"a\":\"v\",\"app\":\"x\",\"b\":\"v\"}\n"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(MutateTargets, NeedACluster) {
  EvaluationForTest evaluation(R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [ConfigMap]}}]}
    mutate: {targets: [{apiVersion: v1, kind: Secret}], patchStrategicMerge: {metadata: {}}}
)",
                               {.object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}"});
  EXPECT_EQ(EvaluationForTest::Lines(evaluation.Mutate())[0].substr(0, 48),
            "r error failed to instantiate handler: Handler f");
}

}  // namespace
}  // namespace ephor::engine
