#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "cli/command_line.h"
#include "cli/run_for_test.h"
#include "source/policies.h"
#include "source/temporary_folder.h"
#include "source/test_case.h"
#include "source/user_info.h"
#include "source/values.h"

namespace ephor::cli {
namespace {

struct Outcome {
  int exit;
  std::string out, err;
};

Outcome Create(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "create");
  CapturedContext captured;
  const int exit = RunCommandLine(arguments, captured.context());
  return {exit, captured.out(), captured.err()};
}

TEST(Create, Exception) {
  const Outcome made =
      Create({"exception", "my-exception", "--namespace", "my-ns", "--policy-rules", "policy,rule-1,rule-2",
              "--policy-rules=lone", "--any", "kind=Pod,kind=Deployment,name=test-*", "--any", "kind=a=b",
              "--all", "namespace=*,operation=CREATE,colour=red", "--background=false"});
  EXPECT_EQ(made.out,
            "apiVersion: kyverno.io/v2\n"
            "kind: PolicyException\n"
            "metadata:\n"
            "  name: my-exception\n"
            "  namespace: my-ns\n"
            "spec:\n"
            "  background: false\n"
            "  match:\n"
            "    any:\n"
            "    - resources:\n"
            "        kinds:\n"
            "          - Pod\n"
            "          - Deployment\n"
            "        names:\n"
            "          - test-*\n"
            "    all:\n"
            "    - resources:\n"
            "        namespaces:\n"
            "          - '*'\n"
            "        operations:\n"
            "          - CREATE\n"
            "  exceptions:\n"
            "    - policyName: policy\n"
            "      ruleNames:\n"
            "        - rule-1\n"
            "        - rule-2\n");
  EXPECT_EQ(made.exit, 0);
  const source::LoadedPolicies loaded = source::LoadPolicyText(
      "made.yaml", Create({"exception", "e", "--policy-rules", "p,r,s", "--any", "kind=Pod"}).out);
  ASSERT_EQ(loaded.exceptions.size(), 1u);
  EXPECT_EQ(loaded.exceptions[0]->exceptions[0].rule_names.size(), 2u);
}

TEST(Create, ExceptionInDefaultNamespaceWithoutFilters) {
  EXPECT_EQ(Create({"exception", "e", "--policy-rules", "p,r"}).out,
            "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata:\n  name: e\n  namespace: default\n"
            "spec:\n  background: true\n  match:\n  exceptions:\n    - policyName: p\n      ruleNames:\n"
            "        - r\n");
}

TEST(Create, MetricsConfig) {
  EXPECT_EQ(Create({"metrics-config"}).out,
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kyverno-metrics\n  namespace: kyverno\n"
            "data:\n  namespaces: |\n    {}\n");
  EXPECT_EQ(
      Create({"metrics-config", "-n", "m", "--namespace", "n", "-i", "a,b", "-i", "<c>", "-e", "d"}).out,
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n  namespace: \"n\"\n"
      "data:\n  namespaces: |\n"
      "    {\n"
      "      \"include\": [\n"
      "        \"a\",\n"
      "        \"b\",\n"
      "        \"\\u003cc\\u003e\"\n"
      "      ],\n"
      "      \"exclude\": [\n"
      "        \"d\"\n"
      "      ]\n"
      "    }\n");
}

TEST(Create, Test) {
  const Outcome made = Create({"test", "-p", "p.yaml,q.yaml", "-r", "r.yaml", "-f", "v.yaml", "--pass",
                               "policy,rule,pod,ns,Pod", "--fail", "policy,rule,ns,,Namespace,patched.yaml",
                               "--skip", "too,short"});
  EXPECT_EQ(made.out,
            "apiVersion: cli.kyverno.io/v1alpha1\n"
            "kind: Test\n"
            "\n"
            "# test name\n"
            "metadata:\n"
            "  name: test-name\n"
            "\n"
            "# list of policy files\n"
            "policies:\n"
            "  - p.yaml\n"
            "  - q.yaml\n"
            "\n"
            "# list of resource files\n"
            "resources:\n"
            "  - r.yaml\n"
            "\n"
            "# variables file (optional)\n"
            "variables: v.yaml\n"
            "\n"
            "# list of expected results\n"
            "results:\n"
            "  - policy: policy\n"
            "    rule: rule\n"
            "    resources:\n"
            "      - ns/pod\n"
            "    kind: Pod\n"
            "    result: pass\n"
            "  - policy: policy\n"
            "    rule: rule\n"
            "    resources:\n"
            "      - ns\n"
            "    kind: Namespace\n"
            "    patchedResources: patched.yaml\n"
            "    result: fail\n");
  const source::TestFile read = source::LoadTestText("kyverno-test.yaml", made.out);
  ASSERT_FALSE(read.error);
  ASSERT_EQ(read.tests.size(), 1u);
  EXPECT_EQ(read.tests[0].results[1].patched_resources, "patched.yaml");
  EXPECT_FALSE(source::LoadTestText("kyverno-test.yaml", Create({"test"}).out).error);
}

TEST(Create, UserInfo) {
  const std::string made =
      Create({"user-info", "-u", "x@y.com", "-g", "basic", "-c", "admin", "-r", "ns:role,yes"}).out;
  EXPECT_EQ(made,
            "apiVersion: cli.kyverno.io/v1alpha1\n"
            "kind: UserInfo\n"
            "metadata:\n"
            "  name: user-info\n"
            "\n"
            "# list of roles\n"
            "roles:\n"
            "  - ns:role\n"
            "  - \"yes\"\n"
            "\n"
            "# list of cluster roles\n"
            "clusterRoles:\n"
            "  - admin\n"
            "\n"
            "userInfo:\n"
            "  # user name\n"
            "  username: x@y.com\n"
            "\n"
            "  # list of groups\n"
            "  groups:\n"
            "    - basic\n");
  source::TemporaryFolder folder;
  const auto read = source::LoadUserInfo(folder.Write("user.yaml", made));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_FALSE(read->deprecated_schema);
  EXPECT_EQ(read->username, "x@y.com");
}

TEST(Create, Values) {
  const std::string made =
      Create({"values", "-g", "request.mode=dev,count=3", "-n", "prod,env=prod,old=true,bad", "--rule",
              "policy,rule,env=demo", "--resource", "policy,resource,a=*,a=1.5", "--rule", "other,r",
              "--rule", "short"})
          .out;
  EXPECT_EQ(made,
            "apiVersion: cli.kyverno.io/v1alpha1\n"
            "kind: Values\n"
            "metadata:\n"
            "  name: values\n"
            "\n"
            "# list of policy values\n"
            "policies:\n"
            "  - name: policy\n"
            "    rules:\n"
            "      - name: rule\n"
            "        values:\n"
            "          env: demo\n"
            "    resources:\n"
            "      - name: resource\n"
            "        values:\n"
            "          a: 1.5\n"
            "  - name: other\n"
            "    rules:\n"
            "      - name: r\n"
            "        values:\n"
            "\n"
            "# list of global values\n"
            "globalValues:\n"
            "  count: 3\n"
            "  request.mode: dev\n"
            "\n"
            "# list of namespace selectors\n"
            "namespaceSelector:\n"
            "  - name: prod\n"
            "    labels:\n"
            "      env: prod\n"
            "      old: \"true\"\n");
  const auto read = source::Values::OfText(made);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_FALSE(read->deprecated_schema());
  EXPECT_TRUE(source::Values::OfText(Create({"values"}).out));
}

TEST(Create, ClusterRole) {
  EXPECT_EQ(Create({"cluster-role", "pods", "-g", "apps", "--verbs", "get,list", "--resources",
                    "deployments,daemonsets", "--controllers", "reports-controller"})
                .out,
            "apiVersion: rbac.authorization.k8s.io/v1\n"
            "kind: ClusterRole\n"
            "metadata:\n"
            "  name: kyverno-pods-permission\n"
            "  labels:\n"
            "      rbac.kyverno.io/aggregate-to-reports-controller: \"true\"\n"
            "rules:\n"
            "  - apiGroups: [\"apps\"]\n"
            "    resources: [\"deployments\", \"daemonsets\"]\n"
            "    verbs: [\"get\", \"list\"]");
  const std::string all = Create({"cluster-role", "x", "-g", "*", "--verbs", "all", "--resources", "y"}).out;
  EXPECT_NE(all.find("aggregate-to-background-controller"), std::string::npos);
  EXPECT_TRUE(all.ends_with("verbs: [\"create\", \"get\", \"update\", \"delete\", \"list\", \"watch\"]"));
}

TEST(Create, WritesToAFile) {
  source::TemporaryFolder folder;
  const std::string path = folder.Write("old.yaml", std::string(1000, 'x'));
  const Outcome made = Create({"metrics-config", "-o", path.c_str()});
  EXPECT_EQ(made.out, "");
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), Create({"metrics-config"}).out);

  const Outcome failed = Create({"metrics-config", "-o", "/nowhere/x"});
  EXPECT_EQ(failed.exit, 1);
  EXPECT_EQ(failed.err, "Error: open /nowhere/x: no such file or directory\n");
}

TEST(Create, Mistakes) {
  const struct {
    std::vector<const char*> arguments;
    const char* error;
  } cases[] = {
      {{"exception"}, "Error: accepts 1 arg(s), received 0\n"},
      {{"exception", "x"}, "Error: required flag(s) \"policy-rules\" not set\n"},
      {{"cluster-role", "x"}, "Error: required flag(s) \"api-groups\", \"resources\", \"verbs\" not set\n"},
      {{"cluster-role", "x", "-g", "a", "--verbs", "v", "--resources", "r", "--controllers", ""},
       "Error: invalid controller provided\n"},
      {{"values", "x"}, "Error: unknown command \"x\" for \"ephor create values\"\n"},
      {{"nothing"}, "Error: unknown command \"nothing\" for \"ephor create\"\n"},
  };
  for (const auto& c : cases) {
    const Outcome outcome = Create(c.arguments);
    EXPECT_EQ(outcome.err, c.error);
    EXPECT_EQ(outcome.exit, 1);
  }
}

TEST(Create, PrintsItsHelpWhereNothingIsAsked) {
  const Outcome help = Create({});
  EXPECT_EQ(help.exit, 0);
  EXPECT_NE(help.out.find("metrics-config"), std::string::npos);
}

}  // namespace
}  // namespace ephor::cli
