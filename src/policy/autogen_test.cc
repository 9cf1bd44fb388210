#include "policy/autogen.h"

#include "json/builder.h"
#include "json/write.h"
#include "policy/decode_for_test.h"

namespace ephor::policy {
namespace {

std::string PolicyWith(std::string_view annotation, std::string_view rules) {
  std::string yaml = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\n";
  if (annotation != "absent") {
    yaml.append("  annotations: {pod-policies.kyverno.io/autogen-controllers: \"")
        .append(annotation)
        .append("\"}\n");
  }
  return yaml.append("spec:\n  rules:\n").append(rules);
}

std::string Names(const Policy& policy) {
  std::string names;
  for (const Rule& rule : policy.effective_rules) {
    names.append(names.empty() ? "" : " ").append(rule.name);
  }
  return names;
}

constexpr std::string_view kPodRule =
    "  - {name: r, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {pattern: {spec: {a: b}}}}\n";

struct WhichCase {
  const char* name;
  std::string_view annotation;
  std::string_view rules;
  std::string_view names;  // of the effective rules
};

class WhichTest : public ::testing::TestWithParam<WhichCase> {};

TEST_P(WhichTest, RulesAreMade) {
  const auto policy = DecodeForTest(PolicyWith(GetParam().annotation, GetParam().rules));
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(Names(*policy), GetParam().names);
}

INSTANTIATE_TEST_SUITE_P(
    Autogen, WhichTest,
    ::testing::ValuesIn<WhichCase>({
        {"Default", "absent", kPodRule, "r autogen-r autogen-cronjob-r"},
        {"None", "none", kPodRule, "r"},
        {"Empty", "", kPodRule, "r"},
        {"NoneBesideOthersIsIgnored", "none,Deployment", kPodRule, "r autogen-r"},
        {"OneController", "Deployment", kPodRule, "r autogen-r"},
        {"CronJobAloneStillGivesOne", "CronJob", kPodRule, "r autogen-cronjob-r"},
        {"UnknownAloneGivesARuleForIt", "Foo", kPodRule, "r autogen-r"},
        {"VersionedPodAloneDoesNotAskForIt", "absent",
         "  - {name: r, match: {any: [{resources: {kinds: [v1/Pod]}}]}, validate: {pattern: {a: b}}}\n", "r"},
        {"VersionedPodBesideABareOne", "absent",
         "  - {name: r, match: {any: [{resources: {kinds: [v1/Pod]}}]}, validate: {pattern: {a: b}}}\n"
         "  - {name: s, match: {resources: {kinds: [Pod]}}, validate: {pattern: {a: b}}}\n",
         "r s autogen-r autogen-cronjob-r autogen-s autogen-cronjob-s"},
        {"NotForOtherKinds", "absent",
         "  - {name: r, match: {any: [{resources: {kinds: [Service]}}]}, validate: {pattern: {a: b}}}\n",
         "r"},
        {"MixedKinds", "absent",
         "  - {name: r, match: {any: [{resources: {kinds: [Pod, Service]}}]}, validate: {pattern: {a: b}}}\n",
         "r"},
        {"MixedFilters", "absent",
         "  - {name: r, match: {any: [{resources: {kinds: [Pod]}}, {resources: {kinds: [Service]}}]}, "
         "validate: "
         "{pattern: {a: b}}}\n",
         "r autogen-r autogen-cronjob-r"},
        {"SelectorTurnsItOffForAll", "absent",
         "  - {name: r, match: {any: [{resources: {kinds: [Pod], selector: {}}}]}, validate: {pattern: {a: "
         "b}}}\n"
         "  - {name: s, match: {resources: {kinds: [Pod]}}, validate: {pattern: {a: b}}}\n",
         "r s"},
        {"EmptyAnnotationsTurnItOff", "absent",
         "  - {name: r, match: {resources: {kinds: [Pod], annotations: {}}}, validate: {pattern: {a: b}}}\n",
         "r"},
        {"NamesInExcludeTurnItOff", "absent",
         "  - {name: r, match: {resources: {kinds: [Pod]}}, exclude: {any: [{resources: {names: [x]}}]}, "
         "validate: "
         "{pattern: {a: b}}}\n",
         "r"},
        {"NamespacesDoNot", "absent",
         "  - {name: r, match: {resources: {kinds: [Pod], namespaces: [x]}}, validate: {pattern: {a: b}}}\n",
         "r autogen-r autogen-cronjob-r"},
        {"ExcludeOfOtherKinds", "absent",
         "  - {name: r, match: {resources: {kinds: [Pod]}}, exclude: {resources: {kinds: [Deployment]}}, "
         "validate: "
         "{pattern: {a: b}}}\n",
         "r"},
        {"JsonPatch", "absent",
         "  - {name: r, match: {resources: {kinds: [Pod]}}, mutate: {patchesJson6902: \"[]\"}}\n", "r"},
        {"Generate", "absent",
         "  - {name: r, match: {resources: {kinds: [Pod]}}, generate: {kind: Secret, name: s, apiVersion: "
         "v1}}\n"
         "  - {name: s, match: {resources: {kinds: [Pod]}}, validate: {pattern: {a: b}}}\n",
         "r s"},
        {"ManifestsGiveNone", "absent",
         "  - {name: r, match: {resources: {kinds: [Pod]}}, validate: {manifests: {attestors: []}}}\n", "r"},
        {"OlderExpansionIsReplaced", "absent",
         "  - {name: r, match: {resources: {kinds: [Pod]}}, validate: {pattern: {a: b}}}\n"
         "  - {name: autogen-r, match: {resources: {kinds: [Deployment]}}, validate: {pattern: {a: b}}}\n",
         "r autogen-r autogen-cronjob-r"},
        {"LongNamesAreCut", "absent",
         "  - {name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, match: {resources: "
         "{kinds: "
         "[Pod]}}, validate: {pattern: {a: b}}}\n",
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
         "autogen-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
         "autogen-cronjob-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

struct RewriteCase {
  const char* name;
  std::string_view rule;         // without its name and match
  std::string_view controllers;  // the body and what is kept, as JSON
  std::string_view cron_job;
};

class RewriteTest : public ::testing::TestWithParam<RewriteCase> {};

TEST_P(RewriteTest, MovesTheBodyBelowTheTemplate) {
  const auto policy =
      DecodeForTest(PolicyWith("Deployment,CronJob", "  - {name: r, match: {resources: {kinds: [Pod]}}, " +
                                                         std::string(GetParam().rule) + "}\n"));
  ASSERT_NE(policy, nullptr);
  ASSERT_EQ(policy->effective_rules.size(), 3u);
  Arena arena;
  const auto text = [&](std::size_t i) {
    const json::Value& rule = *policy->effective_rules[i].source;
    EXPECT_EQ(rule.StringAt("name"), i == 1 ? "autogen-r" : "autogen-cronjob-r");
    EXPECT_EQ(json::ToString(*rule.Find("match", "resources", "kinds")),
              i == 1 ? R"(["apps/v1/Deployment"])" : R"(["batch/v1/CronJob"])");
    return json::ToString(json::WithoutMember(json::WithoutMember(rule, "name", arena), "match", arena));
  };
  EXPECT_EQ(text(1), GetParam().controllers);
  EXPECT_EQ(text(2), GetParam().cron_job);
}

INSTANTIATE_TEST_SUITE_P(
    Autogen, RewriteTest,
    ::testing::ValuesIn<RewriteCase>({
        {"Pattern",
         "validate: {message: \"see $(./../pattern/spec/a) now\", pattern: {spec: {a: b}}, failureAction: "
         "Audit}",
         R"({"validate":{"failureAction":"Audit","message":"see $(./../pattern/spec/template/spec/a) now","pattern":{"spec":{"template":{"spec":{"a":"b"}}}}}})",
         R"({"validate":{"failureAction":"Audit","message":"see $(./../pattern/spec/jobTemplate/spec/template/spec/a) now","pattern":{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"a":"b"}}}}}}}})"},
        {"EscapedReferenceStays", "validate: {message: \"see \\\\$(pattern/a) now\", pattern: {a: b}}",
         R"({"validate":{"message":"see \\$(pattern/a) now","pattern":{"spec":{"template":{"a":"b"}}}}})",
         R"({"validate":{"message":"see \\$(pattern/a) now","pattern":{"spec":{"jobTemplate":{"spec":{"template":{"a":"b"}}}}}}})"},
        {"AnyPattern", "validate: {anyPattern: [{a: b}, {c: d}]}",
         R"({"validate":{"anyPattern":[{"spec":{"template":{"a":"b"}}},{"spec":{"template":{"c":"d"}}}]}})",
         R"({"validate":{"anyPattern":[{"spec":{"jobTemplate":{"spec":{"template":{"a":"b"}}}}},{"spec":{"jobTemplate":{"spec":{"template":{"c":"d"}}}}}]}})"},
        {"Deny",
         "validate: {deny: {conditions: {any: [], all: [{key: \"{{request.object.metadata.name}}\", "
         "operator: "
         "Equals, value: \"{{request.oldObject.spec.x}}\"}]}}}",
         R"({"validate":{"deny":{"conditions":{"all":[{"key":"{{request.object.spec.template.metadata.name}}","operator":"Equals","value":"{{request.oldObject.spec.template.spec.x}}"}]}}}})",
         R"({"validate":{"deny":{"conditions":{"all":[{"key":"{{request.object.spec.jobTemplate.spec.template.metadata.name}}","operator":"Equals","value":"{{request.oldObject.spec.jobTemplate.spec.template.spec.x}}"}]}}}})"},
        {"Foreach", "validate: {foreach: [{list: request.object.spec.containers, pattern: {a: b}}]}",
         R"({"validate":{"foreach":[{"list":"request.object.spec.template.spec.containers","pattern":{"a":"b"}}]}})",
         R"({"validate":{"foreach":[{"list":"request.object.spec.jobTemplate.spec.template.spec.containers","pattern":{"a":"b"}}]}})"},
        {"PodSecurity", "validate: {podSecurity: {level: baseline}}",
         R"({"validate":{"podSecurity":{"level":"baseline"}}})",
         R"({"validate":{"podSecurity":{"level":"baseline"}}})"},
        {"Cel", "validate: {cel: {expressions: [{expression: \"object.spec.x == oldObject.metadata.y\"}]}}",
         R"({"validate":{"cel":{"expressions":[{"expression":"object.spec.template.spec.x == oldObject.spec.template.metadata.y"}]}}})",
         R"({"validate":{"cel":{"expressions":[{"expression":"object.spec.jobTemplate.spec.template.spec.x == oldObject.spec.jobTemplate.spec.template.metadata.y"}]}}})"},
        {"MergeDropsTheRest", "mutate: {targets: [{kind: Pod}], patchStrategicMerge: {a: b}}",
         R"({"mutate":{"patchStrategicMerge":{"spec":{"template":{"a":"b"}}}}})",
         R"({"mutate":{"patchStrategicMerge":{"spec":{"jobTemplate":{"spec":{"template":{"a":"b"}}}}}}})"},
        {"MutateForeachLosesItsOrder",
         "mutate: {foreach: [{list: request.object.spec.c, order: Descending, patchStrategicMerge: {a: b}}]}",
         R"({"mutate":{"foreach":[{"list":"request.object.spec.template.spec.c","patchStrategicMerge":{"spec":{"template":{"a":"b"}}}}]}})",
         R"({"mutate":{"foreach":[{"list":"request.object.spec.jobTemplate.spec.template.spec.c","patchStrategicMerge":{"spec":{"jobTemplate":{"spec":{"template":{"a":"b"}}}}}}]}})"},
        {"VerifyImages", "verifyImages: [{imageReferences: [\"*\"]}]",
         R"({"verifyImages":[{"imageReferences":["*"]}]})",
         R"({"verifyImages":[{"imageReferences":["*"]}]})"},
        {"WhatStandsAround",
         "context: [{name: c, variable: {jmesPath: request.object.spec}}], reportProperties: {a: b}, "
         "imageExtractors: "
         "{}, skipBackgroundRequests: false, preconditions: {any: []}, validate: {podSecurity: {}}",
         R"({"context":[{"name":"c","variable":{"jmesPath":"request.object.spec.template.spec"}}],"preconditions":{},"reportProperties":{"a":"b"},"skipBackgroundRequests":false,"validate":{"podSecurity":{}}})",
         R"({"context":[{"name":"c","variable":{"jmesPath":"request.object.spec.jobTemplate.spec.template.spec"}}],"preconditions":{},"reportProperties":{"a":"b"},"skipBackgroundRequests":false,"validate":{"podSecurity":{}}})"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Autogen, ReplacesTheKindsOfFiltersForPods) {
  const auto policy = DecodeForTest(PolicyWith("absent", R"(  - name: r
    match: {any: [{resources: {kinds: [Pod], namespaces: [x]}}, {resources: {kinds: [Service]}}]}
    exclude: {any: [{resources: {kinds: [Pod]}}, {clusterRoles: [admin]}]}
    validate: {pattern: {a: b}}
)"));
  ASSERT_EQ(policy->effective_rules.size(), 3u);
  const Rule& controllers = policy->effective_rules[1];
  EXPECT_TRUE(controllers.generated);
  EXPECT_EQ(controllers.origin, 0u);
  EXPECT_EQ(controllers.match.any[0].resources.kinds.size(), 6u);
  EXPECT_EQ(controllers.match.any[0].resources.kinds[0], "apps/v1/DaemonSet");
  EXPECT_EQ(controllers.match.any[0].resources.namespaces[0], "x");
  EXPECT_EQ(controllers.match.any[1].resources.kinds[0], "Service");
  EXPECT_EQ(controllers.exclude->any[0].resources.kinds[5], "apps/v1/StatefulSet");
  EXPECT_TRUE(controllers.exclude->any[1].resources.kinds.empty());
  const Rule& cron_job = policy->effective_rules[2];
  EXPECT_EQ(cron_job.match.any[1].resources.kinds[0], "batch/v1/CronJob");
  EXPECT_EQ(cron_job.exclude->any[1].resources.kinds[0], "batch/v1/CronJob");
  EXPECT_EQ(cron_job.exclude->any[1].user.cluster_roles[0], "admin");
}

TEST(Autogen, ValidationUsesTheRuleOfTheKind) {
  const auto policy = DecodeForTest(PolicyWith("Deployment,CronJob", kPodRule));
  const Rule& written = policy->effective_rules[0];
  const Rule& controllers = policy->effective_rules[1];
  const Rule& cron_job = policy->effective_rules[2];
  struct Case {
    std::string_view kind;
    bool written, controllers, cron_job;
  };
  for (const Case& c : std::initializer_list<Case>{{"Pod", true, false, false},
                                                   {"Deployment", true, true, false},
                                                   {"CronJob", true, false, true},
                                                   {"StatefulSet", true, false, false}}) {
    SCOPED_TRACE(c.kind);
    EXPECT_EQ(ValidatesKind(*policy, written, c.kind), c.written);
    EXPECT_EQ(ValidatesKind(*policy, controllers, c.kind), c.controllers);
    EXPECT_EQ(ValidatesKind(*policy, cron_job, c.kind), c.cron_job);
  }
}

}  // namespace
}  // namespace ephor::policy
