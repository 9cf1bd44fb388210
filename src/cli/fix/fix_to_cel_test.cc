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

Outcome ToCel(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"fix", "policy", "--to-cel"});
  CapturedContext captured;
  const int exit = RunCommandLine(arguments, captured.context());
  return {exit, captured.out(), captured.err()};
}

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// What `ephor fix policy examples/pod-security --to-cel --output
// examples/pod-security-converted/policies.yaml` writes.
TEST(FixToCelTest, ConvertsAllExamples) {
  const Outcome outcome = ToCel({"examples/pod-security"});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.out, Read("examples/pod-security-converted/policies.yaml"));
  EXPECT_TRUE(outcome.err.ends_with("19 of 19 rules converted.\n")) << outcome.err;
}

constexpr std::string_view kPolicies =
    "# kept\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\n---\n"
    "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: types}\nspec:\n  rules:\n  - name: "
    "internal\n"
    "    match: {any: [{resources: {kinds: [Service]}}]}\n"
    "    validate: {message: no., pattern: {spec: {=(type): \"!NodePort\"}}}\n";
constexpr std::string_view kOther =
    "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: widgets}\nspec:\n  rules:\n  - name: "
    "sizes\n"
    "    match: {any: [{resources: {kinds: [Widget]}}]}\n"
    "    validate: {message: no., pattern: {spec: {size: \"<5\"}}}\n";
constexpr std::string_view kConverted =
    "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata:\n  name: types\nspec:\n"
    "  matchConstraints:\n    resourceRules:\n    - apiGroups:\n      - \"\"\n      apiVersions:\n      - "
    "v1\n"
    "      operations:\n      - CREATE\n      - UPDATE\n      resources:\n      - services\n  "
    "validationActions:\n"
    "  - Audit\n  validations:\n  - expression: object.spec.?type.orValue(\"\") != \"NodePort\"\n    "
    "message: no.\n";

TEST(FixToCelTest, SaysWhatIsNotConverted) {
  const source::TemporaryFolder folder;
  const std::string path =
      folder.Write("policies.yaml", std::string(kPolicies) + "---\n" + std::string(kOther));
  const std::string resource = folder.Write(
      "resource.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: NodePort}\n");
  const Outcome outcome = ToCel({path.c_str(), "--resource", resource.c_str()});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, kConverted);
  EXPECT_EQ(
      outcome.err,
      path +
          ": types\n  internal: converted to types; 4000 generated and 1 given objects agree, 251 of them "
          "refused\n" +
          path +
          ": widgets\n  sizes: not converted: the kind Widget is not known: a ValidatingPolicy names its "
          "plural, which its "
          "CustomResourceDefinition says at " +
          path + ":21\n1 of 2 rules converted.\n");
}

TEST(FixToCelTest, SavesInPlace) {
  const source::TemporaryFolder folder;
  const std::string both = std::string(kPolicies) + "---\n" + std::string(kOther);
  const std::string path = folder.Write("policies.yaml", both);
  const Outcome outcome = ToCel({path.c_str(), "--save"});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(Read(path), "# kept\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\n---\n" +
                            std::string(kConverted) + "---\n" + std::string(kOther));
}

TEST(FixToCelTest, WritesAFile) {
  const source::TemporaryFolder folder;
  const std::string path = folder.Write("policies.yaml", kPolicies);
  const std::string output = folder.path() + "/cel.yaml";
  const Outcome outcome = ToCel({path.c_str(), "--output", output.c_str()});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(Read(output), kConverted);
}

TEST(FixToCelTest, ReportsWhatCannotBeRead) {
  const source::TemporaryFolder folder;
  const std::string path =
      folder.Write("policies.yaml",
                   "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: a}\nspec: {rule: 1}\n");
  const Outcome outcome = ToCel({path.c_str()});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(outcome.err.starts_with(path + ":4: ")) << outcome.err;
  EXPECT_EQ(ToCel({"/nowhere"}).exit, 1);
}

}  // namespace
}  // namespace ephor::cli
