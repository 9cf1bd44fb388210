#include "source/test_case.h"

#include <gmock/gmock.h>

#include "source/temporary_folder.h"

namespace ephor::source {
namespace {

using ::testing::ElementsAre;

TestFile Load(std::string_view text) {
  const TemporaryFolder folder;
  return LoadTestFile(folder.Write("kyverno-test.yaml", text));
}

TEST(LoadTestFile, ReadsAllFields) {
  const TestFile file = Load(
      "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [a.yaml, b.yaml, "
      "a.yaml]\n"
      "resources: [r.yaml]\nvariables: values.yaml\nuserinfo: user.yaml\njsonPayload: ./p.json\n"
      "results:\n- policy: ns/p\n  rule: r\n  kind: Pod\n  resources: []\n  result: pass\n  operation: "
      "DELETE\n"
      "  resourceSpecs: [{group: apps, version: v1, kind: Deployment, namespace: ns, name: x}]\n"
      "- {policy: q, kind: Pod, result: skip, isVAlidatingPolicy: true, FailOnMissingResources: true}\n---\n"
      "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nvalues: {globalValues: {a: b}}\n");
  ASSERT_FALSE(file.error) << file.error->message();
  ASSERT_EQ(file.tests.size(), 2u);
  const TestCase& test = file.tests[0];
  EXPECT_THAT(test.policies, ElementsAre("a.yaml", "b.yaml"));
  EXPECT_THAT(test.json_payloads, ElementsAre("p.json"));
  EXPECT_EQ(test.variables, "values.yaml");
  ASSERT_EQ(test.results.size(), 2u);
  EXPECT_EQ(test.results[0].operation, "DELETE");
  EXPECT_TRUE(test.results[0].has_resources);
  EXPECT_EQ(test.results[0].resource_specs[0].group, "apps");
  EXPECT_FALSE(test.results[1].has_resources);
  EXPECT_TRUE(test.results[1].fail_on_missing_resources);
  ASSERT_TRUE(file.tests[1].values);
  EXPECT_EQ(file.tests[1].values->Variables("p", "r").size(), 2u);
}

TEST(LoadTestFile, NamesAnUnknownKeyAndItsLine) {
  const TestFile file = Load(
      "apiVersion: x\nkind: Test\nresults:\n- policy: p\n---\napiVersion: x\nkind: Test\nresults:\n- policy: "
      "p\n"
      "  status: pass\n");
  EXPECT_EQ(file.tests.size(), 1u);
  ASSERT_TRUE(file.error);
  EXPECT_EQ(file.error->message(), "json: unknown field \"results[0].status\" (line 10)");
  EXPECT_EQ(file.error->position().line, 10u);
}

TEST(LoadTestFile, BadDocuments) {
  EXPECT_TRUE(Load("").tests.empty());
  EXPECT_TRUE(Load("- a\n").error);
  EXPECT_TRUE(Load("kind: [\n").error);
  EXPECT_EQ(Load("results: {}\n").error->message(), "results must be a list, not an object (line 1)");
}

}  // namespace
}  // namespace ephor::source
