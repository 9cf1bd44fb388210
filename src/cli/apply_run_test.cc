#include "cli/apply_run.h"

#include <gtest/gtest.h>

#include <functional>

#include "cli/run_for_test.h"
#include "json/parse.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kFailure =
    "policy need-team -> resource prod/Pod/bad failed:\n"
    "1 - check-team validation error: a team is needed. rule check-team failed at path /metadata/labels/\n";

struct ApplyCase {
  const char* name;
  std::function<void(ApplyOptions&)> change;
  int code;
  std::string out;
  std::string err;
};

class ApplyTest : public ::testing::Test {
 protected:
  ApplyTest() {
    options_.policies = {folder_.Write("policy.yaml", kNeedTeam)};
    options_.resources = {folder_.Write("pods.yaml", kPods)};
  }

  source::TemporaryFolder folder_;
  ApplyOptions options_;
};

TEST_F(ApplyTest, PrintsAsTheReferenceDoes) {
  const std::string head = "\nApplying 1 policy rule(s) to 2 resource(s)...\n";
  const std::string failure(kFailure);
  const std::string exception = folder_.Write(
      "exception.yaml",
      "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: e, namespace: prod}\nspec:\n"
      "  match: {any: [{resources: {kinds: [Pod], names: [bad]}}]}\n"
      "  exceptions: [{policyName: need-team, ruleNames: [check-team]}]\n");
  const ApplyCase cases[] = {
      {"Text", [](ApplyOptions&) {}, 1, head + failure + "\npass: 1, fail: 1, warn: 0, error: 0, skip: 0 \n",
       ""},
      {"Stdin", [](ApplyOptions& o) { o.stdin_mode = true; }, 1,
       failure + "\npass: 1, fail: 1, warn: 0, error: 0, skip: 0 \n", ""},
      {"AuditWarn",
       [](ApplyOptions& o) {
         o.audit_warn = true;
         o.warn_exit_code = 3;
       },
       3,
       head + "policy need-team -> resource prod/Pod/bad failed as audit warning:\n" +
           failure.substr(failure.find("1 - ")) +
           "\npass: 1, fail: 0, warn: 1, error: 0, skip: 0 \nexit as warnExitCode is 3",
       ""},
      {"Table",
       [](ApplyOptions& o) {
         o.table = true;
         o.remove_color = true;
       },
       1,
       head + "│────│───────────│────────────│──────────────────│────────│────────│\n"
              "│ ID │ POLICY    │ RULE       │ RESOURCE         │ RESULT │ REASON │\n"
              "│────│───────────│────────────│──────────────────│────────│────────│\n"
              "│ 1  │ need-team │ check-team │ default/Pod/good │ Pass   │        │\n"
              "│ 2  │ need-team │ check-team │ prod/Pod/bad     │ Fail   │        │\n"
              "│────│───────────│────────────│──────────────────│────────│────────│\n",
       ""},
      {"Exception", [&](ApplyOptions& o) { o.exceptions = {exception}; }, 0,
       "\nApplying 1 policy rule(s) to 2 resource(s) with 1 exception(s)...\n"
       "\npass: 1, fail: 0, warn: 0, error: 0, skip: 1 \n",
       ""},
      {"GenerateExceptions",
       [](ApplyOptions& o) {
         o.generate_exceptions = true;
         o.generated_exception_ttl = "0";
       },
       1,
       "---\napiVersion: kyverno.io/v2beta1\nkind: PolicyException\nmetadata:\n  name: "
       "need-team-check-team-prod-bad\n"
       "spec:\n  exceptions:\n  - policyName: need-team\n    ruleNames:\n    - check-team\n  match:\n    "
       "all:\n"
       "    - resources:\n        kinds:\n        - Pod\n        names:\n        - bad\n        namespaces:\n"
       "        - prod\n\n",
       ""},
      {"NothingPassed",
       [&](ApplyOptions& o) {
         o.resources = {folder_.Write("node.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: n}\n")};
         o.warn_no_pass = true;
         o.warn_exit_code = 4;
       },
       4,
       "\nApplying 1 policy rule(s) to 1 resource(s)...\n\npass: 0, fail: 0, warn: 0, error: 0, skip: 0 \n"
       "exit as no objects satisfied policy\n",
       ""},
      {"MissingSecondFile", [&](ApplyOptions& o) { o.resources.push_back(folder_.Path("none.yaml")); }, 1,
       "\n" + std::string(70, '-') + "\nfailed to load resources: " + folder_.Path("none.yaml") +
           ". \nerror: open " + folder_.Path("none.yaml") + ": no such file or directory\n" +
           std::string(70, '-') + "\n" + head + failure + "\npass: 1, fail: 1, warn: 0, error: 0, skip: 0 \n",
       ""},
      {"MissingSecondFileBesideAReport",
       [&](ApplyOptions& o) {
         o.policies = {folder_.Write("none-match.yaml", "apiVersion: v1\nkind: ConfigMap\n")};
         o.resources.push_back(folder_.Path("none.yaml"));
         o.policy_report = true;
       },
       0, "",
       "failed to load resources: " + folder_.Path("none.yaml") + ": open " + folder_.Path("none.yaml") +
           ": no such file or directory\n"},
      {"MissingPolicy", [&](ApplyOptions& o) { o.policies = {folder_.Path("none.yaml")}; }, 1,
       "\nApplying 0 policy rule(s) to 2 resource(s)...\n\npass: 0, fail: 0, warn: 0, error: 0, skip: 0 \n",
       "Error: failed to load policies (" + folder_.Path("none.yaml") + ": stat " +
           folder_.Path("none.yaml") + ": no such file or directory)\n"},
      {"BrokenDocument",
       [&](ApplyOptions& o) {
         o.resources = {folder_.Write("broken.yaml", "kind: [\n---\n" + std::string(kPods))};
       },
       1, head + failure + "\npass: 1, fail: 1, warn: 0, error: 0, skip: 0 \n",
       "Error: failed to load resources (" + folder_.Path("broken.yaml") +
           ":2: yaml: did not find expected node content)\n"},
      {"Generate",
       [&](ApplyOptions& o) {
         o.policies = {folder_.Write("generate.yaml",
                                     "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: "
                                     "g}\nspec:\n  rules:\n  - name: r\n"
                                     "    match: {any: [{resources: {kinds: [Pod], namespaces: [prod]}}]}\n"
                                     "    generate: {apiVersion: v1, kind: ConfigMap, name: c, namespace: "
                                     "prod, data: {data: {a: b}}}\n")};
       },
       0,
       "\nApplying 1 policy rule(s) to 2 resource(s)...\n\npolicy g applied to prod/Pod/bad:\n"
       "apiVersion: v1\ndata:\n    a: b\nkind: ConfigMap\nmetadata:\n    labels:\n"
       "        app.kubernetes.io/managed-by: kyverno\n        generate.kyverno.io/policy-name: g\n"
       "        generate.kyverno.io/policy-namespace: \"\"\n        generate.kyverno.io/rule-name: r\n"
       "        generate.kyverno.io/trigger-group: \"\"\n        generate.kyverno.io/trigger-kind: Pod\n"
       "        generate.kyverno.io/trigger-namespace: prod\n        generate.kyverno.io/trigger-uid: \"\"\n"
       "        generate.kyverno.io/trigger-version: v1\n    name: c\n    namespace: prod\n\n---\n\n\n"
       "Generate:\nGeneration completed successfully."
       "\npass: 1, fail: 0, warn: 0, error: 0, skip: 0 \n",
       ""},
      {"Mutate",
       [&](ApplyOptions& o) {
         o.policies = {folder_.Write("mutate.yaml",
                                     "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: m\n"
                                     "  annotations: {pod-policies.kyverno.io/autogen-controllers: "
                                     "none}\nspec:\n  rules:\n  - name: r\n"
                                     "    match: {any: [{resources: {kinds: [Pod], namespaces: [prod]}}]}\n"
                                     "    mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}\n")};
       },
       0,
       "\nApplying 1 policy rule(s) to 2 resource(s)...\n\npolicy m applied to "
       "default/Pod/good:\napiVersion: v1\n"
       "kind: Pod\nmetadata:\n    labels:\n        team: a\n    name: good\n    namespace: "
       "default\n\n---\n\n\n"
       "Mutation:\nMutation has been applied successfully.\npolicy m applied to prod/Pod/bad:\napiVersion: "
       "v1\n"
       "kind: Pod\nmetadata:\n    labels:\n        a: b\n    name: bad\n    namespace: "
       "prod\n\n---\n\n\nMutation:\n"
       "Mutation has been applied successfully.\npass: 1, fail: 0, warn: 0, error: 0, skip: 0 \n",
       ""},
      {"MutateToAFile",
       [&](ApplyOptions& o) {
         o.policies = {folder_.Path("mutate.yaml")};
         o.output = folder_.Path("out/objects.yaml");
       },
       0,
       "\nApplying 1 policy rule(s) to 2 resource(s)...\n\n\nMutation:\nMutation has been applied "
       "successfully.\n\n"
       "Mutation:\nMutation has been applied successfully.\npass: 1, fail: 0, warn: 0, error: 0, skip: 0 \n",
       ""},
  };
  for (const ApplyCase& c : cases) {
    SCOPED_TRACE(c.name);
    ApplyOptions options = options_;
    c.change(options);
    CapturedContext captured;
    const auto code = RunApply(options, captured.context());
    ASSERT_TRUE(code) << code.error().message();
    EXPECT_EQ(*code, c.code);
    EXPECT_EQ(captured.out(), c.out);
    EXPECT_EQ(captured.err(), c.err);
  }
}

TEST_F(ApplyTest, ReadsStandardInput) {
  ApplyOptions options = options_;
  options.resources = {"-"};
  CapturedContext resources(kPods);
  EXPECT_EQ(*RunApply(options, resources.context()), 1);
  EXPECT_NE(resources.out().find("pass: 1, fail: 1"), std::string::npos);
  options = options_;
  options.policies = {"-"};
  CapturedContext policies(kNeedTeam);
  EXPECT_EQ(*RunApply(options, policies.context()), 1);
  EXPECT_NE(policies.out().find("pass: 1, fail: 1"), std::string::npos);
}

TEST_F(ApplyTest, OrderDoesNotDependOnThreads) {
  std::string many;
  for (int i = 0; i < 500; ++i) {
    many += "apiVersion: v1\nkind: Pod\nmetadata: {name: p" + std::to_string(i) + "}\n---\n";
  }
  options_.resources = {folder_.Write("many.yaml", many)};
  CapturedContext captured;
  EXPECT_EQ(*RunApply(options_, captured.context()), 1);
  const std::string out = captured.out();
  std::size_t at = 0;
  for (int i = 0; i < 500; ++i) {
    const std::size_t found = out.find("default/Pod/p" + std::to_string(i) + " ", at);
    ASSERT_NE(found, std::string::npos) << i;
    at = found;
  }
}

struct RefusedCase {
  const char* name;
  std::function<void(ApplyOptions&)> change;
  const char* message;
};

TEST_F(ApplyTest, RefusesWhatDoesNotFit) {
  const RefusedCase cases[] = {
      {"ValuesTwice",
       [](ApplyOptions& o) {
         o.set = {"a=b"};
         o.values_file = "v.yaml";
       },
       "pass the values either using set flag or values_file flag"},
      {"NoPolicy", [](ApplyOptions& o) { o.policies.clear(); }, "require policy"},
      {"NoResource", [](ApplyOptions& o) { o.resources.clear(); }, "resource file(s) or cluster required"},
      {"StdinTwice", [](ApplyOptions& o) { o.policies = o.resources = {"-"}; },
       "a stdin pipe can be used for either policies or resources, not both"},
      {"ResourcesAndJson", [](ApplyOptions& o) { o.json_payloads = {"x.json"}; },
       "both resource and json files can not be used together, use one or the other"},
      {"FirstResourceMissing", [](ApplyOptions& o) { o.resources = {"/nonexistent"}; },
       "failed to load resources (stat /nonexistent: no such file or directory)"},
      {"ValuesMissing", [](ApplyOptions& o) { o.values_file = "/nonexistent"; },
       "failed to decode yaml (unable to load variable file: /nonexistent (unable to read yaml (open "
       "/nonexistent: "
       "no such file or directory)))"},
      {"UserMissing", [](ApplyOptions& o) { o.userinfo = "/nonexistent"; },
       "failed to load request info (unable to read yaml (open /nonexistent: no such file or directory))"},
      {"ExceptionMissing", [](ApplyOptions& o) { o.exceptions = {"/nonexistent"}; },
       "Error: failed to load exceptions (unable to load exceptions (open /nonexistent: no such file or "
       "directory))"},
  };
  for (const RefusedCase& c : cases) {
    SCOPED_TRACE(c.name);
    ApplyOptions options = options_;
    c.change(options);
    CapturedContext captured;
    const auto code = RunApply(options, captured.context());
    ASSERT_FALSE(code);
    EXPECT_EQ(code.error().message(), c.message);
    EXPECT_EQ(captured.out(), "");
  }
}

TEST_F(ApplyTest, TellsWhatCleanupPoliciesWouldDelete) {
  options_.policies = {folder_.Write(
      "cleanup.yaml",
      "apiVersion: kyverno.io/v2\nkind: ClusterCleanupPolicy\nmetadata: {name: clean}\nspec:\n"
      "  schedule: '* * * * *'\n  match: {any: [{resources: {kinds: [Pod]}}]}\n"
      "  conditions: {all: [{key: '{{ target.metadata.namespace }}', operator: Equals, value: prod}]}\n"
      "---\napiVersion: kyverno.io/v2\nkind: CleanupPolicy\nmetadata: {name: own, namespace: "
      "default}\nspec:\n"
      "  schedule: '* * * * *'\n  match: {any: [{resources: {kinds: [Pod]}}]}\n"
      "  conditions: {all: [{key: '{{ nothing }}', operator: Equals, value: x}]}\n")};
  const auto run = [&] {
    CapturedContext captured;
    captured.context().Finish(RunApply(options_, captured.context()));
    EXPECT_EQ(captured.context().exit_code, 1);
    EXPECT_EQ(captured.err(),
              "Error: policy own, rule own, resource default/Pod/good: failed to substitute variables in "
              "condition key: failed to resolve nothing at path : JMESPath query failed: Unknown key "
              "\"nothing\" in "
              "path\n");
    return captured.out();
  };
  const std::string head = "\nApplying 2 policy rule(s) to 2 resource(s)...\n";
  EXPECT_EQ(run(), head +
                       "policy clean -> resource default/Pod/good failed:\n1 - clean resource did not match\n"
                       "policy own -> resource prod/Pod/bad failed:\n1 - own resource did not match\n"
                       "\npass: 1, fail: 2, warn: 0, error: 1, skip: 0 \n");
  options_.table = options_.remove_color = true;
  EXPECT_EQ(run(), head +
                       "│────│─────────────│──────│──────────────────│────────│────────│\n"
                       "│ ID │ POLICY      │ RULE │ RESOURCE         │ RESULT │ REASON │\n"
                       "│────│─────────────│──────│──────────────────│────────│────────│\n"
                       "│ 1  │ clean       │      │ default/Pod/good │ Fail   │        │\n"
                       "│ 2  │ clean       │      │ prod/Pod/bad     │ Pass   │        │\n"
                       "│ 3  │ default/own │      │ default/Pod/good │ Error  │        │\n"
                       "│ 4  │ default/own │      │ prod/Pod/bad     │ Fail   │        │\n"
                       "│────│─────────────│──────│──────────────────│────────│────────│\n");
}

TEST_F(ApplyTest, TellsPlacesInSarif) {
  options_.output_format = "sarif";
  CapturedContext captured;
  captured.context().Finish(RunApply(options_, captured.context()));
  EXPECT_EQ(captured.context().exit_code, 1);
  const std::string out = captured.out();
  Arena arena;
  const auto log = json::Parse(out, arena);
  ASSERT_TRUE(log) << out;
  const json::Value& run = log->Find("runs")->items()[0];
  EXPECT_EQ(run.Find("tool", "driver", "rules")->items()[0].StringAt("id"), "need-team/check-team");
  ASSERT_EQ(run.Find("results")->size(), 1u);
  const json::Value& result = run.Find("results")->items()[0];
  EXPECT_EQ(result.StringAt("level"), "error");
  const json::Value& location = result.Find("locations")->items()[0];
  EXPECT_EQ(location.StringAt("physicalLocation", "artifactLocation", "uri"), options_.resources[0]);
  // The Pod has no labels: their place is that of its metadata.
  EXPECT_EQ(location.Find("physicalLocation", "region", "startLine")->as_int(), 7);
  EXPECT_EQ(location.Find("physicalLocation", "region", "startColumn")->as_int(), 11);
  EXPECT_EQ(location.Find("logicalLocations")->items()[0].StringAt("fullyQualifiedName"), "prod/Pod/bad");
  const json::Value& rule = result.Find("relatedLocations")->items()[0];
  EXPECT_EQ(rule.StringAt("physicalLocation", "artifactLocation", "uri"), options_.policies[0]);
  EXPECT_EQ(rule.Find("physicalLocation", "region", "startLine")->as_int(), 8);
}

TEST_F(ApplyTest, TellsPlacesInJunit) {
  options_.output_format = "junit";
  CapturedContext captured;
  captured.context().Finish(RunApply(options_, captured.context()));
  const std::string &pods = options_.resources[0], &policy = options_.policies[0];
  EXPECT_EQ(captured.out(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites name=\"ephor\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"
            "  <testsuite name=\"need-team\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"
            "    <testcase classname=\"check-team\" name=\"default/Pod/good\" file=\"" +
                pods +
                "\" line=\"1\"/>\n"
                "    <testcase classname=\"check-team\" name=\"prod/Pod/bad\" file=\"" +
                pods +
                "\" line=\"7\">\n"
                "      <failure type=\"fail\" message=\"validation error: a team is needed. rule check-team "
                "failed at "
                "path /metadata/labels/\">\n" +
                pods + ":7:11: the resource\n" + policy +
                ":8:5: the rule\n"
                "      </failure>\n"
                "    </testcase>\n"
                "  </testsuite>\n"
                "</testsuites>\n");
}

TEST_F(ApplyTest, FillsTheGlobalContextFromTheResources) {
  options_.policies = {folder_.Write(
      "policy.yaml",
      "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec:\n  rules:\n  - name: r\n"
      "    match: {any: [{resources: {kinds: [ConfigMap]}}]}\n"
      "    context:\n    - {name: all, globalReference: {name: pods}}\n"
      "    - {name: names, globalReference: {name: pods.names}}\n"
      "    - {name: prod, globalReference: {name: prod-pods, jmesPath: 'length(@)'}}\n"
      "    - {name: none, globalReference: {name: deployments, jmesPath: 'length(@)'}}\n"
      "    validate:\n      message: '{{ length(all) }} {{ names }} {{ prod }} {{ none }}'\n"
      "      deny: {conditions: {all: [{key: a, operator: Equals, value: a}]}}\n")};
  constexpr std::string_view kEntries =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n"
      "apiVersion: kyverno.io/v2\nkind: GlobalContextEntry\nmetadata: {name: pods}\nspec:\n"
      "  kubernetesResource: {group: '', version: v1, resource: pods}\n"
      "  projections: [{name: names, jmesPath: '[].metadata.name'}]\n---\n"
      "apiVersion: kyverno.io/v2\nkind: GlobalContextEntry\nmetadata: {name: prod-pods}\nspec:\n"
      "  kubernetesResource: {version: v1, resource: pods, namespace: prod}\n---\n"
      "apiVersion: kyverno.io/v2\nkind: GlobalContextEntry\nmetadata: {name: deployments}\nspec:\n"
      "  kubernetesResource: {group: apps, version: v1, resource: deployments}\n";
  options_.resources.push_back(folder_.Write("entries.yaml", kEntries));
  {
    CapturedContext captured;
    captured.context().Finish(RunApply(options_, captured.context()));
    EXPECT_EQ(captured.out(),
              "\nApplying 1 policy rule(s) to 3 resource(s)...\n"
              "policy p -> resource default/ConfigMap/c failed:\n1 - r 2 [\"good\",\"bad\"] 1 0\n"
              "\npass: 0, fail: 1, warn: 0, error: 0, skip: 0 \n");
  }
  options_.resources.push_back(
      folder_.Write("bad.yaml",
                    "apiVersion: kyverno.io/v2\nkind: GlobalContextEntry\nmetadata: {name: bad}\nspec:\n"
                    "  kubernetesResource: {version: v1, resource: pods}\n  projections: [{name: x, "
                    "jmesPath: 'to_number('}]\n"));
  CapturedContext captured;
  captured.context().Finish(RunApply(options_, captured.context()));
  EXPECT_TRUE(
      captured.err().starts_with("Error: failed to apply projection \"x\" for GlobalContextEntry bad: "))
      << captured.err();
  EXPECT_EQ(captured.out(), "");
}

TEST_F(ApplyTest, JudgesPayloadsByPoliciesInJsonMode) {
  options_.policies = {folder_.Write(
      "json.yaml",
      "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec:\n"
      "  evaluation: {mode: JSON}\n  validations: [{expression: 'object.count == 1', message: not one}]\n")};
  options_.resources = {};
  options_.json_payloads = {folder_.Write("one.json", "{\"count\": 1}"),
                            folder_.Write("two.yaml", "count: 2\n")};
  CapturedContext captured;
  const auto code = RunApply(options_, captured.context());
  ASSERT_TRUE(code) << code.error().message();
  EXPECT_EQ(*code, 1);
  EXPECT_EQ(captured.out(),
            "\nApplying 1 policy rule(s) to 2 resource(s)...\npolicy p -> resource JSON payload failed:\n"
            "1 -  not one\n\npass: 1, fail: 1, warn: 0, error: 0, skip: 0 \n");

  options_.json_payloads = {folder_.Write("list.json", "[1]")};
  CapturedContext other;
  const auto refused = RunApply(options_, other.context());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().ends_with("list.json must be a top-level object (map))"))
      << refused.error().message();
}

}  // namespace
}  // namespace ephor::cli
