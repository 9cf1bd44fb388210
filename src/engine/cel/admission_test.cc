#include "engine/cel/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/encoding.h"
#include "json/parse.h"
#include "json/write.h"
#include "policy/decode_for_test.h"

namespace ephor::engine {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kOnPods =
    "  matchConstraints:\n"
    "    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: "
    "[pods]}]\n"
    "  autogen: {podControllers: {controllers: []}}\n";

// A policy of the kind on Pods, with a spec that is indented by two; the name may have a namespace before it.
std::string Yaml(std::string_view kind, std::string_view key, std::string_view spec) {
  const std::size_t slash = key.find('/');
  std::string metadata = "{name: " + std::string(key) + "}";
  if (slash != std::string_view::npos) {
    metadata = "{name: " + std::string(key.substr(slash + 1)) +
               ", namespace: " + std::string(key.substr(0, slash)) + "}";
  }
  return "apiVersion: policies.kyverno.io/v1\nkind: " +
         std::string(slash == std::string_view::npos ? "" : "Namespaced") + std::string(kind) +
         "\nmetadata: " + metadata + "\nspec:\n" + std::string(kOnPods) + std::string(spec);
}

class CelAdmissionTest : public ::testing::Test {
 protected:
  void AddValidating(std::string_view key, std::string_view spec) {
    const auto source =
        policy::Decode<policy::ValidatingPolicy>(policy::ParseForTest(Yaml("ValidatingPolicy", key, spec)));
    ASSERT_TRUE(source) << source.error().message();
    auto compiled = CompiledValidatingPolicy::Compile(*source, {});
    ASSERT_TRUE(compiled) << compiled.error().message();
    validating_.push_back(*compiled);
  }
  void AddMutating(std::string_view key, std::string_view spec) {
    const auto source =
        policy::Decode<policy::MutatingPolicy>(policy::ParseForTest(Yaml("MutatingPolicy", key, spec)));
    ASSERT_TRUE(source) << source.error().message();
    auto compiled = CompiledMutatingPolicy::Compile(*source, {});
    ASSERT_TRUE(compiled) << compiled.error().message();
    mutating_.push_back(*compiled);
  }

  std::string Ask(std::string_view names, bool namespaced, bool mutate, std::string_view operation) {
    const CelPolicySet set{.validating = CelPolicyList<CompiledValidatingPolicy>(validating_),
                           .mutating = CelPolicyList<CompiledMutatingPolicy>(mutating_)};
    const Configuration configuration;
    const ports::World world;
    const CelAdmission admission(set, configuration, world);
    AdmissionWorkspace workspace;
    std::string answer;
    const std::string review =
        R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":{"group":"",)"
        R"("version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"name":"web",)"
        R"("namespace":"shop","operation":")" +
        std::string(operation) +
        R"(","userInfo":{"username":"ann"},"object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web",)"
        R"("namespace":"shop"}},"oldObject":null}})";
    const CelTarget target{.names = names, .namespaced = namespaced};
    const AdmissionOutcome outcome = mutate ? admission.Mutate(review, target, workspace, answer)
                                            : admission.Validate(review, target, workspace, answer);
    EXPECT_EQ(outcome.http_status, 200) << outcome.error;
    Arena arena;
    const auto parsed = json::Parse(answer, arena);
    EXPECT_TRUE(parsed) << answer;
    const json::Value& response = *parsed->Find("response");
    std::string text = outcome.allowed ? "allowed" : "denied";
    if (const auto message = response.StringAt("status", "message"); !message.empty())
      text.append(" ").append(message);
    if (const json::Value* warnings = response.Find("warnings"))
      text.append(" ").append(json::ToString(*warnings));
    if (const auto patch = response.StringAt("patch"); !patch.empty())
      text.append(" ").append(*Base64Decode(patch));
    return text;
  }
  std::string Validate(std::string_view names, bool namespaced = false,
                       std::string_view operation = "CREATE") {
    return Ask(names, namespaced, false, operation);
  }
  std::string Mutate(std::string_view names, bool namespaced = false, std::string_view operation = "CREATE") {
    return Ask(names, namespaced, true, operation);
  }

  std::vector<std::shared_ptr<const CompiledValidatingPolicy>> validating_;
  std::vector<std::shared_ptr<const CompiledMutatingPolicy>> mutating_;
};

TEST_F(CelAdmissionTest, ActionsDecideWhatAFailureDoes) {
  AddValidating("deny", "  validations: [{expression: 'false', message: not so}]\n");
  AddValidating(
      "both", "  validationActions: [Deny, Warn]\n  validations: [{expression: 'false', message: never}]\n");
  AddValidating("warn",
                "  validationActions: [Warn]\n  validations: [{expression: 'false', message: mind}]\n");
  AddValidating("audit", "  validationActions: [Audit]\n  validations: [{expression: 'false'}]\n");
  AddValidating("error", "  failurePolicy: Ignore\n  validations: [{expression: 'object.nope == 1'}]\n");
  AddValidating("pass", "  validations: [{expression: 'true'}]\n");
  EXPECT_EQ(Validate("deny"), "denied Policy deny failed: not so");
  EXPECT_EQ(Validate("both"), R"(denied Policy both failed: never ["Policy both failed: never"])");
  EXPECT_EQ(Validate("warn"), R"(allowed ["Policy warn failed: mind"])");
  EXPECT_EQ(Validate("audit"), "allowed");
  EXPECT_EQ(Validate("error"), "denied Policy error error: error: no such key: nope");
  EXPECT_EQ(Validate("pass"), "allowed");
  // In order of their names, whatever the path's.
  EXPECT_EQ(Validate("pass/error/deny"),
            "denied Policy deny failed: not so; Policy error error: error: no such key: nope");
}

TEST_F(CelAdmissionTest, PathsNamePolicies) {
  AddValidating("a", "  validations: [{expression: 'false', message: cluster}]\n");
  AddValidating("shop/a", "  validations: [{expression: 'false', message: shop}]\n");
  AddValidating("other/a", "  validations: [{expression: 'false', message: other}]\n");
  for (const std::string_view names : {"", "/", "b", "aa", "b/aa/", "ab/ba"})
    EXPECT_EQ(Validate(names), "allowed");
  for (const std::string_view names : {"a", "/a", "b/a", "aa/a/b", "a/a"}) {
    EXPECT_EQ(Validate(names), "denied Policy a failed: cluster");
  }
  EXPECT_EQ(Validate("a", true), "denied Policy a failed: shop");
  EXPECT_EQ(Validate("a", false, "DELETE"), "allowed");
}

TEST_F(CelAdmissionTest, NamespacesHaveAtLeastTheirName) {
  AddValidating(
      "a",
      "  validations: [{expression: 'false', messageExpression: \"namespaceObject.metadata.name + ' ' + "
      "string(namespaceObject.metadata.labels['kubernetes.io/metadata.name'])\"}]\n");
  EXPECT_EQ(Validate("a"), "denied Policy a failed: shop shop");
}

TEST_F(CelAdmissionTest, MutationsFollowOneAnother) {
  const auto labels = [](std::string_view label, std::string_view value) {
    return "  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: "
           "\"Object{metadata: "
           "Object.metadata{labels: Object.metadata.labels{" +
           std::string(label) + ": " + std::string(value) + "}}}\"}}]\n";
  };
  AddMutating("one", labels("a", "'x'"));
  AddMutating("two", labels("b", "object.metadata.?labels[?'a'].orValue('none') + 'y'"));
  AddMutating("lenient", "  failurePolicy: Ignore\n" + labels("c", "string(object.nope)"));
  AddMutating("strict", labels("c", "string(object.nope)"));
  AddMutating("targets",
              "  targetMatchConstraints: {resourceRules: [{apiGroups: [''], resources: [pods]}]}\n" +
                  labels("d", "'z'"));
  EXPECT_EQ(Mutate("one"), R"(allowed [{"op":"add","path":"/metadata/labels","value":{"a":"x"}}])");
  EXPECT_EQ(Mutate("two/one"),
            R"(allowed [{"op":"add","path":"/metadata/labels","value":{"a":"x","b":"xy"}}])");
  EXPECT_EQ(Mutate("lenient"), "allowed");
  EXPECT_EQ(
      Mutate("one/strict"),
      "denied Resource: shop/web, Kind: Pod, Errors: [Policy strict: failed to evaluate policy: no such key: "
      "nope]");
  EXPECT_EQ(Mutate("targets"), "allowed");
  EXPECT_EQ(Mutate("one", false, "DELETE"), "allowed");
  EXPECT_EQ(Mutate("one", true), "allowed");
}

}  // namespace
}  // namespace ephor::engine
