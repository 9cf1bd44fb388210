#include "cli/test_run.h"

#include <gtest/gtest.h>

#include "cli/run_for_test.h"
#include "json/parse.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

class TestCommandTest : public ::testing::Test {
 protected:
  TestCommandTest() {
    folder_.Write("policy.yaml", kNeedTeam);
    folder_.Write("pods.yaml", kPods);
    options_.paths = {folder_.path()};
    options_.remove_color = true;
  }

  void WriteTest(std::string_view results) {
    folder_.Write(
        "kyverno-test.yaml",
        "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [policy.yaml]\n"
        "resources: [pods.yaml]\nresults:\n" +
            std::string(results));
  }

  // What is printed after the steps, and the error.
  std::pair<std::string, std::string> Run() {
    CapturedContext captured;
    const auto code = RunTests(options_, captured.context());
    std::string out = captured.out();
    const std::string checking = "  Checking results ...\n";
    if (const std::size_t at = out.find(checking); at != std::string::npos) {
      out = out.substr(at + checking.size());
    }
    return {out, code ? "" : code.error().message()};
  }

  source::TemporaryFolder folder_;
  TestOptions options_;
};

TEST_F(TestCommandTest, ComparesRows) {
  WriteTest(
      "- {policy: need-team, rule: check-team, kind: Pod, resources: [good], result: pass}\n"
      "- {policy: need-team, rule: check-team, kind: Pod, resources: [prod/bad], result: pass}\n"
      "- {policy: need-team, rule: check-team, kind: Pod, resources: [nothere], result: fail}\n"
      "- {policy: need-team, rule: nope, kind: Pod, resources: [good], result: fail}\n"
      "- {policy: absent, rule: nope, kind: Pod, resources: [good], result: fail}\n");
  const auto [out, error] = Run();
  EXPECT_EQ(out,
            "\n"
            "│────│───────────│────────────│─────────────────────│────────│─────────────────────│\n"
            "│ ID │ POLICY    │ RULE       │ RESOURCE            │ RESULT │ REASON              │\n"
            "│────│───────────│────────────│─────────────────────│────────│─────────────────────│\n"
            "│ 1  │ need-team │ check-team │ v1/Pod/default/good │ Pass   │ Ok                  │\n"
            "│ 2  │ need-team │ check-team │ v1/Pod/prod/bad     │ Fail   │ Want pass, got fail │\n"
            "│ 3  │ need-team │ check-team │ v1/Pod/default/good │ Fail   │ Want fail, got pass │\n"
            "│ 4  │ need-team │ check-team │ v1/Pod/prod/bad     │ Pass   │ Ok                  │\n"
            "│ 5  │ need-team │ nope       │ v1/Pod/default/good │ Pass   │ Excluded            │\n"
            "│ 6  │ absent    │ nope       │ v1/Pod/default/good │ Fail   │ Not found           │\n"
            "│────│───────────│────────────│─────────────────────│────────│─────────────────────│\n"
            "\n\nTest Summary: 3 tests passed and 3 tests failed\n\n");
  EXPECT_EQ(error, "3 tests failed");
}

TEST_F(TestCommandTest, ShowsItsSteps) {
  WriteTest("- {policy: need-team, kind: Pod, resources: [good], result: pass}\n");
  options_.fail_only = true;
  CapturedContext captured;
  EXPECT_EQ(*RunTests(options_, captured.context()), 0);
  EXPECT_EQ(captured.out(),
            "Loading test  ( " + folder_.Path("kyverno-test.yaml") +
                " ) ...\n  Loading values/variables ...\n  Loading policies ...\n  Loading resources ...\n"
                "  Loading exceptions ...\n  Applying 1 policy to 2 resources with 0 exceptions ...\n"
                "  Checking results ...\n\nTest Summary: 0 out of 1 tests failed\n\n");
}

TEST_F(TestCommandTest, OperationsHaveRunsOfTheirOwn) {
  WriteTest(
      "- {policy: need-team, kind: Pod, resources: [bad], result: fail, operation: UPDATE}\n"
      "- {policy: need-team, kind: Pod, resources: [bad], result: fail}\n");
  EXPECT_EQ(Run().second, "");
  WriteTest("- {policy: p, kind: Pod, resources: [bad], result: fail, operation: PATCH}\n");
  EXPECT_EQ(
      Run().second,
      "failed to run test (invalid test result for policy p: invalid operation \"PATCH\", must be one of "
      "CREATE, UPDATE, DELETE)");
}

TEST_F(TestCommandTest, SelectsRows) {
  WriteTest(
      "- {policy: need-team, rule: check-team, kind: Pod, resources: [good], result: pass}\n"
      "- {policy: other, kind: Pod, resources: [good], result: pass}\n");
  options_.selector = "policy=need-*, resource=good";
  EXPECT_EQ(Run().second, "");
  options_.selector = "policy=none";
  EXPECT_EQ(Run().first, "\nTest Summary: 0 tests passed and 0 tests failed\n\n");
  options_.selector = "policy";
  EXPECT_TRUE(Run().second.ends_with("1 tests failed"));
}

TEST_F(TestCommandTest, BadInput) {
  EXPECT_EQ(Run().first, "\nNo test yamls available\n");
  options_.require_tests = true;
  EXPECT_EQ(Run().second, "no tests found");
  WriteTest("- {policy: p, status: pass}\n");
  const std::string path = folder_.Path("kyverno-test.yaml");
  EXPECT_EQ(Run().first, "\nTest errors:\n  Path: " + path +
                             "\n    Error: json: unknown field \"results[0].status\" (line 7)\n");
  EXPECT_EQ(Run().second, "found 1 errors after loading tests");
  folder_.Write("kyverno-test.yaml", "kind: Test\nresults: [{policy: p}]\n");
  EXPECT_EQ(Run().second,
            "test file " + path + " uses a deprecated schema — please migrate to the latest format");
  WriteTest("- {policy: need-team, kind: Pod, result: pass}\n");
  folder_.Write("policy.yaml", "apiVersion: v1\nkind: ConfigMap\n");
  EXPECT_EQ(Run().second, "failed to run test (error: failed to load policies (" +
                              folder_.Path("policy.yaml") + ": policy type not supported v1/ConfigMap))");
  options_.paths = {"/nonexistent"};
  EXPECT_EQ(Run().second, "open /nonexistent: no such file or directory");
  options_.output_format = "xml";
  EXPECT_EQ(Run().second, "invalid format, expected (json, yaml, markdown, junit, sarif)");
}

TEST(RunTests, TellsPlacesOfRowsInSarif) {
  source::TemporaryFolder folder;
  folder.Write("policy.yaml", kNeedTeam);
  folder.Write("pods.yaml", kPods);
  const std::string path = folder.Write(
      "kyverno-test.yaml",
      "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [policy.yaml]\n"
      "resources: [pods.yaml]\nresults:\n"
      "- {policy: need-team, rule: check-team, kind: Pod, resources: [good], result: pass}\n"
      "- policy: need-team\n  rule: check-team\n  kind: Pod\n  resources: [bad]\n  result: pass\n");
  TestOptions options;
  options.paths = {folder.path()};
  options.output_format = "sarif";
  CapturedContext captured;
  captured.context().Finish(RunTests(options, captured.context()));
  EXPECT_EQ(captured.context().exit_code, 1);
  EXPECT_NE(captured.err().find("Test Summary: 1 tests passed and 1 tests failed"), std::string::npos);
  Arena arena;
  const std::string out = captured.out();
  const auto log = json::Parse(out, arena);
  ASSERT_TRUE(log) << out;
  const json::Value& results = *log->Find("runs")->items()[0].Find("results");
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results.items()[0]
                  .StringAt("message", "text")
                  .starts_with("Want pass, got fail: validation error: a team is needed."));
  const json::Value& location = results.items()[0].Find("locations")->items()[0];
  EXPECT_EQ(location.StringAt("physicalLocation", "artifactLocation", "uri"), path);
  EXPECT_EQ(location.Find("physicalLocation", "region", "startLine")->as_int(), 8);
}

TEST(RunTests, TakesClusterResourcesForACluster) {
  source::TemporaryFolder folder;
  folder.Write(
      "policy.yaml",
      "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec:\n  rules:\n  - name: r\n"
      "    match: {any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {a: b}}}}]}\n"
      "    context:\n    - {name: c, configMap: {name: settings, namespace: prod}}\n"
      "    - {name: gateways, apiCall: {urlPath: /apis/net.io/v1/gateways, jmesPath: 'length(items)'}}\n"
      "    validate:\n      message: '{{ c.data.team }} {{ gateways }}'\n"
      "      deny: {conditions: {all: [{key: '{{ c.data.team }}', operator: NotEquals, value: "
      "'{{ request.object.metadata.labels.team }}'}]}}\n");
  folder.Write("pods.yaml",
               "apiVersion: v1\nkind: Pod\nmetadata: {name: good, namespace: prod, labels: {team: a}}\n---\n"
               "apiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: prod, labels: {team: x}}\n");
  folder.Write(
      "cluster.yaml",
      "apiVersion: cli.kyverno.io/v1alpha1\nkind: ClusterResource\nmetadata: {name: c}\nspec:\n"
      "  crds: [crd.yaml]\n  resources:\n"
      "  - {apiVersion: v1, kind: Namespace, metadata: {name: prod, labels: {a: b}}}\n"
      "  - {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: prod}, data: {team: a}}\n"
      "  - {apiVersion: net.io/v1, kind: Gateway, metadata: {name: g}}\n");
  folder.Write("crd.yaml",
               "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
               "gateways.net.io}\nspec:\n  group: net.io\n  scope: Cluster\n  names: {kind: Gateway, plural: "
               "gateways}\n  versions: [{name: v1, served: true}]\n");
  const std::string test =
      "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [policy.yaml]\n"
      "resources: [pods.yaml]\nclusterResources: [cluster.yaml]\nresults:\n"
      "- {policy: p, rule: r, kind: Pod, resources: [good], result: pass}\n"
      "- {policy: p, rule: r, kind: Pod, resources: [bad], result: fail}\n";
  folder.Write("kyverno-test.yaml", test);
  TestOptions options;
  options.paths = {folder.path()};
  options.detailed_results = true;
  options.output_format = "markdown";
  {
    CapturedContext captured;
    captured.context().Finish(RunTests(options, captured.context()));
    const std::string out = captured.out();
    EXPECT_NE(
        out.find("  Loading resources ...\nLoading Kubernetes resources ...\n  Loading exceptions ...\n"),
        std::string::npos)
        << out << captured.err();
    EXPECT_NE(out.find("| Pass | Ok | a 1 |"), std::string::npos) << out;
    EXPECT_NE(out.find("Test Summary: 2 tests passed and 0 tests failed"), std::string::npos) << out;
  }
  folder.Write("pods.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: lost, namespace: dev}\n");
  CapturedContext captured;
  captured.context().Finish(RunTests(options, captured.context()));
  EXPECT_EQ(
      captured.err(),
      "Error: failed to run test (failed to apply policies on resource lost (failed to get the resource's "
      "namespace (namespaces \"dev\" not found)))\n");
}

// Kubernetes' own policies judge custom resources whose definition the test has.
TEST_F(TestCommandTest, DefinitionsTellNativePoliciesOfCustomResources) {
  source::TemporaryFolder folder;
  const std::string rules =
      "  matchConstraints: {resourceRules: [{apiGroups: [net.io], apiVersions: [v1], operations: [CREATE], "
      "resources: [mice]}]}\n";
  const std::string start = "apiVersion: admissionregistration.k8s.io/v1\nkind: ";
  folder.Write("validating.yaml", start + "ValidatingAdmissionPolicy\nmetadata: {name: v}\nspec:\n" + rules +
                                      "  validations: [{expression: 'object.spec.a == 1'}]\n");
  folder.Write(
      "mutating.yaml",
      start + "MutatingAdmissionPolicy\nmetadata: {name: m}\nspec:\n" + rules +
          "  mutations: [{patchType: JSONPatch, jsonPatch: {expression: \"[JSONPatch{op: 'replace', path: "
          "'/spec/a', value: 2}]\"}}]\n");
  folder.Write("mouse.yaml",
               "apiVersion: net.io/v1\nkind: Mouse\nmetadata: {name: o, namespace: x}\nspec: {a: 1}\n");
  folder.Write("patched.yaml",
               "apiVersion: net.io/v1\nkind: Mouse\nmetadata: {name: o, namespace: x}\nspec: {a: 2}\n");
  folder.Write("crd.yaml",
               "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
               "mice.net.io}\nspec:\n  group: net.io\n  scope: Namespaced\n  names: {kind: Mouse, plural: "
               "mice}\n  versions: [{name: v1, served: true}]\n");
  folder.Write("cluster.yaml",
               "apiVersion: cli.kyverno.io/v1alpha1\nkind: ClusterResource\nmetadata: {name: c}\nspec:\n"
               "  crds: [crd.yaml]\n"
               "  resources: [{apiVersion: v1, kind: Namespace, metadata: {name: x}}]\n");
  const auto run = [&](std::string_view policy, std::string_view row) {
    folder.Write(
        "kyverno-test.yaml",
        "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [" +
            std::string(policy) +
            "]\nresources: [mouse.yaml]\nclusterResources: [cluster.yaml]\nresults:\n- {kind: Mouse, "
            "resources: [o], result: pass, " +
            std::string(row) + "}\n");
    TestOptions options;
    options.paths = {folder.path()};
    CapturedContext captured;
    captured.context().Finish(RunTests(options, captured.context()));
    return captured.out() + captured.err();
  };
  constexpr std::string_view kPassed = "Test Summary: 1 tests passed and 0 tests failed";
  const std::string validated = run("validating.yaml", "policy: v, isValidatingAdmissionPolicy: true");
  EXPECT_NE(validated.find(kPassed), std::string::npos) << validated;
  const std::string mutated =
      run("mutating.yaml", "policy: m, isMutatingAdmissionPolicy: true, patchedResources: patched.yaml");
  EXPECT_NE(mutated.find(kPassed), std::string::npos) << mutated;
}

}  // namespace
}  // namespace ephor::cli
