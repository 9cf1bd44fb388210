#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "cli/command_line.h"
#include "cli/run_for_test.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

struct Outcome {
  int exit;
  std::string out, err;
};

Outcome Fix(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "fix");
  CapturedContext captured;
  const int exit = RunCommandLine(arguments, captured.context());
  return {exit, captured.out(), captured.err()};
}

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

constexpr std::string_view kOldPolicy =
    "# about\n"
    "apiVersion: v1\n"
    "kind: ConfigMap\n"
    "metadata: {name: kept}\n"
    "---\n"
    "apiVersion: kyverno.io/v1\n"
    "kind: ClusterPolicy\n"
    "metadata:\n"
    "  name: old\n"
    "spec:\n"
    "  validationFailureAction: enforce\n"
    "  rules:\n"
    "  - name: a\n"
    "    match:\n"
    "      resources: {kinds: [Pod]}\n"
    "      clusterRoles: [admin]\n"
    "    exclude:\n"
    "      resources: {namespaces: [kube-system]}\n"
    "    preconditions:\n"
    "    - {key: a, operator: In, value: [a]}\n"
    "    - {key: a, operator: Equal, value: a}\n"
    "    validate: {message: refused, deny: {}}\n"
    "  - name: b\n"
    "    match: {any: [{resources: {kinds: [Pod]}}]}\n"
    "    preconditions:\n"
    "      any:\n"
    "      - {key: a, operator: NotIn, value: [a]}\n"
    "      all:\n"
    "      - {key: a, operator: NotEqual, value: b}\n"
    "    validate: {message: refused, deny: {}}\n";

TEST(FixPolicy, TellsAndSaves) {
  source::TemporaryFolder folder;
  const std::string path = folder.Write("p/.hidden/old.yaml", kOldPolicy);
  const std::string told = "Processing file (" + path +
                           ")...\n"
                           "  WARNING: match uses old syntax, moving to any\n"
                           "  WARNING: exclude uses old syntax, moving to any\n"
                           "  WARNING: condition uses old operator `In`, updating\n"
                           "  WARNING: condition uses old operator `Equal`, updating\n"
                           "  WARNING: condition uses old operator `NotIn`, updating\n"
                           "  WARNING: condition uses old operator `NotEqual`, updating\n";
  const Outcome dry = Fix({"policy", folder.path().c_str()});
  EXPECT_EQ(dry.out, told + "Done.\n");
  EXPECT_EQ(Read(path), kOldPolicy);

  const Outcome saved = Fix({"policy", folder.path().c_str(), "--save"});
  EXPECT_EQ(saved.out, told + "  Saving file (" + path + ")...\n    OK\nDone.\n");
  EXPECT_EQ(saved.exit, 0);
  EXPECT_EQ(Read(path),
            "---\n"
            "# about\n"
            "apiVersion: v1\n"
            "kind: ConfigMap\n"
            "metadata: {name: kept}\n"
            "---\n"
            "apiVersion: kyverno.io/v1\n"
            "kind: ClusterPolicy\n"
            "metadata:\n"
            "  name: old\n"
            "spec:\n"
            "  rules:\n"
            "  - exclude:\n"
            "      any:\n"
            "      - resources:\n"
            "          namespaces:\n"
            "          - kube-system\n"
            "    match:\n"
            "      any:\n"
            "      - clusterRoles:\n"
            "        - admin\n"
            "        resources:\n"
            "          kinds:\n"
            "          - Pod\n"
            "    name: a\n"
            "    preconditions:\n"
            "      all:\n"
            "      - key: a\n"
            "        operator: AllIn\n"
            "        value:\n"
            "        - a\n"
            "      - key: a\n"
            "        operator: Equals\n"
            "        value: a\n"
            "    validate:\n"
            "      deny: {}\n"
            "      message: refused\n"
            "  - match:\n"
            "      any:\n"
            "      - resources:\n"
            "          kinds:\n"
            "          - Pod\n"
            "    name: b\n"
            "    preconditions:\n"
            "      all:\n"
            "      - key: a\n"
            "        operator: NotEquals\n"
            "        value: b\n"
            "      any:\n"
            "      - key: a\n"
            "        operator: AnyNotIn\n"
            "        value:\n"
            "        - a\n"
            "    validate:\n"
            "      deny: {}\n"
            "      message: refused\n"
            "  validationFailureAction: Enforce\n");
  // What is right stays as it is.
  const std::string after = Read(path);
  EXPECT_EQ(Fix({"policy", path.c_str(), "--save"}).out, "Processing file (" + path + ")...\nDone.\n");
  EXPECT_EQ(Read(path), after);
}

TEST(FixPolicy, TellsOfPoliciesThatCannotBeRead) {
  source::TemporaryFolder folder;
  const std::string path = folder.Write(
      "p.yaml",
      "a: 1\n---\napiVersion: kyverno.io/v1\nkind: Policy\nmetadata: {name: x}\nspec: {rulez: []}\n");
  folder.Write("bad.yaml", "{");
  folder.Write("empty.yaml", "");
  const Outcome outcome = Fix({"policy", folder.path().c_str(), "--save"});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_TRUE(outcome.out.starts_with("Processing file (" + path + ")...\n  ERROR: " + path + ":6: "))
      << outcome.out;
  EXPECT_EQ(Fix({"policy", "/nowhere"}).err, "Error: lstat /nowhere: no such file or directory\n");
  EXPECT_EQ(Fix({"policy"}).err, "Error: requires at least 1 arg(s), only received 0\n");
}

TEST(FixTest, TellsAndSaves) {
  source::TemporaryFolder folder;
  const std::string path =
      folder.Write("t/kyverno-test.yaml",
                   "name: old\n"
                   "policies: [p.yaml]\n"
                   "resources: [r.yaml]\n"
                   "userinfo: user.yaml\n"
                   "variables: values.yaml\n"
                   "globalContextEntries:\n"
                   "- {name: z, data: {a: 1}}\n"
                   "- {name: v}\n"
                   "results:\n"
                   "- {policy: p, rule: r, resources: [b, a, b], kind: Pod, result: pass}\n"
                   "- {policy: p, rule: r, resources: [c], kind: Pod, result: pass}\n"
                   "- {policy: a, rule: r, resources: [w, x], kind: Pod, result: fail}\n");
  const std::string user = folder.Write("t/user.yaml", "userInfo: {username: me}\n");
  const std::string values = folder.Write(
      "t/values.yaml", "apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\nglobalValues: {a: b}\n");
  const std::string head = "Processing test file (" + path +
                           ")...\n"
                           "  WARNING: api version is not set, setting `cli.kyverno.io/v1alpha1`\n"
                           "  WARNING: kind is not set, setting `Test`\n"
                           "  WARNING: name is deprecated, moving it into `metadata.name`\n"
                           "  WARNING: test results contains duplicate resources\n"
                           "  WARNING: globalContextEntries entry v has no data source\n"
                           "  Processing user info file (user.yaml)...\n"
                           "  WARNING: api version is not set, setting `cli.kyverno.io/v1alpha1`\n"
                           "  WARNING: kind is not set, setting `UserInfo`\n";
  EXPECT_EQ(Fix({"test", folder.path().c_str()}).out,
            head + "  Processing values file (values.yaml)...\n\nDone.\n");
  EXPECT_EQ(Fix({"test", folder.path().c_str(), "--save"}).out,
            head + "  Saving user info file (" + user +
                ")...\n    OK\n  Processing values file (values.yaml)...\n\n  Saving test file (" + path +
                ")...\n    OK\nDone.\n");
  EXPECT_EQ(Read(user), "apiVersion: cli.kyverno.io/v1alpha1\nkind: UserInfo\nuserInfo:\n  username: me\n");
  EXPECT_EQ(Read(path),
            "apiVersion: cli.kyverno.io/v1alpha1\n"
            "globalContextEntries:\n"
            "- name: v\n"
            "- data:\n"
            "    a: 1\n"
            "  name: z\n"
            "kind: Test\n"
            "metadata:\n"
            "  name: old\n"
            "policies:\n"
            "- p.yaml\n"
            "resources:\n"
            "- r.yaml\n"
            "results:\n"
            "- kind: Pod\n"
            "  policy: a\n"
            "  resources:\n"
            "  - w\n"
            "  - x\n"
            "  result: fail\n"
            "  rule: r\n"
            "- kind: Pod\n"
            "  policy: p\n"
            "  resources:\n"
            "  - c\n"
            "  result: pass\n"
            "  rule: r\n"
            "- kind: Pod\n"
            "  policy: p\n"
            "  resources:\n"
            "  - a\n"
            "  - b\n"
            "  result: pass\n"
            "  rule: r\n"
            "userinfo: user.yaml\n"
            "variables: values.yaml\n");
  EXPECT_EQ(Read(values), "apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\nglobalValues: {a: b}\n");

  // Rows that differ in their resources only become one.
  Fix({"test", folder.path().c_str(), "--save", "--compress"});
  EXPECT_NE(Read(path).find("  - c\n  - a\n  - b\n"), std::string::npos) << Read(path);
  const std::string forced = Fix({"test", folder.path().c_str(), "--save", "--force"}).out;
  EXPECT_NE(forced.find("Saving test file"), std::string::npos);
  EXPECT_NE(forced.find("Saving values file"), std::string::npos);
}

TEST(FixTest, LeavesFilesAloneThatCannotBeRead) {
  source::TemporaryFolder folder;
  const std::string text = "policies: []\n---\nnope: 1\n";
  const std::string path = folder.Write("my.yaml", text);
  const Outcome outcome = Fix({"test", folder.path().c_str(), "-f", "my.yaml", "--save"});
  EXPECT_TRUE(outcome.out.starts_with("Processing test file (" + path +
                                      ")...\n"
                                      "  WARNING: name is not set\n"
                                      "  WARNING: api version is not set, setting `cli.kyverno.io/v1alpha1`\n"
                                      "  WARNING: kind is not set, setting `Test`\n"
                                      "  WARNING: test has no policies\n"
                                      "  WARNING: test has no resources\n"
                                      "\n"
                                      "Processing test file (" +
                                      path + ")...\n  ERROR: loading test file (" + path + "): "))
      << outcome.out;
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(Read(path), text);
  EXPECT_EQ(Fix({"test", "/nowhere"}).err, "Error: open /nowhere: no such file or directory\n");
  EXPECT_EQ(Fix({"test", ".", "-f", ""}).err, "Error: file-name must not be set to an empty string\n");
}

}  // namespace
}  // namespace ephor::cli
