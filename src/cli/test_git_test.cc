#include <gtest/gtest.h>

#include "cli/run_for_test.h"
#include "cli/test_options.h"
#include "cli/test_run.h"
#include "source/testing_git_server.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kTest =
    "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [../policy.yaml]\n"
    "resources: [pods.yaml]\nresults:\n- {policy: need-team, rule: check-team, resources: [good], kind: Pod, "
    "result: pass}\n- {policy: need-team, rule: check-team, resources: [bad], kind: Pod, result: fail}\n";

struct Outcome {
  std::string error, out;
};

Outcome Try(const std::string& url, const std::string& branch = "") {
  TestOptions options;
  options.paths = {url};
  options.git_branch = branch;
  options.remove_color = true;
  CapturedContext captured;
  const auto code = RunTests(options, captured.context());
  return {code ? "" : code.error().message(), captured.out()};
}

TEST(TestGitTest, RunsTheTestsOfARepository) {
  if (!source::GitServer::IsInstalled()) GTEST_SKIP() << "git is not installed";
  source::GitServer server;
  server.Write("policy.yaml", kNeedTeam);
  server.Write(".kyverno-test/kyverno-test.yaml", kTest);
  server.Write(".kyverno-test/pods.yaml", kPods);
  server.Commit();
  const Outcome good = Try(server.Url());
  EXPECT_EQ(good.error, "");
  EXPECT_NE(good.out.find("Loading test  ( /.kyverno-test/kyverno-test.yaml ) ..."), std::string::npos)
      << good.out;
  EXPECT_NE(good.out.find("Test Summary: 2 tests passed and 0 tests failed"), std::string::npos) << good.out;

  server.Write(
      "evil/kyverno-test.yaml",
      "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\npolicies: [/etc/passwd]\n"
      "resources: [a.yaml]\nresults: []\n");
  server.Commit();
  const Outcome evil = Try(server.Url("/evil"), "main");
  EXPECT_EQ(evil.error, "found 1 errors after loading tests");
  EXPECT_NE(evil.out.find("Error: the path /etc/passwd leads out of the repository"), std::string::npos)
      << evil.out;

  EXPECT_EQ(Try(server.Url("/none")).error,
            "error: failed to clone repository \nCause: " + server.Url() +
                ", branch none: couldn't find remote ref \"refs/heads/none\"");
}

}  // namespace
}  // namespace ephor::cli
