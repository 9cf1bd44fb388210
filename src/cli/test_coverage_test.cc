// `ephor test --coverage`.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/run_for_test.h"
#include "cli/test_run.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kPolicy =
    "apiVersion: kyverno.io/v1\n"
    "kind: ClusterPolicy\n"
    "metadata: {name: p}\n"
    "spec:\n"
    "  rules:\n"
    "  - name: labels\n"
    "    match: {any: [{resources: {kinds: [Pod]}}]}\n"
    "    preconditions:\n"
    "      all:\n"
    "      - {key: '{{ request.operation }}', operator: NotEquals, value: DELETE}\n"
    "    validate:\n"
    "      message: <m>\n"
    "      pattern:\n"
    "        metadata:\n"
    "          labels:\n"
    "            app: '?*'\n"
    "            =(team): '?*'\n"
    "        spec:\n"
    "          =(volumes):\n"
    "          - =(hostPath): 'null'\n"
    "  - name: loops\n"
    "    match: {any: [{resources: {kinds: [Pod]}}]}\n"
    "    validate:\n"
    "      message: m\n"
    "      foreach:\n"
    "      - list: request.object.spec.containers\n"
    "        deny:\n"
    "          conditions:\n"
    "            any:\n"
    "            - {key: '{{ element.name }}', operator: Equals, value: bad}\n"
    "            - {key: '{{ element.image }}', operator: Equals, value: bad}\n"
    "  - name: nodes\n"
    "    match: {any: [{resources: {kinds: [Node]}}]}\n"
    "    validate: {message: m, deny: {}}\n";

constexpr std::string_view kTest =
    "apiVersion: cli.kyverno.io/v1alpha1\n"
    "kind: Test\n"
    "metadata: {name: t}\n"
    "policies: [policy.yaml]\n"
    "resources: [pod.yaml]\n"
    "results:\n"
    "- {policy: p, rule: labels, kind: Pod, resources: [web], result: pass}\n";

constexpr std::string_view kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: a}}\n"
    "spec: {containers: [{name: bad, image: x}]}\n";

class CoverageTest : public ::testing::Test {
 protected:
  CoverageTest() {
    policy_ = folder_.Write("policy.yaml", kPolicy);
    folder_.Write("pod.yaml", kPod);
    folder_.Write("kyverno-test.yaml", kTest);
    options_.paths = {folder_.path()};
  }

  // What follows the results, of tests that all pass.
  std::string Text() {
    options_.coverage = "text";
    CapturedContext captured;
    EXPECT_EQ(*RunTests(options_, captured.context()), 0) << captured.out();
    const std::string out = captured.out();
    const std::size_t at = out.find("POLICY  RULES");
    return at == std::string::npos ? "no table: " + out : out.substr(at);
  }

  source::TemporaryFolder folder_;
  std::string policy_;
  TestOptions options_;
};

TEST_F(CoverageTest, TellsWhatIsExercised) {
  EXPECT_EQ(Text(),
            "POLICY  RULES  CONDITIONS  PATTERNS  LOOPS  EXPRESSIONS  BRANCHES  %   FILE\n"
            "p       2/3    2/3         6/7       1/1    -            -         78  " +
                policy_ +
                "\n\n"
                "not exercised: " +
                policy_ +
                ":20, 31-32\n"
                "only one way: " +
                policy_ + ":10, 30\n\ncoverage: 78% (11 of 14)\n");
}

TEST_F(CoverageTest, CountsPoliciesWrittenInCel) {
  folder_.Write(
      "policy.yaml",
      "apiVersion: policies.kyverno.io/v1\n"
      "kind: ValidatingPolicy\n"
      "metadata: {name: p}\n"
      "spec:\n"
      "  matchConstraints:\n"
      "    resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: ['*']}]\n"
      "  matchConditions:\n"
      "  - {name: named, expression: \"object.metadata.name != 'api'\"}\n"
      "  variables:\n"
      "  - {name: images, expression: 'object.spec.containers.map(c, c.image)'}\n"
      "  - {name: unread, expression: '1'}\n"
      "  validations:\n"
      "  - expression: variables.images.all(i, i == 'x' || i == 'y')\n"
      "  - expression: \"object.metadata.name == 'web' ? true : object.metadata.name == 'b'\"\n"
      "    messageExpression: \"'not ' + object.metadata.name\"\n");
  folder_.Write("kyverno-test.yaml",
                "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\n"
                "policies: [policy.yaml]\nresources: [pod.yaml]\nresults:\n"
                "- {policy: p, isValidatingPolicy: true, kind: Pod, resources: [web], result: pass}\n");
  EXPECT_EQ(Text(),
            "POLICY  RULES  CONDITIONS  PATTERNS  LOOPS  EXPRESSIONS  BRANCHES  %   FILE\n"
            "p       1/1    1/1         -         -      3/5          1/3       60  " +
                policy_ +
                "\n\n"
                "not exercised: " +
                policy_ +
                ":11, 13-15\n"
                "only one way: " +
                policy_ + ":8, 13-14\n\ncoverage: 60% (6 of 10)\n");
}

// A row a kind: what is written beside its constraints, and its row of the table with the lines below.
TEST_F(CoverageTest, CountsEachKindWrittenInCel) {
  constexpr std::string_view kConstraints =
      "  matchConstraints:\n"
      "    resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: ['*']}]\n";
  const struct {
    std::string head, spec, expected;
  } rows[] = {
      {"apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {name: p}\nspec:\n",
       "  matchConditions:\n  - {name: a, expression: \"object.metadata.name == 'web'\"}\n"
       "  mutations:\n  - patchType: ApplyConfiguration\n    applyConfiguration:\n"
       "      expression: \"Object{metadata: Object.metadata{labels: {'a': 'b'}}}\"\n",
       "p       1/1    1/1         -         -      1/1          -         100  FILE\n\n"
       "only one way: FILE:8\n"},
      {"apiVersion: policies.kyverno.io/v1\nkind: NamespacedMutatingPolicy\n"
       "metadata: {name: p, namespace: default}\nspec:\n",
       "  mutations:\n  - patchType: ApplyConfiguration\n    applyConfiguration:\n"
       "      expression: \"Object{metadata: Object.metadata{labels: {'a': 'b'}}}\"\n",
       "p       1/1    -           -         -      1/1          -         100  FILE\n\n"},
      {"apiVersion: policies.kyverno.io/v1\nkind: ImageValidatingPolicy\nmetadata: {name: p}\nspec:\n",
       "  matchImageReferences:\n  - {glob: 'y*'}\n  - {expression: \"ref == 'x'\"}\n  - {glob: 'z*'}\n"
       "  attestors: [{name: a, notary: {certs: {value: x}}}]\n"
       "  validationConfigurations: {verifyDigest: false, required: false, mutateDigest: false}\n"
       "  validations:\n  - {expression: images.containers.size() == 2}\n",
       "p       1/1    2/3         -         -      0/1          -         60  FILE\n\n"
       "not exercised: FILE:10, 14\nonly one way: FILE:8-9\n"},
      {"apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: p}\n"
       "spec:\n",
       "  validations:\n  - {expression: \"object.metadata.name == 'web' || false\"}\n",
       "p       1/1    -           -         -      1/1          1/1       100  FILE\n\n"
       "only one way: FILE:8\n"},
      {"apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy\nmetadata: {name: p}\n"
       "spec:\n",
       "  reinvocationPolicy: Never\n  mutations:\n  - patchType: JSONPatch\n    jsonPatch:\n"
       "      expression: \"[JSONPatch{op: 'add', path: '/metadata/labels/b', value: 'c'}]\"\n",
       "p       1/1    -           -         -      1/1          -         100  FILE\n\n"},
  };
  folder_.Write("kyverno-test.yaml",
                "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\n"
                "policies: [policy.yaml]\nresources: [pod.yaml]\nresults:\n"
                "- {policy: p, isValidatingPolicy: true, kind: Pod, resources: [web], result: pass}\n");
  options_.coverage = "text";
  for (const auto& row : rows) {
    SCOPED_TRACE(row.head);
    folder_.Write("policy.yaml", row.head + std::string(kConstraints) + row.spec);
    CapturedContext captured;
    (void)RunTests(options_, captured.context());  // whether it passes does not matter here
    const std::string out = captured.out();
    const std::size_t at = out.find("FILE\n"), end = out.find("\ncoverage: ");
    ASSERT_NE(at, std::string::npos) << out;
    std::string found = out.substr(at + 5, end - at - 5);
    for (std::size_t i = found.find(policy_); i != std::string::npos; i = found.find(policy_)) {
      found.replace(i, policy_.size(), "FILE");
    }
    EXPECT_EQ(found, row.expected);
  }
}

TEST_F(CoverageTest, WritesAPage) {
  options_.coverage = "html";
  options_.coverage_file = folder_.Path("page.html");
  CapturedContext captured;
  ASSERT_EQ(*RunTests(options_, captured.context()), 0);
  EXPECT_TRUE(captured.out().ends_with("coverage: " + options_.coverage_file + "\n"));
  std::stringstream page;
  page << std::ifstream(options_.coverage_file).rdbuf();
  const std::string html = page.str();
  EXPECT_NE(html.find("<tr class='bad'><td>20</td><td>never</td>"), std::string::npos) << html;
  EXPECT_NE(html.find("<tr class='half'><td>10</td><td>1 yes</td>"), std::string::npos);
  EXPECT_NE(html.find("      message: &lt;m&gt;</td>"), std::string::npos);
  EXPECT_EQ(html.find("http"), std::string::npos);  // it needs nothing else
}

TEST_F(CoverageTest, RefusesOtherForms) {
  options_.coverage = "xml";
  CapturedContext captured;
  EXPECT_EQ(RunTests(options_, captured.context()).error().message(),
            "invalid coverage \"xml\", expected text or html");
}

}  // namespace
}  // namespace ephor::cli
