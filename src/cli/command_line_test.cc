#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <vector>

#include "cli/run_for_test.h"
#include "cli/version.h"

namespace ephor::cli {
namespace {

TEST(CommandLine, AnswersOrSaysWhatIsWrong) {
  const std::string version(Version());
  const struct {
    std::vector<const char*> arguments;
    int exit;
    std::string out, err;
  } cases[] = {
      {{"version"}, 0, "Version: " + version + "\nTime: ---\nGit commit ID: ---\n", ""},
      {{"version", "-o", "json"},
       0,
       "{\n  \"version\": \"" + version + "\",\n  \"time\": \"---\",\n  \"gitCommitId\": \"---\"\n}\n",
       ""},
      {{"version", "--output=yaml"}, 0, "gitCommitId: '---'\ntime: '---'\nversion: " + version + "\n\n", ""},
      {{"version", "-o", "xml"},
       1,
       "",
       "Error: invalid output format: xml (supported formats: json, yaml)\n"},
      {{"version", "now"}, 1, "", "Error: unknown command \"now\" for \"ephor version\"\n"},
      {{"migrate"}, 1, "", "Error: required flag(s) \"resource\" not set\n"},
      {{"migrate", "--resource", " "}, 1, "", "Error: resource cannot be empty\n"},
      {{"migrate", "--resource", "cleanuppolicies.kyverno.io"},
       1,
       "",
       "Error: migrate works on the objects of a cluster, and this version cannot connect to one\n"},
      {{"frobnicate"},
       1,
       "",
       "Error: unknown command \"frobnicate\" for \"ephor\"\nRun 'ephor --help' for usage.\n"},
  };
  for (const auto& c : cases) {
    CapturedContext captured;
    EXPECT_EQ(RunCommandLine(c.arguments, captured.context()), c.exit);
    EXPECT_EQ(captured.out(), c.out);
    EXPECT_EQ(captured.err(), c.err);
  }
}

}  // namespace
}  // namespace ephor::cli
