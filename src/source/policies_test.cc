#include "source/policies.h"

#include <gtest/gtest.h>

#include "source/temporary_folder.h"

namespace ephor::source {
namespace {

constexpr std::string_view kPolicy =
    "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: NAME}\nspec:\n  rules:\n  - name: r\n"
    "    match: {any: [{resources: {kinds: [Pod]}}]}\n    validate: {message: m, pattern: {metadata: {name: "
    "a}}}\n";

std::string Policy(std::string_view name) {
  std::string text(kPolicy);
  text.replace(text.find("NAME"), 4, name);
  return text;
}

TEST(LoadPolicyText, KeepsWhatIsGoodAndNamesWhatIsNot) {
  const std::string text = Policy("a") +
                           "---\nkind: ClusterPolicy\napiVersion: kyverno.io/v1\nspec: {rulez: []}\n---\n" +
                           "apiVersion: v1\nkind: ConfigMap\n---\nx: [\n---\n" + Policy("b");
  const LoadedPolicies loaded = LoadPolicyText("p.yaml", text);
  ASSERT_EQ(loaded.policies.size(), 2u);
  EXPECT_EQ(loaded.policies[0]->metadata.name, "a");
  EXPECT_EQ(loaded.policies[1]->metadata.name, "b");
  ASSERT_EQ(loaded.others.size(), 1u);
  EXPECT_EQ(loaded.others[0].message, "v1/ConfigMap");
  ASSERT_EQ(loaded.problems.size(), 2u);
  for (const PolicyProblem& problem : loaded.problems) {
    EXPECT_TRUE(problem.Description().starts_with("p.yaml:")) << problem.Description();
    EXPECT_GT(problem.line, 8u);
  }
}

TEST(LoadPolicyText, KnowsPositionsUntilTheyAreForgotten) {
  LoadedPolicies loaded = LoadPolicyText("p.yaml", Policy("a") + "---\n" + Policy("b"));
  ASSERT_EQ(loaded.policies.size(), 2u);
  const policy::Policy& second = *loaded.policies[1];
  EXPECT_EQ(second.PositionOf(second.spec.rules[0].source).line, 15u);
  loaded.ForgetPositions();
  EXPECT_EQ(second.PositionOf(second.spec.rules[0].source).line, 0u);
  EXPECT_EQ(second.spec.rules[0].validate->message, "m");
}

TEST(LoadPolicyText, TakesTheItemsOfAList) {
  const LoadedPolicies loaded = LoadPolicyText(
      "l.yaml",
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap}\n"
      "- {apiVersion: policies.kyverno.io/v1, kind: ValidatingPolicy, metadata: {name: x}}\n"
      "- {apiVersion: policies.kyverno.io/v1, kind: ValidatingPolicy, metadata: {name: x}, spec: {}}\n");
  EXPECT_EQ(loaded.others.size(), 1u);
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(
      loaded.problems[0].Description(),
      "l.yaml:5: failed to validate resource (ValidatingPolicy.policies.kyverno.io \"x\" is invalid: spec: "
      "Required value)");
  EXPECT_EQ(loaded.validating_policies.size(), 1u);
}

TEST(LoadPolicies, GoesOnAfterAPathThatIsNotThere) {
  const TemporaryFolder folder;
  folder.Write("p/b.yaml", Policy("b"));
  folder.Write("p/a/c.yaml", Policy("c"));
  const LoadedPolicies loaded =
      LoadPolicies({folder.Path("none"), folder.Path("p"), "https://x.io/a/b"}, stdin);
  ASSERT_EQ(loaded.policies.size(), 2u);
  EXPECT_EQ(loaded.policies[0]->metadata.name, "c");
  ASSERT_EQ(loaded.problems.size(), 2u);
  EXPECT_EQ(loaded.problems[0].Description(),
            folder.Path("none") + ": stat " + folder.Path("none") + ": no such file or directory");
}

TEST(LoadExceptions, AcceptsNothingElse) {
  const TemporaryFolder folder;
  const std::string good = folder.Write(
      "e.yaml",
      "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: e, namespace: ns}\nspec:\n"
      "  match: {any: [{resources: {kinds: [Pod]}}]}\n  exceptions: [{policyName: p, ruleNames: [r]}]\n");
  ASSERT_TRUE(LoadExceptions({good}));
  EXPECT_EQ(LoadExceptions({good})->exceptions.size(), 1u);
  const auto wrong = LoadExceptions({folder.Write("p.yaml", Policy("a"))});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message(),
            "unable to load exceptions (policy exception type not supported ClusterPolicy)");
  EXPECT_FALSE(LoadExceptions({folder.Path("none.yaml")}));
}

}  // namespace
}  // namespace ephor::source
