#include "policy/decode.h"

#include "policy/decode_for_test.h"

namespace ephor::policy {
namespace {

TEST(KindOf, KnowsGroupVersionAndKind) {
  struct Case {
    const char* api_version;
    const char* kind;
    Kind is;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"kyverno.io/v1", "ClusterPolicy", Kind::kPolicy},
           {"kyverno.io/v2beta1", "Policy", Kind::kPolicy},
           {"kyverno.io/v2", "ClusterPolicy", Kind::kPolicy},
           {"kyverno.io/v3", "ClusterPolicy", Kind::kNone},
           {"policies.kyverno.io/v1", "ClusterPolicy", Kind::kNone},
           {"v1", "Policy", Kind::kNone},
           {"kyverno.io/v1", "PolicyException", Kind::kNone},
           {"kyverno.io/v2beta1", "PolicyException", Kind::kPolicyException},
           {"kyverno.io/v2", "CleanupPolicy", Kind::kCleanupPolicy},
           {"kyverno.io/v2beta1", "ClusterCleanupPolicy", Kind::kCleanupPolicy},
           {"kyverno.io/v2alpha1", "GlobalContextEntry", Kind::kGlobalContextEntry},
           {"kyverno.io/v1", "", Kind::kNone},
       }) {
    SCOPED_TRACE(std::string(c.api_version) + " " + c.kind);
    EXPECT_EQ(KindOf(c.api_version, c.kind), c.is);
  }
}

TEST(DecodePolicy, ReadsARuleWithEverythingAroundIt) {
  const auto policy = DecodeForTest(R"(apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: require-labels
  labels: {b: "2", a: "1"}
  annotations: {pod-policies.kyverno.io/autogen-controllers: none}
spec:
  validationFailureAction: Enforce
  background: false
  webhookConfiguration: {timeoutSeconds: 5, failurePolicy: Ignore}
  rules:
  - name: check
    match:
      any:
      - resources:
          kinds: [Pod, Service]
          namespaceSelector: {matchExpressions: [{key: team, operator: Exists}]}
        subjects: [{kind: User, name: jane}]
    exclude: {resources: {namespaces: [kube-system]}, clusterRoles: [cluster-admin]}
    preconditions:
      all:
      - {key: "{{ request.operation }}", operator: In, value: [CREATE, UPDATE]}
    validate:
      message: label it
      pattern: {metadata: {labels: {app: "?*"}}}
)");
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(policy->metadata.name, "require-labels");
  ASSERT_EQ(policy->metadata.labels.size(), 2u);
  EXPECT_EQ(policy->metadata.labels[0].key, "a");
  EXPECT_EQ(*Find(policy->metadata.labels, "b"), "2");
  EXPECT_EQ(Find(policy->metadata.labels, "c"), nullptr);
  EXPECT_TRUE(Enforces(policy->spec.validation_failure_action));
  EXPECT_FALSE(policy->spec.background_enabled());
  EXPECT_TRUE(policy->spec.admission_enabled());
  EXPECT_EQ(policy->spec.webhook_configuration->timeout_seconds, 5);

  ASSERT_EQ(policy->spec.rules.size(), 1u);
  const Rule& rule = policy->spec.rules[0];
  EXPECT_EQ(rule.name, "check");
  EXPECT_EQ(rule.skip_background_requests, true);  // by default
  ASSERT_EQ(rule.match.any.size(), 1u);
  EXPECT_EQ(rule.match.any[0].resources.kinds[1], "Service");
  EXPECT_EQ(rule.match.any[0].user.subjects[0].name, "jane");
  EXPECT_EQ(rule.match.any[0].resources.namespace_selector->match_expressions[0].op, "Exists");
  EXPECT_EQ(rule.match.all.data(), nullptr);
  EXPECT_EQ(rule.exclude->resources.namespaces[0], "kube-system");
  EXPECT_EQ(rule.exclude->user.cluster_roles[0], "cluster-admin");
  ASSERT_EQ(rule.preconditions->all.size(), 1u);
  EXPECT_FALSE(rule.preconditions->legacy);
  EXPECT_EQ(rule.preconditions->all[0].op, "In");
  EXPECT_EQ(rule.preconditions->all[0].value->items().size(), 2u);
  EXPECT_EQ(rule.validate->pattern->StringAt("metadata", "labels", "app"), "?*");
  EXPECT_EQ(rule.validate->allow_existing_violations, true);
  EXPECT_EQ(policy->PositionOf(rule.source).line, 12u);
}

TEST(DecodePolicy, ConditionsOfAnyForm) {
  const auto conditions = [](std::string_view text) {
    const auto policy = DecodeForTest(ClusterPolicyYaml(
        "  rules:\n  - name: r\n    match: {}\n    preconditions: " + std::string(text) + "\n"));
    return std::pair(policy, policy->spec.rules[0].preconditions);
  };
  {
    const auto [policy, list] = conditions("[{key: a, operator: Equals, value: 1, other: x}]");
    EXPECT_TRUE(list->legacy);
    ASSERT_EQ(list->all.size(), 1u);
    EXPECT_EQ(list->all[0].value->as_int(), 1);
  }
  {
    const auto [policy, empty] = conditions("{any: []}");
    EXPECT_FALSE(empty->legacy);
    EXPECT_NE(empty->any.data(), nullptr);  // written and empty: never true
    EXPECT_EQ(empty->all.data(), nullptr);
  }
  {
    const auto [policy, absent] = conditions("null");
    EXPECT_EQ(absent, nullptr);
  }
}

TEST(DecodePolicy, VersionsDifferInTheirSchema) {
  const std::string yaml = R"(apiVersion: kyverno.io/VERSION
kind: ClusterPolicy
metadata: {name: p}
spec:
  rules:
  - name: r
    match: {resources: {kinds: [Pod]}}
    validate: {deny: {}}
)";
  const auto decode = [&](std::string_view version) {
    std::string text = yaml;
    text.replace(text.find("VERSION"), 7, version);
    return Decode<Policy>(ParseForTest(text));
  };
  EXPECT_TRUE(decode("v1"));
  for (const char* version : {"v2beta1", "v2"}) {
    const auto refused = decode(version);
    ASSERT_FALSE(refused);
    EXPECT_EQ(
        refused.error().message(),
        "failed to parse document (spec.rules[0].match.resources: Invalid value: value provided for unknown "
        "field)");
    EXPECT_EQ(refused.error().position().line, 7u);
  }
}

struct RefusedCase {
  const char* name;
  std::string_view spec;  // of a ClusterPolicy
  std::string_view message;
};

class RefusedTest : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedTest, WithTheTextOfTheApiServer) {
  const auto policy = Decode<Policy>(ParseForTest(ClusterPolicyYaml(GetParam().spec)));
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().message(), GetParam().message);
  EXPECT_EQ(policy.error().code(), ErrorCode::kInvalidInput);
  EXPECT_NE(policy.error().position().line, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Decode, RefusedTest,
    ::testing::ValuesIn<RefusedCase>({
        {"UnknownFieldsHideTheRestAndAreSorted", "  zzz: 1\n  rules:\n  - nme: r\n    match: {any: 1}\n",
         "failed to parse document (spec.rules[0].nme: Invalid value: value provided for unknown field\n"
         "spec.zzz: Invalid value: value provided for unknown field)"},
        {"Required", "  rules:\n  - name: r\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: spec.rules[0].match: "
         "Required "
         "value)"},
        {"NullIsAbsent", "  rules:\n  - name: r\n    match: null\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: spec.rules[0].match: "
         "Required "
         "value)"},
        {"NullInAList", "  rules: [null]\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: spec.rules[0]: Invalid "
         "value: "
         "\"null\": spec.rules[0] in body must be of type object: \"null\")"},
        {"Several", "  background: x\n  rules:\n  - name: 5\n    match: {}\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: [spec.background: Invalid "
         "value: "
         "\"string\": spec.background in body must be of type boolean: \"string\", spec.rules[0].name: "
         "Invalid "
         "value: \"integer\": spec.rules[0].name in body must be of type string: \"integer\"])"},
        {"Word", "  validationFailureAction: block\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: "
         "spec.validationFailureAction: "
         "Unsupported value: \"block\": supported values: \"audit\", \"enforce\", \"Audit\", \"Enforce\")"},
        {"LongName",
         "  rules:\n  - name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n    match: "
         "{}\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: spec.rules[0].name: Too "
         "long: may "
         "not be more than 63 bytes)"},
        {"AnyAndAll", "  rules:\n  - name: r\n    match: {any: [], all: []}\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: <nil>: Invalid value: "
         "\"\": "
         "\"spec.rules[0].match\" must not validate the schema (not))"},
        {"NoContextSource", "  rules:\n  - name: r\n    match: {}\n    context: [{name: c}]\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: [<nil>: Invalid value: "
         "\"\": "
         "\"spec.rules[0].context[0]\" must validate one and only one schema (oneOf). Found none valid, "
         "spec.rules[0].context[0].configMap: Required value])"},
        {"TwoContextSources",
         "  rules:\n  - name: r\n    match: {}\n    context: [{name: c, variable: {}, apiCall: {}}]\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: <nil>: Invalid value: "
         "\"\": "
         "\"spec.rules[0].context[0]\" must validate one and only one schema (oneOf). Found 2 valid "
         "alternatives)"},
        {"Conditions", "  rules:\n  - name: r\n    match: {}\n    preconditions: {any: {key: a}}\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: "
         "spec.rules[0].preconditions: "
         "Invalid value: failed to unmarshal Conditions)"},
        {"NestedForeach",
         "  rules:\n  - name: r\n    match: {}\n    validate: {foreach: [{list: a, foreach: {list: b}}]}\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: "
         "spec.rules[0].validate.foreach[0].foreach: Invalid value: \"object\": "
         "spec.rules[0].validate.foreach[0].foreach in body must be of type array: \"object\")"},
        {"AttestorCount",
         "  rules:\n  - name: r\n    match: {}\n    verifyImages: [{attestors: [{count: 0, entries: []}]}]\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: "
         "spec.rules[0].verifyImages[0].attestors[0].count: Invalid value: 0: "
         "spec.rules[0].verifyImages[0].attestors[0].count in body should be greater than or equal to 1)"},
        {"SpecIsAList", "  - a\n",
         "failed to validate resource (ClusterPolicy.kyverno.io \"p\" is invalid: spec: Invalid value: "
         "\"array\": "
         "spec in body must be of type object: \"array\")"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(DecodePolicy, RefusesBadMetadata) {
  const auto refused = [](std::string_view metadata) {
    const auto policy = Decode<Policy>(ParseForTest(
        "apiVersion: kyverno.io/v1\nkind: Policy\nspec: {}\nmetadata: " + std::string(metadata) + "\n"));
    return policy ? std::string() : policy.error().message();
  };
  EXPECT_EQ(refused("{name: p}"), "");
  EXPECT_EQ(refused("{generateName: p-}"), "");
  EXPECT_EQ(refused("{}"),
            "failed to validate resource (Policy.kyverno.io \"\" is invalid: metadata.name: Required value: "
            "name or "
            "generateName is required)");
  EXPECT_EQ(refused("{name: p, lables: {}}"),
            "failed to parse document (metadata.lables: Invalid value: value provided for unknown field)");
  EXPECT_EQ(
      refused("{name: p, labels: {a: 1}}"),
      "failed to validate resource (Policy.kyverno.io \"p\" is invalid: metadata.labels.a: Invalid value: "
      "\"integer\": metadata.labels.a in body must be of type string: \"integer\")");
  EXPECT_NE(refused("{name: Upper}")
                .find("metadata.name: Invalid value: \"Upper\": a lowercase RFC 1123 subdomain"),
            std::string::npos);
  EXPECT_NE(refused("{name: p, labels: {\"a b\": x}}")
                .find("metadata.labels: Invalid value: \"a b\": name part must"),
            std::string::npos);
}

TEST(DecodePolicy, ObjectsOfTheApiServerMayHaveMore) {
  const auto document =
      ParseForTest(ClusterPolicyYaml("  newField: 1\n  rules: [{name: r, match: {}, new: 2}]\n"));
  EXPECT_FALSE(Decode<Policy>(document));
  const auto policy = Decode<Policy>(document, {.strict = false});
  ASSERT_TRUE(policy);
  EXPECT_EQ((*policy)->spec.rules[0].name, "r");
  EXPECT_NE((*policy)->document->Find("spec", "newField"), nullptr);  // nothing is lost
}

TEST(DecodePolicy, NestedAttestorsAreReadWhereTheyCanBe) {
  const auto policy = DecodeForTest(ClusterPolicyYaml(R"(  rules:
  - name: r
    match: {}
    verifyImages:
    - imageReferences: ["*"]
      attestors:
      - entries:
        - attestor: {count: 2, entries: [{keys: {publicKeys: k}}]}
        - attestor: [not, a, set]
)"));
  ASSERT_NE(policy, nullptr);
  const auto entries = policy->spec.rules[0].verify_images[0].attestors[0].entries;
  ASSERT_NE(entries[0].nested, nullptr);
  EXPECT_EQ(entries[0].nested->required_count(), 2);
  EXPECT_EQ(entries[0].nested->entries[0].keys->public_keys, "k");
  EXPECT_EQ(entries[1].nested, nullptr);
  EXPECT_NE(entries[1].nested_source, nullptr);
}

TEST(DecodePolicy, DeepNestingIsAnError) {
  std::string foreach = "[]";
  for (int i = 0; i < 110; ++i)
    foreach
      = "[{list: l, foreach: " + foreach + "}]";
  const auto policy = Decode<Policy>(ParseForTest(
      ClusterPolicyYaml("  rules:\n  - name: r\n    match: {}\n    validate: {foreach: " + foreach + "}\n")));
  ASSERT_FALSE(policy);
  EXPECT_TRUE(policy.error().message().ends_with("Invalid value: nested too deeply)"));
}

TEST(DecodePolicyException, ReadsItsSpec) {
  const std::string yaml = R"(apiVersion: kyverno.io/v2
kind: PolicyException
metadata: {name: e, namespace: ns}
spec:
  match: {all: [{resources: {kinds: [Pod], names: [a*]}}]}
  exceptions: [{policyName: p, ruleNames: [r, autogen-r]}]
  podSecurity: [{controlName: Capabilities, images: ["*"]}]
  conditions: {all: [{key: a, operator: AnyIn, value: [a]}]}
)";
  const auto exception = Decode<PolicyException>(ParseForTest(yaml));
  ASSERT_TRUE(exception) << exception.error().message();
  EXPECT_EQ((*exception)->exceptions[0].rule_names[1], "autogen-r");
  EXPECT_EQ((*exception)->match.all[0].resources.names[0], "a*");
  EXPECT_EQ((*exception)->pod_security[0].control_name, "Capabilities");
  EXPECT_EQ((*exception)->conditions->all[0].op, "AnyIn");

  std::string old_operator = yaml;
  old_operator.replace(old_operator.find("AnyIn"), 5, "In");
  EXPECT_FALSE(Decode<PolicyException>(ParseForTest(old_operator)));
}

TEST(DecodeCleanupPolicy, ReadsItsSpec) {
  const auto cleanup = Decode<CleanupPolicy>(ParseForTest(R"(apiVersion: kyverno.io/v2
kind: ClusterCleanupPolicy
metadata: {name: c}
spec:
  match: {any: [{resources: {kinds: [Pod]}}]}
  schedule: "*/5 * * * *"
  deletionPropagationPolicy: Orphan
)"));
  ASSERT_TRUE(cleanup) << cleanup.error().message();
  EXPECT_EQ((*cleanup)->schedule, "*/5 * * * *");
  EXPECT_EQ((*cleanup)->deletion_propagation_policy, "Orphan");
  EXPECT_FALSE((*cleanup)->is_namespaced());
}

TEST(DecodeGlobalContextEntry, ReadsItsSpec) {
  const auto entry = Decode<GlobalContextEntry>(ParseForTest(R"(apiVersion: kyverno.io/v2beta1
kind: GlobalContextEntry
metadata: {name: g}
spec:
  apiCall: {urlPath: /api/v1/namespaces}
  projections: [{name: p, jmesPath: "items[].metadata.name"}]
)"));
  ASSERT_TRUE(entry) << entry.error().message();
  EXPECT_EQ((*entry)->api_call->call.url_path, "/api/v1/namespaces");
  EXPECT_EQ((*entry)->api_call->call.method, "GET");
  EXPECT_EQ((*entry)->api_call->refresh_interval, "10m");
  EXPECT_EQ((*entry)->api_call->retry_limit, 3);
  EXPECT_EQ((*entry)->projections[0].name, "p");
}

}  // namespace
}  // namespace ephor::policy
