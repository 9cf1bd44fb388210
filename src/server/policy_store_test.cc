// Policies from files that change.
#include "server/policy_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "source/temporary_folder.h"

namespace ephor::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Policy(std::string_view name, std::string_view message = "m") {
  return "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: " + std::string(name) +
         "}\nspec:\n  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
         "    validate: {failureAction: Enforce, message: " +
         std::string(message) + ", pattern: {metadata: {labels: {a: \"?*\"}}}}\n";
}

class PolicyStoreTest : public ::testing::Test {
 protected:
  std::vector<std::string> Reload() {
    report_ = store_.Reload();
    std::vector<std::string> changes;
    for (const auto& change : report_.changes) changes.push_back(change.policy + " " + change.kind);
    return changes;
  }
  std::vector<std::string> Problems() const {
    std::vector<std::string> all;
    for (const auto& problem : report_.problems) {
      all.push_back(std::filesystem::path(problem.file).filename().string() + ":" +
                    std::to_string(problem.line));
    }
    return all;
  }
  std::string Message(std::string_view policy) {
    const auto* found = published_.Get()->policies().Find(policy);
    return found == nullptr ? "" : std::string(found->source().spec.rules[0].validate->message);
  }

  source::TemporaryFolder folder_;
  Metrics metrics_{1};
  Published<PolicySnapshot> published_;
  PolicyStore store_{PolicyPaths{.policies = {folder_.path()},
                                 .resources = {folder_.Path("cluster.yaml")},
                                 .configuration = folder_.Path("config.yml")},
                     ports::World(), metrics_, published_};
  ReloadReport report_;

  void SetUp() override {
    folder_.Write("cluster.yaml",
                  "apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {tier: gold}}\n");
    folder_.Write("config.yml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kyverno}\ndata: {}\n");
  }
};

TEST_F(PolicyStoreTest, FollowsFiles) {
  folder_.Write("a.yaml", Policy("a"));
  folder_.Write("deep/b.yaml", Policy("b") + "---\n" + Policy("c"));
  EXPECT_THAT(Reload(), ElementsAre("a created", "b created", "c created"));
  const auto first = published_.Get();
  EXPECT_THAT(Reload(), IsEmpty());

  folder_.Write("deep/b.yaml", Policy("b", "new") + "---\n" + Policy("c"));
  EXPECT_THAT(Reload(), ElementsAre("b updated"));
  EXPECT_EQ(Message("b"), "new");
  EXPECT_EQ(first->policies().Find("b")->source().spec.rules[0].validate->message,
            "m");                                                                  // a request may hold it
  EXPECT_EQ(first->policies().Find("c"), published_.Get()->policies().Find("c"));  // not compiled again

  std::filesystem::remove(folder_.Path("a.yaml"));
  EXPECT_THAT(Reload(), ElementsAre("a deleted"));
  EXPECT_EQ(report_.policies, 2u);
}

TEST_F(PolicyStoreTest, WhatBreaksKeepsItsLastGoodVersion) {
  folder_.Write("a.yaml", Policy("a") + "---\n" + Policy("b"));
  Reload();
  struct Case {
    const char* name;
    std::string text;
  };
  std::string unknown_field = Policy("a", "changed");
  unknown_field.replace(unknown_field.find("match:"), 6, "macth:");
  std::string refused = Policy("a", "changed");  // decodes, but admission would refuse it
  refused.replace(refused.find("\"?*\""), 4, "\"{{ serviceAccountNam }}\"");
  for (const Case& c :
       {Case{"no YAML", "a: [\n"}, Case{"unknown field", unknown_field}, Case{"refused", refused}}) {
    SCOPED_TRACE(c.name);
    folder_.Write("a.yaml", c.text + "---\n" + Policy("b", c.name));
    Reload();
    EXPECT_EQ(Message("a"), "m");
    EXPECT_EQ(Message("b"), c.name);  // the other document of the file is taken
    EXPECT_EQ(Problems().size(), 1u);
    EXPECT_THAT(report_.kept, ElementsAre("a"));
    Reload();
    EXPECT_THAT(Problems(), IsEmpty());  // said once
  }
  folder_.Write("a.yaml", Policy("b", "alone"));
  EXPECT_THAT(Reload(), ElementsAre("b updated", "a deleted"));
}

TEST_F(PolicyStoreTest, OneBrokenFileTakesNothingElseWithIt) {
  folder_.Write("a.yaml",
                "kind: ClusterPolicy\napiVersion: kyverno.io/v1\nmetadata: {name: x}\nspec: {rules: 5}\n");
  folder_.Write("b.yaml", Policy("b"));
  folder_.Write("c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: no-policy}\n");
  EXPECT_THAT(Reload(), ElementsAre("b created"));
  EXPECT_THAT(Problems(), ElementsAre("a.yaml:4"));
}

TEST_F(PolicyStoreTest, APathThatCannotBeListedKeepsItsPolicies) {
  const std::string path = folder_.Path("mounted"), away = folder_.Path("away");
  folder_.Write("mounted/a.yaml", Policy("a"));
  PolicyStore store({.policies = {path}}, ports::World(), metrics_, published_);
  EXPECT_EQ(store.Reload().policies, 1u);

  std::filesystem::rename(path, away);
  std::filesystem::create_symlink(path, path);  // a circle, which is there and cannot be read
  const ReloadReport unreadable = store.Reload();
  EXPECT_FALSE(unreadable.problems.empty());
  EXPECT_EQ(unreadable.policies, 1u);
  EXPECT_EQ(Message("a"), "m");

  std::filesystem::remove(path);
  EXPECT_EQ(store.Reload().policies, 0u);
}

TEST_F(PolicyStoreTest, PoliciesThatAreNotEvaluatedAreNamed) {
  std::string text = Policy("a");
  text.replace(
      text.find("    validate:"), std::string::npos,
      "    generate: {apiVersion: v1, kind: ConfigMap, name: c, namespace: x, data: {data: {a: b}}}\n");
  folder_.Write("a.yaml", text + "---\n" + Policy("b"));
  folder_.Write("b.yaml",
                "apiVersion: policies.kyverno.io/v1\nkind: GeneratingPolicy\nmetadata: {name: g}\n"
                "spec: {generate: [{expression: 'true'}]}\n");
  Reload();
  EXPECT_THAT(Problems(), IsEmpty());
  EXPECT_THAT(report_.unevaluated, ElementsAre("g", "a"));
  Reload();
  EXPECT_THAT(report_.unevaluated, IsEmpty());
}

TEST_F(PolicyStoreTest, ImagePoliciesThatDoNotCompileAreInForceUnlessThereWasABetterOne) {
  const auto policy = [](std::string_view name, std::string_view expression) {
    return "apiVersion: policies.kyverno.io/v1\nkind: ImageValidatingPolicy\nmetadata: {name: " +
           std::string(name) +
           "}\nspec: {attestors: [], validations: [{expression: " + std::string(expression) + "}]}\n";
  };
  folder_.Write("a.yaml", policy("a", "'true'"));
  folder_.Write("b.yaml", policy("b", "'1'"));
  EXPECT_THAT(Reload(), ElementsAre("a created", "b created"));
  EXPECT_THAT(Problems(), ElementsAre("b.yaml:1"));
  EXPECT_TRUE(published_.Get()->may_call_outside());
  folder_.Write("a.yaml", policy("a", "'1'"));
  EXPECT_THAT(Reload(), IsEmpty());
  EXPECT_THAT(report_.kept, ElementsAre("a"));
  const auto& images = published_.Get()->cel_policies().images;
  ASSERT_EQ(images.units().size(), 2u);
  EXPECT_EQ(images.units()[0]->error(), "");
  EXPECT_NE(images.units()[1]->error(), "");
}

TEST_F(PolicyStoreTest, ConfigurationAndClusterFollowTheirFiles) {
  folder_.Write("a.yaml", Policy("a"));
  Reload();
  Arena arena;
  EXPECT_EQ(published_.Get()->world().cluster->NamespaceLabels("team", arena).StringAt("tier"), "gold");
  EXPECT_FALSE(published_.Get()->configuration().Filters({"", "v1", "Pod"}, "", "team", "x"));

  folder_.Write("config.yml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kyverno}\ndata: {resourceFilters: "
                "'[Pod,team,*]'}\n");
  folder_.Write("cluster.yaml",
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {tier: lead}}\n");
  Reload();
  EXPECT_EQ(published_.Get()->world().cluster->NamespaceLabels("team", arena).StringAt("tier"), "lead");
  EXPECT_TRUE(published_.Get()->configuration().Filters({"", "v1", "Pod"}, "", "team", "x"));

  folder_.Write("config.yml", "kind: Pod\n");
  Reload();
  EXPECT_THAT(Problems(), ElementsAre("config.yml:1"));
  EXPECT_TRUE(published_.Get()->configuration().Filters({"", "v1", "Pod"}, "", "team", "x"));
}

TEST_F(PolicyStoreTest, DefinitionsAmongTheResourcesGiveTypes) {
  EXPECT_EQ((Reload(), published_.Get()->world().custom_types->SchemaOf("a.io", "v1", "Thing")), nullptr);
  folder_.Write(
      "cluster.yaml",
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.a.io}\n"
      "spec:\n  group: a.io\n  names: {kind: Thing, plural: things}\n  scope: Namespaced\n  versions: "
      "[{name: v1, served: true, schema: {openAPIV3Schema: {type: object}}}]\n");
  const auto before = published_.Get();
  Reload();
  EXPECT_EQ(before->world().custom_types->SchemaOf("a.io", "v1", "Thing"), nullptr);  // a request may hold it
  const json::Value* schema = published_.Get()->world().custom_types->SchemaOf("a.io", "v1", "Thing");
  ASSERT_NE(schema, nullptr);
  EXPECT_EQ(schema->StringAt("type"), "object");
}

std::string CelPolicy(std::string_view name, std::string_view expression, std::string_view rest = "") {
  return "---\napiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: " +
         std::string(name) +
         "}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: "
         "[CREATE], "
         "resources: [pods]}]}\n  validations: [{expression: \"" +
         std::string(expression) + "\"}]\n" + std::string(rest);
}

constexpr std::string_view kCelException =
    "apiVersion: policies.kyverno.io/v1\nkind: PolicyException\nmetadata: {name: e, namespace: ns}\nspec:\n"
    "  policyRefs: [{name: a, kind: ValidatingPolicy}]\n  expiresAt: 2020-01-01T00:00:00Z\n";

TEST_F(PolicyStoreTest, PoliciesWrittenInCelComeAndGo) {
  const auto compiled = [&](std::size_t at) {
    return published_.Get()->cel_policies().validating.policies()[at];
  };
  folder_.Write("a.yaml", CelPolicy("a", "true") + CelPolicy("b", "true"));
  EXPECT_THAT(Reload(), ElementsAre("a created", "b created"));
  const auto a = compiled(0), b = compiled(1);
  EXPECT_EQ(published_.Get()->cel_policies().validating.units().size(),
            6u);  // with those for pod controllers
  // Only what changed is compiled.
  folder_.Write("a.yaml", CelPolicy("a", "true") + CelPolicy("b", "1 == 1"));
  EXPECT_THAT(Reload(), ElementsAre("b updated"));
  EXPECT_EQ(compiled(0), a);
  EXPECT_NE(compiled(1), b);
  // One that does not compile keeps its last good version; it is said once.
  folder_.Write("a.yaml", CelPolicy("a", "true +") + CelPolicy("b", "1 == 1"));
  EXPECT_THAT(Reload(), IsEmpty());
  EXPECT_THAT(Problems(), ElementsAre("a.yaml:1"));
  EXPECT_THAT(report_.kept, ElementsAre("a"));
  EXPECT_EQ(compiled(0), a);
  Reload();
  EXPECT_THAT(Problems(), IsEmpty());
  // So does one that cannot be read.
  folder_.Write("a.yaml", CelPolicy("a", "true", "  nope: 1\n") + CelPolicy("b", "1 == 1"));
  EXPECT_THAT(Reload(), IsEmpty());
  EXPECT_THAT(report_.kept, ElementsAre("a"));
  EXPECT_EQ(published_.Get()->cel_policies().validating.policies().size(), 2u);
  // An exception is compiled into its policy.
  folder_.Write("a.yaml", CelPolicy("a", "true") + CelPolicy("b", "1 == 1"));
  Reload();
  const auto before = compiled(0), other = compiled(1);
  folder_.Write("e.yaml", kCelException);
  Reload();
  EXPECT_NE(compiled(0), before);
  EXPECT_EQ(compiled(1), other);
  EXPECT_EQ(report_.exceptions, 1u);
  // Policies for other modes, and those that admission is off for, judge no request.
  folder_.Write("a.yaml", CelPolicy("a", "true", "  evaluation: {mode: JSON}\n") +
                              CelPolicy("b", "true", "  evaluation: {admission: {enabled: false}}\n"));
  EXPECT_THAT(Reload(), ElementsAre("a deleted", "b deleted"));
  EXPECT_TRUE(published_.Get()->cel_policies().validating.policies().empty());
}

TEST_F(PolicyStoreTest, ExceptionsExpire) {
  struct Clock : ports::Clock {
    Time Now() const override { return Time::FromUnix(now); }
    std::int64_t now = 1'577'836'799;  // the last second of 2019
  } clock;
  PolicyStore store({.policies = {folder_.path()}}, {.clock = &clock}, metrics_, published_);
  folder_.Write("a.yaml", CelPolicy("a", "true"));
  folder_.Write("e.yaml", kCelException);
  const auto before = store.Reload();
  EXPECT_EQ(before.exceptions, 1u);
  EXPECT_EQ(before.next_expiry, Time::FromUnix(clock.now + 1));
  ++clock.now;
  const auto after = store.Reload();
  EXPECT_EQ(after.exceptions, 0u);
  EXPECT_FALSE(after.next_expiry);
}

}  // namespace
}  // namespace ephor::server
