#include "engine/evaluate.h"

#include <gmock/gmock.h>

#include "engine/engine_for_test.h"

namespace ephor::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kPod = R"(
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}, annotations: {team: red}}
spec:
  hostNetwork: true
  containers:
  - {name: a, image: "nginx:1.25", ports: [{containerPort: 80}]}
  - {name: b, image: "busybox:latest", securityContext: {privileged: true}}
)";

// A rule's match of Pods, and what stands beside it.
std::string Rule(std::string_view rest) {
  return "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n" + std::string(rest);
}

struct Case {
  const char* name;
  std::string rule;
  std::vector<std::string> lines;
};

TEST(Validate, Bodies) {
  const Case cases[] = {
      {"PatternPasses",
       Rule("    validate: {pattern: {metadata: {labels: {app: '?*'}}}}"),
       {"r pass validation rule 'r' passed."}},
      {"PatternFails",
       Rule("    validate: {message: no host network, pattern: {spec: {=(hostNetwork): false}}}"),
       {"r fail validation error: no host network. rule r failed at path /spec/hostNetwork/"}},
      {"PatternFailsWithoutMessage",
       Rule("    validate: {pattern: {spec: {=(hostNetwork): false}}}"),
       {"r fail validation error: rule r failed at path /spec/hostNetwork/"}},
      {"MessageWithVariable",
       Rule("    validate: {message: '{{ request.object.metadata.name }} is bad.', pattern: {spec: {x: v}}}"),
       {"r fail validation error: web is bad. rule r failed at path /spec/x/"}},
      {"MessageThatDoesNotResolve",
       Rule("    validate: {message: '{{ nope }}', pattern: {spec: {x: v}}}"),
       {"r fail validation error: variables substitution error in rule r execution error: resource value "
        "'<nil>' does "
        "not match 'v' at path /spec/x/"}},
      {"PatternWithVariable",
       Rule("    validate: {pattern: {metadata: {labels: {app: '{{ request.object.metadata.name }}'}}}}"),
       {"r pass validation rule 'r' passed."}},
      {"PatternVariableMissing",
       Rule("    validate: {pattern: {metadata: {name: '{{ request.nope }}'}}}"),
       {"r error variable substitution failed: failed to resolve request.nope at path /metadata/name: "
        "JMESPath query "
        "failed: Unknown key \"nope\" in path"}},
      {"AnyPatternPasses",
       Rule("    validate: {anyPattern: [{spec: {x: v}}, {metadata: {name: web}}]}"),
       {"r pass validation rule 'r' anyPattern[1] passed."}},
      {"AnyPatternFails",
       Rule("    validate: {message: m, anyPattern: [{spec: {x: v}}, {metadata: {name: q}}]}"),
       {"r fail validation error: m. rule r[0] failed at path /spec/x/ rule r[1] failed at path "
        "/metadata/name/"}},
      {"ConditionalAnchorSkips",
       Rule("    validate: {pattern: {metadata: {(name): other}, spec: {x: v}}}"),
       {"r skip conditional anchor mismatch: resource value 'web' does not match 'other' at path "
        "/metadata/name/"}},
      {"DenyHolds",
       Rule("    validate:\n      message: den\n      deny: {conditions: {any: [{key: '{{ "
            "request.object.spec.hostNetwork }}', operator: Equals, value: true, message: condmsg}]}}"),
       {"r fail den; condmsg"}},
      {"DenyDoesNotHold",
       Rule("    validate: {deny: {conditions: {all: [{key: a, operator: Equals, value: b}]}}}"),
       {"r pass validation rule 'r' passed."}},
      {"DenyWithoutConditions", Rule("    validate: {deny: {}}"), {"r fail validation error: rule r failed"}},
      {"DenyError",
       Rule("    validate: {deny: {conditions: {any: [{key: '{{ nope }}', operator: Equals, value: b}]}}}"),
       {"r error failed to check deny conditions: failed to substitute variables in condition key: failed to "
        "resolve "
        "nope at path : JMESPath query failed: Unknown key \"nope\" in path"}},
      {"ForEachFails",
       Rule("    validate: {message: 'bad tag', foreach: [{list: request.object.spec.containers, pattern: "
            "{image: "
            "'!*:latest'}}]}"),
       {"r fail validation failure: validation error: bad tag. rule r failed at path /image/"}},
      {"ForEachPasses",
       Rule("    validate: {foreach: [{list: request.object.spec.containers, pattern: {name: '?'}}]}"),
       {"r pass rule passed"}},
      {"ForEachWithoutListSaysNothing",
       Rule("    validate: {foreach: [{list: request.object.spec.nope, pattern: {name: '?'}}]}"),
       {}},
      {"ForEachDenyWithElement",
       Rule("    validate:\n      message: '{{ element.name }} {{ elementIndex }}'\n      foreach:\n      - "
            "list: "
            "request.object.spec.containers\n        deny: {conditions: {all: [{key: '{{ "
            "element.securityContext.privileged || `false` }}', operator: Equals, value: true}]}}"),
       {"r fail validation failure: b 1"}},
      {"NestedForEach",
       Rule("    validate:\n      foreach:\n      - list: request.object.spec.containers\n        foreach:\n "
            "       - "
            "list: element.ports\n          deny: {conditions: {all: [{key: '{{ element.containerPort }}', "
            "operator: "
            "Equals, value: 80}]}}"),
       {"r fail validation failure: validation failure: validation error: rule r failed"}},
      {"PreconditionsSkip",
       Rule("    preconditions: {all: [{key: a, operator: Equals, value: b, message: why}]}\n    validate: "
            "{pattern: "
            "{spec: {x: v}}}"),
       {"r skip preconditions not met; why"}},
      {"PreconditionsError",
       Rule("    preconditions: {all: [{key: '{{ nope }}', operator: Equals, value: b}]}\n    validate: "
            "{pattern: "
            "{spec: {x: v}}}"),
       {"r error failed to evaluate preconditions: failed to substitute variables in condition key: failed "
        "to resolve "
        "nope at path : JMESPath query failed: Unknown key \"nope\" in path"}},
      {"EmptyAnyIsFalse",
       Rule("    preconditions: {any: []}\n    validate: {pattern: {spec: {x: v}}}"),
       {"r skip preconditions not met"}},
      {"ContextVariable",
       Rule("    context: [{name: who, variable: {jmesPath: request.object.metadata.name}}]\n    validate: "
            "{pattern: "
            "{metadata: {name: '{{ who }}'}}}"),
       {"r pass validation rule 'r' passed."}},
      {"ContextDefault",
       Rule("    context: [{name: who, variable: {jmesPath: request.object.nope, default: web}}]\n    "
            "validate: {pattern: "
            "{metadata: {name: '{{ who }}'}}}"),
       {"r pass validation rule 'r' passed."}},
      {"ContextConstantOfAMadeQuery",
       Rule("    context: [{name: who, variable: {jmesPath: \"{{ request.object.nope || '`' "
            "}}\\\"web\\\"`\"}}]\n"
            "    validate: {pattern: {metadata: {name: '{{ who }}'}}}"),
       {"r pass validation rule 'r' passed."}},
      {"UnusedBrokenEntryIsHarmless",
       Rule("    context: [{name: who, variable: {jmesPath: request.object.nope}}]\n    validate: {pattern: "
            "{metadata: "
            "{name: web}}}"),
       {"r pass validation rule 'r' passed."}},
      {"ForwardReferenceFails",
       Rule("    context:\n    - {name: a, variable: {value: '{{ b }}'}}\n    - {name: b, variable: {value: "
            "1}}\n    "
            "validate: {pattern: {metadata: {name: '{{ a }}'}}}"),
       {"r error variable substitution failed: failed to resolve a at path /metadata/name: failed to "
        "substitute "
        "variables in context entry a {{ b }}: failed to resolve b at path : JMESPath query failed: "
        "Unknown key "
        "\"b\" in path"}},
      {"Images", Rule("    validate: {message: '{{ images.containers.a.tag }}', deny: {}}"), {"r fail 1.25"}},
      {"NothingToSayOfOtherKinds",
       "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Service]}}]}\n    validate: {deny: {}}",
       {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(EvaluateForTest(c.rule, {.object = kPod}), c.lines);
  }
}

TEST(Validate, ConditionsOfTheWebhookDecideForThePolicy) {
  const auto lines = [](std::string_view condition) {
    return EvaluateForTest("  webhookConfiguration: {matchConditions: [{name: c, expression: \"" +
                               std::string(condition) + "\"}]}\n" +
                               Rule("    validate: {pattern: {metadata: {labels: {app: '?*'}}}}"),
                           {.object = kPod});
  };
  const std::vector<std::string> none, passes = {"r pass validation rule 'r' passed."};
  EXPECT_EQ(lines("object.metadata.name == 'web'"), passes);
  EXPECT_EQ(lines("request.operation == 'DELETE'"), none);
  // What cannot be evaluated does not hold.
  EXPECT_EQ(lines("object.nope == 1"), none);
  EXPECT_EQ(lines("nope"), none);
}

TEST(Validate, ApplyOneStopsAtTheFirstThatDecides) {
  const std::string_view rules = R"(
  rules:
  - name: skipped
    match: {any: [{resources: {kinds: [Pod]}}]}
    preconditions: {any: []}
    validate: {deny: {}}
  - name: first
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {pattern: {kind: Pod}}
  - name: second
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {deny: {}}
)";
  EXPECT_THAT(
      EvaluateForTest("  applyRules: One" + std::string(rules), {.object = kPod}),
      ElementsAre("skipped skip preconditions not met", "first pass validation rule 'first' passed."));
}

TEST(Validate, DeletedObjects) {
  const TestRequest deleted{.object = kPod, .operation = "DELETE"};
  EXPECT_THAT(EvaluateForTest(Rule("    validate: {pattern: {spec: {x: v}}}"), deleted), IsEmpty());
  EXPECT_THAT(
      EvaluateForTest(Rule("    validate: {message: 'no {{ request.object.metadata.name }}', deny: {}}"),
                      deleted),
      ElementsAre("r fail no web"));
}

TEST(Validate, UpdatesOfObjectsThatWereAlreadyWrong) {
  constexpr std::string_view kBetter = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {x: v}}";
  constexpr std::string_view kWorse = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {x: z}}";
  const std::string enforced = Rule("    validate: {failureAction: Enforce, pattern: {spec: {x: v}}}");
  const std::string audited = Rule("    validate: {failureAction: Audit, pattern: {spec: {x: v}}}");
  const std::string strict =
      Rule("    validate: {failureAction: Enforce, allowExistingViolations: false, pattern: {spec: {x: v}}}");
  const TestRequest still_wrong{.object = kWorse, .operation = "UPDATE", .old_object = kWorse};
  const TestRequest made_wrong{.object = kWorse, .operation = "UPDATE", .old_object = kBetter};
  const std::string fail = "r fail validation error: rule r failed at path /spec/x/";
  EXPECT_THAT(EvaluateForTest(enforced, still_wrong),
              ElementsAre("r skip skipping the rule evaluation as pre-existing violations are allowed"));
  EXPECT_THAT(EvaluateForTest(enforced, made_wrong), ElementsAre(fail));
  EXPECT_THAT(EvaluateForTest(audited, still_wrong), ElementsAre(fail));
  const std::string with_preconditions =
      Rule("    preconditions: {all: []}\n    validate: {failureAction: Enforce, pattern: {spec: {x: v}}}");
  EXPECT_THAT(EvaluateForTest(with_preconditions, still_wrong), ElementsAre(fail));
  EXPECT_THAT(EvaluateForTest(strict, still_wrong), ElementsAre(fail));
}

TEST(Validate, Exceptions) {
  const std::string rule = Rule("    validate: {deny: {}}");
  const std::string exception = R"(
apiVersion: kyverno.io/v2
kind: PolicyException
metadata: {name: e, namespace: shop}
spec:
  exceptions: [{policyName: p, ruleNames: ["r*"]}]
  match: {any: [{resources: {kinds: [Pod], names: [NAME]}}]}
)";
  const auto named = [&](std::string_view name) {
    std::string text = exception;
    return text.replace(text.find("NAME"), 4, name);
  };
  EXPECT_THAT(EvaluateForTest(rule, {.object = kPod}, named("web")),
              ElementsAre("r skip rule is skipped due to policy exceptionsshop/e"));
  EXPECT_THAT(EvaluateForTest(rule, {.object = kPod}, named("'w*'")),
              ElementsAre("r skip rule is skipped due to policy exceptionsshop/e"));
  EXPECT_THAT(EvaluateForTest(rule, {.object = kPod}, named("other")),
              ElementsAre("r fail validation error: rule r failed"));
}

struct MatchCase {
  const char* name;
  std::string_view match;  // and exclude
  bool applies;
};

TEST(Match, Filters) {
  const MatchCase cases[] = {
      {"Kind", "match: {any: [{resources: {kinds: [v1/Pod]}}]}", true},
      {"OtherKind", "match: {any: [{resources: {kinds: [apps/v1/Pod]}}]}", false},
      {"Legacy", "match: {resources: {kinds: [Pod]}}", true},
      {"AllFilters", "match: {all: [{resources: {kinds: [Pod]}}, {resources: {names: [x]}}]}", false},
      {"Name", "match: {any: [{resources: {kinds: [Pod], name: w*}}]}", true},
      {"Namespace", "match: {any: [{resources: {kinds: [Pod], namespaces: [sh?p]}}]}", true},
      {"OtherNamespace", "match: {any: [{resources: {kinds: [Pod], namespaces: [prod]}}]}", false},
      {"Annotation", "match: {any: [{resources: {kinds: [Pod], annotations: {te*: r?d}}}]}", true},
      {"OtherAnnotation", "match: {any: [{resources: {kinds: [Pod], annotations: {team: blue}}}]}", false},
      {"Selector", "match: {any: [{resources: {kinds: [Pod], selector: {matchLabels: {app: w*}}}}]}", true},
      {"NamespaceSelector",
       "match: {any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {env: prod}}}}]}", true},
      {"OtherNamespaceSelector",
       "match: {any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {env: dev}}}}]}", false},
      {"Operation", "match: {any: [{resources: {kinds: [Pod], operations: [UPDATE]}}]}", false},
      {"User", "match: {any: [{resources: {kinds: [Pod]}, subjects: [{kind: User, name: ann}]}]}", true},
      {"OtherUser", "match: {any: [{resources: {kinds: [Pod]}, subjects: [{kind: User, name: bob}]}]}",
       false},
      {"RolesAndSubjects",
       "match: {any: [{resources: {kinds: [Pod]}, clusterRoles: [admin], subjects: [{kind: User, name: "
       "ann}]}]}",
       false},
      {"Excluded",
       "match: {any: [{resources: {kinds: [Pod]}}]}\n    exclude: {any: [{resources: {names: [web]}}]}",
       false},
      {"ExcludedByAllNeedsAll",
       "match: {any: [{resources: {kinds: [Pod]}}]}\n    exclude: {all: [{resources: {names: [web]}}, "
       "{resources: "
       "{namespaces: [prod]}}]}",
       true},
      {"EmptyFilterDisablesExcludeAll",
       "match: {any: [{resources: {kinds: [Pod]}}]}\n    exclude: {all: [{resources: {names: [web]}}, {}]}",
       true},
  };
  for (const MatchCase& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string rule =
        "  rules:\n  - name: r\n    " + std::string(c.match) + "\n    validate: {deny: {}}";
    const auto lines =
        EvaluateForTest(rule, {.object = kPod, .username = "ann", .namespace_labels = "{env: prod}"});
    EXPECT_EQ(!lines.empty(), c.applies);
  }
}

TEST(Match, UsersInBackground) {
  const std::string match_user = R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}, subjects: [{kind: User, name: bob}]}]}
    validate: {deny: {}}
)";
  const std::string exclude_user = R"(
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    exclude: {any: [{subjects: [{kind: User, name: bob}]}]}
    validate: {deny: {}}
)";
  const std::string only_user = R"(
  rules:
  - name: r
    match: {any: [{subjects: [{kind: User, name: bob}]}]}
    validate: {deny: {}}
)";
  EXPECT_EQ(EvaluateForTest(match_user, {.object = kPod}).size(), 1u);
  EXPECT_EQ(EvaluateForTest(exclude_user, {.object = kPod}).size(), 1u);
  EXPECT_THAT(EvaluateForTest(only_user, {.object = kPod}), IsEmpty());
}

}  // namespace
}  // namespace ephor::engine
