// What the tables of validate_test.cc cannot say: warnings, whole objects, updates, the cluster, the other
// kinds.
#include <map>

#include "policy/validate_for_test.h"

namespace ephor::policy {
namespace {

std::vector<std::string> WarningsOf(std::string_view spec) {
  return ValidatePolicy(*DecodeForTest(ClusterPolicyYaml(spec))).warnings;
}

TEST(ValidatePolicy, Warns) {
  using Warnings = std::vector<std::string>;
  EXPECT_EQ(WarningsOf("  validationFailureAction: audit\n  rules: []\n"),
            Warnings{"Validation failure actions enforce/audit are deprecated, use Enforce/Audit instead."});
  EXPECT_EQ(
      WarningsOf(RuleWith("validate: {deny: {conditions: [{key: a, operator: In, value: b}]}}")),
      Warnings{"Operator In has been deprecated and will be removed soon. Use these instead: [\"AllIn\" "
               "\"AnyIn\"]"});
  EXPECT_EQ(WarningsOf(RuleWith("validate: {pattern: {spec: {replicas: 1}, status: {a: b}}}")),
            (Warnings{"You are matching on replicas but not including the scale subresource in the policy.",
                      "You are matching on status but not including the status subresource in the policy."}));
  EXPECT_EQ(WarningsOf(Matching("{any: [{resources: {kinds: [Deployment/scale]}}]}")), Warnings{});
  EXPECT_EQ(
      WarningsOf(
          "  rules: [{name: r, match: {resources: {kinds: [Pod]}}, mutate: {patchesJson6902: '[]'}}]\n"),
      Warnings{"Pods managed by workload controllers should not be directly mutated using policies. Use the "
               "autogen feature or write policies that match Pod controllers."});
  EXPECT_EQ(WarningsOf(Verifying(
                "{imageReferences: [\"*\"], mutateDigest: false, attestations: [{predicateType: a}]}")),
            Warnings{"predicateType has been deprecated use 'type: a' instead of 'predicateType: a'"});
  EXPECT_EQ(WarningsOf(RuleWith("validate: {deny: {}, assert: {a: b}}")),
            Warnings{"validate.assert is not supported and has no effect: rule 'r'"});
}

TEST(ValidatePolicy, RefusesTheNamespaceOfAClusterPolicy) {
  const auto policy = DecodeForTest(
      "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p, namespace: ns}\nspec: {rules: "
      "[]}\n");
  EXPECT_EQ(ErrorOf(*policy), "A clusterpolicy should not have the namespace defined");
}

TEST(ValidatePolicy, DuplicateNamesAndAutogenAll) {
  const auto policy = DecodeForTest(R"(apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: p, annotations: {pod-policies.kyverno.io/autogen-controllers: all}}
spec: {rules: [{name: r, match: {resources: {kinds: [Service]}}, validate: {deny: {}}}, {name: r, match: {}, validate: {deny: {}}}]}
)");
  EXPECT_EQ(ErrorOf(*policy),
            "[metadata.annotations: Forbidden: Autogen annotation does not support 'all' anymore, remove the "
            "annotation or set it to a valid value, spec.rules[1].name: Invalid value: "
            "{\"name\":\"r\",\"match\":{\"resources\":{}},\"validate\":{\"allowExistingViolations\":true,"
            "\"deny\":{}},\"skipBackgroundRequests\":true}: Duplicate rule name: 'r']");
}

constexpr std::string_view kGenerate = R"(apiVersion: kyverno.io/v1
kind: Policy
metadata: {name: p, namespace: ns}
spec:
  rules:
  - name: NAME
    match: {any: [{resources: {kinds: [KIND]}}]}
    generate: {synchronize: SYNC, apiVersion: v1, kind: Secret, name: TARGET, namespace: ns, data: {a: DATA}}
)";

std::shared_ptr<const Policy> Generating(const std::map<std::string, std::string>& changes) {
  std::string text(kGenerate);
  std::map<std::string, std::string> words = {
      {"NAME", "r"}, {"KIND", "ConfigMap"}, {"SYNC", "true"}, {"TARGET", "t"}, {"DATA", "b"}};
  for (const auto& [word, value] : changes) words[word] = value;
  for (const auto& [word, value] : words) text.replace(text.find(word), word.size(), value);
  return DecodeForTest(text);
}

TEST(ValidatePolicy, UpdatesOfGenerateRules) {
  const auto old = Generating({});
  const auto update = [&](const std::map<std::string, std::string>& changes) {
    return ValidatePolicy(*Generating(changes), {.old = old.get()});
  };
  constexpr const char* kDisallowed =
      "changes of immutable fields of a rule spec in a generate rule is disallowed";
  EXPECT_FALSE(update({{"DATA", "c"}, {"SYNC", "false"}}).error);
  EXPECT_EQ(update({{"NAME", "s"}}).error->message(), kDisallowed);
  EXPECT_EQ(update({{"KIND", "Service"}}).error->message(), kDisallowed);
  const ValidationReport moved = update({{"TARGET", "u"}});
  EXPECT_FALSE(moved.error);
  EXPECT_EQ(moved.warnings,
            std::vector<std::string>{
                "no synchronization will be performed to the old target resource upon policy "
                "updates: changes in the generate rule pattern could result in stale targets"});
  // Without synchronization the match may change.
  const auto loose = Generating({{"SYNC", "false"}});
  EXPECT_FALSE(ValidatePolicy(*Generating({{"KIND", "Service"}}), {.old = loose.get()}).error);
}

class FakeCluster : public ClusterFacts {
 public:
  bool IsClusterScoped(std::string_view kind) const override { return kind.ends_with("Namespace"); }
  bool HasMatchConditions() const override { return false; }
  FoundKind FindKind(std::string_view written) const override {
    return {.exists = written != "Foo", .has_subresource = written.find('/') != std::string_view::npos};
  }
  std::string LacksPermission(std::string_view account, std::span<const std::string_view>,
                              std::string_view kind, std::string_view, std::string_view,
                              std::string_view) const override {
    if (!kind.ends_with("Secret")) return "";
    return std::string(account).append(" lacks ").append(kind);
  }
};

TEST(ValidatePolicy, AsksTheCluster) {
  const FakeCluster cluster;
  const ValidateOptions options{.cluster = &cluster, .background_account = "bg", .reports_account = "rep"};
  const auto check = [&](std::string_view spec) {
    return ValidatePolicy(*DecodeForTest(ClusterPolicyYaml(spec)), options);
  };
  const ValidationReport unknown = check(Matching("{any: [{resources: {kinds: [Foo]}}]}"));
  EXPECT_FALSE(unknown.error);
  EXPECT_EQ(unknown.warnings,
            std::vector<std::string>{"the kind defined in the all match resource is invalid: unable "
                                     "to convert GVK to GVR for kinds Foo"});
  EXPECT_EQ(check(Matching("{any: [{resources: {kinds: [Pod/exec]}}]}")).error->message(),
            "path: spec.rules[0].match.any[0].kinds: background scan enabled with subresource Pod/exec");
  EXPECT_EQ(check(Matching("{any: [{resources: {kinds: [Secret]}}]}")).warnings,
            std::vector<std::string>{"rep lacks Secret"});
  EXPECT_EQ(check(RuleWith("generate: {apiVersion: v1, kind: Secret, name: a, namespace: b, data: {}}"))
                .error->message(),
            "path: spec.rules[0].generate..: bg lacks v1/Secret");
  EXPECT_EQ(
      check(RuleWith(
                "mutate: {targets: [{apiVersion: v1, kind: Secret, name: a}], patchStrategicMerge: {a: b}}"))
          .error->message(),
      "path: spec.rules[0].mutate.targets.: auth check fails, additional privileges are required for the "
      "service "
      "account 'bg': bg lacks v1/Secret");
  EXPECT_EQ(
      check(RuleWith("generate: {apiVersion: v1, kind: Namespace, name: a, namespace: b, data: {}}"))
          .error->message(),
      "spec.rules[0].namespace: Forbidden: target namespace must not be set for a cluster-wide resource");
}

TEST(ValidatePolicy, MatchConditionsOfTheWebhook) {
  const FakeCluster cluster;
  const auto policy =
      DecodeForTest(ClusterPolicyYaml("  webhookConfiguration: {matchConditions: [{name: a, expression: b}, "
                                      "{name: c, expression: d}]}\n  rules: []\n"));
  EXPECT_EQ(ErrorOf(*policy), "");
  EXPECT_EQ(ErrorOf(*policy, {.cluster = &cluster}),
            "custom webhook configurations are only supported in kubernetes version 1.27.0 and above");
  const auto compile = [](std::span<const MatchCondition> conditions) {
    std::vector<std::string> errors;
    for (const MatchCondition& condition : conditions)
      errors.push_back("no " + std::string(condition.expression));
    return errors;
  };
  EXPECT_EQ(ErrorOf(*policy, {.compile_conditions = compile}),
            "match conditions compilation errors: [no b no d]");
}

TEST(ValidatePolicy, NamespacedPolicies) {
  const FakeCluster cluster;
  const auto check = [&](std::string_view rule) {
    return ErrorOf(
        *DecodeForTest("apiVersion: kyverno.io/v1\nkind: Policy\nmetadata: {name: p, namespace: ns}\nspec: "
                       "{rules: [{name: r, " +
                       std::string(rule) + "}]}\n"),
        {.cluster = &cluster});
  };
  EXPECT_EQ(
      check("match: {any: [{resources: {kinds: [Namespace], namespaces: [a]}}]}, validate: {deny: {}}"),
      "[spec.rules[0].match.any[0].namespaces: Forbidden: Filtering namespaces not allowed in namespaced "
      "policies, spec.rules[0].match.any[0].kinds[0]: Forbidden: Cluster wide resource 'Namespace' not "
      "allowed "
      "in namespaced policy]");
  EXPECT_EQ(check("match: {any: [{resources: {kinds: [Service]}}]}, generate: {apiVersion: v1, kind: "
                  "ConfigMap, name: "
                  "a, namespace: b, data: {}}"),
            "spec.rules[0].namespace: Forbidden: target resource scope mismatched: a namespaced policy "
            "cannot generate "
            "resources in other namespaces, expected: ns, received: b ");
  EXPECT_EQ(
      check(
          "match: {any: [{resources: {kinds: [Service]}}]}, mutate: {targets: [{kind: ConfigMap, namespace: "
          "b}], patchStrategicMerge: {a: b}}"),
      "spec.rules[0].targets[0].namespace: Invalid value: \"b\": This field can be ignored or should have "
      "value "
      "of the namespace where the policy is being created");
}

TEST(ValidateException, Messages) {
  const auto check = [](std::string_view spec, const ExceptionOptions& options = {}) {
    const auto exception = Decode<PolicyException>(ParseForTest(
        "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: e, namespace: ns}\nspec: " +
        std::string(spec) + "\n"));
    EXPECT_TRUE(exception) << (exception ? "" : exception.error().message());
    return ValidateException(**exception, options);
  };
  constexpr std::string_view kValid =
      "{match: {any: [{resources: {kinds: [Pod]}}]}, exceptions: [{policyName: p, ruleNames: [r]}]}";
  EXPECT_FALSE(check(kValid).error);
  EXPECT_EQ(
      check(
          "{match: {any: [{resources: {kinds: [Pod]}, clusterRoles: [a]}]}, exceptions: [{policyName: \"\", "
          "ruleNames: []}], podSecurity: [{controlName: Host Ports}]}")
          .error->message(),
      "[spec.match.any[0].clusterRoles: Forbidden: Usage of user info is forbidden, "
      "spec.exceptions[0].policyName: Required value: An exception requires a policy name, "
      "spec.podSecurity[0].controlName: Invalid value: \"Host Ports\": exclude.images must be specified for "
      "the "
      "container level control]");
  EXPECT_FALSE(
      check("{background: false, match: {any: [{resources: {kinds: [Pod]}, clusterRoles: [a]}]}, exceptions: "
            "[]}")
          .error);
  EXPECT_EQ(
      check(kValid, {.enabled = false}).warnings,
      std::vector<std::string>{"PolicyException resources would not be processed until it is enabled."});
  EXPECT_EQ(check(kValid, {.namespace_ = "other"}).warnings,
            std::vector<std::string>{"PolicyException resource namespace must match the defined namespace."});
  EXPECT_EQ(check(kValid, {.namespace_ = ""}).warnings,
            std::vector<std::string>{"The exceptionNamespace flag is not set"});
}

TEST(ValidateCleanupPolicy, Messages) {
  const FakeCluster cluster;
  const auto check = [&](std::string_view spec) {
    const auto policy = Decode<CleanupPolicy>(ParseForTest(
        "apiVersion: kyverno.io/v2\nkind: CleanupPolicy\nmetadata: {name: c, namespace: ns}\nspec: " +
        std::string(spec) + "\n"));
    EXPECT_TRUE(policy) << (policy ? "" : policy.error().message());
    const auto report = ValidateCleanupPolicy(**policy, {.cluster = &cluster, .cleanup_account = "sa"});
    return report.error ? report.error->message() : std::string();
  };
  EXPECT_EQ(check("{match: {any: [{resources: {kinds: [Pod]}}]}, schedule: \"* * * * *\", conditions: {all: "
                  "[{key: \"{{ "
                  "target.metadata.name }}\", operator: Equals, value: a}]}}"),
            "");
  EXPECT_EQ(
      check("{match: {any: [{resources: {kinds: [Pod]}}]}, schedule: daily, context: [{name: a, configMap: "
            "{name: "
            "b}}]}"),
      "[spec.context: Invalid value: [{\"name\":\"a\",\"configMap\":{\"name\":\"b\"}}]: ConfigMap is not "
      "allowed in CleanUp Policy, spec.schedule: Invalid value: \"daily\": schedule spec in the "
      "cleanupPolicy is "
      "not in proper cron format]");
  EXPECT_EQ(check("{match: {any: [{resources: {kinds: [Pod]}, roles: [a]}]}, schedule: \"@daily\"}"),
            "spec.match.any[0].roles: Forbidden: Usage of user info is forbidden");
  EXPECT_EQ(
      check("{match: {any: [{resources: {kinds: [Pod]}}]}, exclude: {any: [{resources: {kinds: [Pod]}}]}, "
            "schedule: \"@daily\"}"),
      "spec: Invalid value: {\"match\":{\"any\":[{\"resources\":{\"kinds\":[\"Pod\"]}}]},\"exclude\":{"
      "\"any\":[{\"resources\":{\"kinds\":[\"Pod\"]}}]},\"schedule\":\"@daily\"}: CleanupPolicy is matching "
      "an "
      "empty set");
  EXPECT_EQ(check("{match: {any: [{resources: {kinds: [Secret]}}]}, schedule: \"@daily\"}"),
            "cleanup controller has no permission to delete kind Secret");
  EXPECT_EQ(check("{match: {any: [{resources: {kinds: [Pod]}}]}, schedule: \"@daily\", conditions: {all: "
                  "[{key: \"{{ a[ "
                  "}}\", operator: Equals, value: a}]}}"),
            "variable substitution failed for policy c: failed to resolve a[ at path /all/0/key: invalid "
            "JMESPath query "
            "a[: SyntaxError: Expected tStar, received: tEOF");
}

TEST(ValidateGlobalContextEntry, Messages) {
  const auto check = [](std::string_view spec) {
    const auto entry = Decode<GlobalContextEntry>(
        ParseForTest("apiVersion: kyverno.io/v2\nkind: GlobalContextEntry\nmetadata: {name: g}\nspec: " +
                     std::string(spec) + "\n"));
    EXPECT_TRUE(entry) << (entry ? "" : entry.error().message());
    const auto report = ValidateGlobalContextEntry(**entry);
    return report.error ? report.error->message() : std::string();
  };
  EXPECT_EQ(
      check("{kubernetesResource: {version: v1, resource: pods}, projections: [{name: a, jmesPath: b}]}"),
      "");
  EXPECT_EQ(
      check(
          "{kubernetesResource: {version: v2, resource: pods}, projections: [{name: g, jmesPath: \"a[\"}]}"),
      "[spec.resource.group: Required value: A Resource entry requires a group, spec.projections[0].name: "
      "Required "
      "value: A projection entry requires a name different from the global context entry name, "
      "spec.projections[0].jmesPath: Invalid value: \"a[\": SyntaxError: Expected tStar, received: tEOF]");
  EXPECT_EQ(
      check("{apiCall: {refreshInterval: 0s, data: []}}"),
      "[spec.apiCall.refreshIntervalSeconds: Required value: A Resource entry requires a refresh interval "
      "greater "
      "than 0 seconds, spec.apiCall.service: Forbidden: An External API call should either have Service or "
      "URLPath, spec.apiCall.method: Forbidden: An External API call with data should have method as POST]");
  EXPECT_EQ(check("{apiCall: {refreshInterval: soon, urlPath: /a}}"),
            "spec.apiCall.refreshInterval: Invalid value: \"soon\": time: invalid duration \"soon\"");
}

TEST(DeprecationWarning, OfEachKind) {
  EXPECT_EQ(
      DeprecationWarning("CleanupPolicy"),
      "CleanupPolicy (kyverno.io) is deprecated and will be removed in a future release; migrate to "
      "NamespacedDeletingPolicy (policies.kyverno.io), see https://kyverno.io/docs/guides/migration-to-cel/");
  EXPECT_EQ(DeprecationWarning("GlobalContextEntry"), "");
}

}  // namespace
}  // namespace ephor::policy
