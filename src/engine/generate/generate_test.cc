// Generate rules on triggers: results, and the objects that would be made.
#include <gtest/gtest.h>

#include "engine/engine_for_test.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kNamespace =
    "{apiVersion: v1, kind: Namespace, metadata: {name: blue, uid: u1, labels: {team: sky}}}";

// The labels that the controller gives to what rule r of policy p makes of kNamespace.
constexpr std::string_view kOrigin = R"("app.kubernetes.io/managed-by":"kyverno",)"
                                     R"("generate.kyverno.io/policy-name":"p",)"
                                     R"("generate.kyverno.io/policy-namespace":"",)"
                                     R"("generate.kyverno.io/rule-name":"r",)";
constexpr std::string_view kTrigger = R"("generate.kyverno.io/trigger-group":"",)"
                                      R"("generate.kyverno.io/trigger-kind":"Namespace",)"
                                      R"("generate.kyverno.io/trigger-namespace":"",)"
                                      R"("generate.kyverno.io/trigger-uid":"u1",)"
                                      R"("generate.kyverno.io/trigger-version":"v1")";

std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// A rule r for namespaces with this body, which is indented by four.
std::string RuleFor(std::string_view body) {
  return "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Namespace]}}]}\n" + std::string(body);
}

std::vector<std::string> Made(const PolicyResponse& response) {
  std::vector<std::string> objects;
  for (const RuleResponse& rule : response.rules) {
    for (const json::Value& object : rule.generated) objects.push_back(json::ToString(object));
  }
  return objects;
}

// "KIND NAMESPACE/NAME" of each object.
std::vector<std::string> Names(const PolicyResponse& response) {
  std::vector<std::string> names;
  for (const RuleResponse& rule : response.rules) {
    for (const json::Value& object : rule.generated) {
      const ObjectId id = IdOf(object);
      names.push_back(Joined({id.kind, " ", id.namespace_, "/", id.name}));
    }
  }
  return names;
}

TEST(Generate, MakesDataWithTheLabelsOfItsOrigin) {
  EvaluationForTest test(RuleFor(R"(
    generate:
      apiVersion: v1
      kind: ConfigMap
      name: "for-{{ request.object.metadata.labels.team }}"
      namespace: "{{ request.object.metadata.name }}"
      data:
        metadata: {name: other, labels: {own: x}, resourceVersion: "7"}
        data: {of: "{{ request.object.metadata.name }}"}
)"),
                         {.object = kNamespace});
  const PolicyResponse response = test.Generate();
  EXPECT_EQ(EvaluationForTest::Lines(response), std::vector<std::string>{"r pass "});
  EXPECT_EQ(response.rules[0].type, RuleType::kGeneration);
  EXPECT_EQ(Made(response), std::vector<std::string>{
                                Joined({R"({"apiVersion":"v1","data":{"of":"blue"},"kind":"ConfigMap",)",
                                        R"("metadata":{"labels":{)", kOrigin, kTrigger, R"(,"own":"x"},)",
                                        R"("name":"for-sky","namespace":"blue"}})"})});
}

TEST(Generate, MakesCopiesOfASource) {
  EvaluationForTest test(RuleFor(R"(
    generate:
      apiVersion: v1
      kind: Secret
      name: copy
      namespace: "{{ request.object.metadata.name }}"
      clone: {name: key, namespace: default}
)"),
                         {.object = kNamespace});
  const json::Value source = test.Load(
      "{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: default, uid: u2, resourceVersion: "
      "'3', "
      "ownerReferences: [{name: o}], creationTimestamp: '2020-01-01T00:00:00Z'}, data: {a: Yg==}}");
  EXPECT_EQ(
      Made(test.Generate(std::span(&source, 1))),
      std::vector<std::string>{Joined(
          {R"({"apiVersion":"v1","data":{"a":"Yg=="},"kind":"Secret","metadata":{"labels":{)",
           R"("app.kubernetes.io/managed-by":"kyverno","generate.kyverno.io/clone-source":"",)",
           R"("generate.kyverno.io/policy-name":"p","generate.kyverno.io/policy-namespace":"",)",
           R"("generate.kyverno.io/rule-name":"r","generate.kyverno.io/source-group":"",)",
           R"("generate.kyverno.io/source-kind":"Secret","generate.kyverno.io/source-namespace":"default",)",
           R"("generate.kyverno.io/source-uid":"u2","generate.kyverno.io/source-version":"v1",)", kTrigger,
           R"(},"name":"copy","namespace":"blue"}})"})});
}

struct NameRow {
  std::string_view what;
  std::string_view body;
  std::vector<std::string> lines;
  std::vector<std::string> names;
};

TEST(Generate, MakesWhatTheRuleSays) {
  const NameRow rows[] = {
      {"a source that is not there",
       "    generate: {apiVersion: v1, kind: Secret, name: a, namespace: b, clone: {name: gone, namespace: "
       "c}}\n",
       {"r pass "},
       {}},
      {"a copy onto itself",
       "    generate: {apiVersion: v1, kind: Secret, name: key, namespace: default, "
       "clone: {name: key, namespace: default}}\n",
       {"r pass "},
       {}},
      {"a list by labels, not those of the target's namespace",
       "    generate:\n      namespace: blue\n"
       "      cloneList: {kinds: [v1/Secret, v1/ConfigMap], selector: {matchLabels: {copy: 'yes'}}}\n",
       {"r pass "},
       {"Secret blue/labelled"}},
      {"a list of one namespace",
       "    generate:\n      namespace: blue\n      cloneList: {namespace: default, kinds: [v1/Secret]}\n",
       {"r pass "},
       {"Secret blue/key", "Secret blue/labelled"}},
      {"a loop with elements and conditions",
       "    generate:\n      foreach:\n      - list: \"['a', 'b', 'c']\"\n"
       "        preconditions: {all: [{key: '{{ element }}', operator: NotEquals, value: b}]}\n"
       "        apiVersion: v1\n        kind: ConfigMap\n        name: 'n-{{ element }}-{{ elementIndex }}'\n"
       "        namespace: blue\n        data: {data: {}}\n",
       {"r pass "},
       {"ConfigMap blue/n-a-0", "ConfigMap blue/n-c-2"}},
      {"a variable that is not there",
       "    generate: {apiVersion: v1, kind: ConfigMap, name: '{{ request.object.no }}', data: {data: {}}}\n",
       {"r pass "},
       {}},
      {"a target without data",
       "    generate: {apiVersion: example.com/v1, kind: Thing, name: a, namespace: b}\n",
       {"r pass "},
       {"Thing b/a"}},
      {"neither data nor kind", "    generate: {name: a}\n", {"r pass "}, {}},
      {"data that is no object",
       "    generate: {apiVersion: v1, kind: ConfigMap, name: a, data: text}\n",
       {"r pass "},
       {}},
      {"a name that is no text",
       "    generate: {apiVersion: v1, kind: ConfigMap, name: '{{ `1` }}', data: {data: {}}}\n",
       {"r pass "},
       {}},
      {"preconditions that do not hold",
       "    preconditions: {all: [{key: a, operator: Equals, value: b}]}\n"
       "    generate: {apiVersion: v1, kind: ConfigMap, name: a, data: {data: {}}}\n",
       {"r skip "},
       {}},
      {"a loop of a rule whose preconditions do not hold",
       "    preconditions: {all: [{key: a, operator: Equals, value: b}]}\n"
       "    generate: {foreach: [{list: \"['a']\", apiVersion: v1, kind: ConfigMap, name: a, data: {data: "
       "{}}}]}\n",
       {"r skip "},
       {}},
      {"an object that is there",
       "    generate: {apiVersion: v1, kind: Secret, name: key, namespace: default, synchronize: true, "
       "data: {data: {}}}\n",
       {"r pass "},
       {}},
  };
  for (const NameRow& row : rows) {
    SCOPED_TRACE(row.what);
    EvaluationForTest test(RuleFor(row.body), {.object = kNamespace});
    const json::Value sources[] = {
        test.Load("{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: default}}"),
        test.Load("{apiVersion: v1, kind: Secret, metadata: {name: labelled, namespace: default, "
                  "labels: {copy: 'yes'}}}"),
        test.Load("{apiVersion: v1, kind: Secret, metadata: {name: own, namespace: blue, "
                  "labels: {copy: 'yes'}}}"),
    };
    const PolicyResponse response = test.Generate(sources);
    EXPECT_EQ(EvaluationForTest::Lines(response), row.lines);
    EXPECT_EQ(Names(response), row.names);
  }
}

TEST(Generate, FailsWhereOnlyTheOldObjectIsMeant) {
  const std::string spec =
      "  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Namespace], selector: {matchLabels: "
      "{team: sky}}}}]}\n"
      "    preconditions: {all: [{key: '{{ request.object.metadata.annotations.go || `\"no\"` }}', "
      "operator: Equals, value: 'yes'}]}\n"
      "    generate: {apiVersion: v1, kind: ConfigMap, name: a, data: {data: {}}}\n";
  constexpr std::string_view kOn =
      "{apiVersion: v1, kind: Namespace, metadata: {name: blue, labels: {team: sky}, annotations: {go: "
      "'yes'}}}";
  constexpr std::string_view kOff =
      "{apiVersion: v1, kind: Namespace, metadata: {name: blue, labels: {team: sky}}}";
  constexpr std::string_view kUnlabelled = "{apiVersion: v1, kind: Namespace, metadata: {name: blue}}";
  const struct {
    TestRequest request;
    std::vector<std::string> lines;
  } rows[] = {
      {{.object = kOn}, {"r pass "}},
      {{.object = kOn, .operation = "DELETE"}, {"r fail "}},
      {{.object = kUnlabelled, .operation = "UPDATE", .old_object = kOn}, {"r fail "}},
      {{.object = kUnlabelled, .operation = "UPDATE", .old_object = kUnlabelled}, {}},
      {{.object = kOff, .operation = "UPDATE", .old_object = kOff}, {"r skip "}},
      {{.object = kOff, .operation = "UPDATE", .old_object = kOn}, {"r fail "}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.request.object);
    EvaluationForTest test(spec, row.request);
    EXPECT_EQ(EvaluationForTest::Lines(test.Generate()), row.lines);
  }
}

TEST(Generate, LaterRulesSeeWhatEarlierOnesMade) {
  const std::string spec = RuleFor(
      "    generate: {apiVersion: v1, kind: ConfigMap, name: a, namespace: blue, data: {data: {x: y}}}\n"
      "  - name: again\n    match: {any: [{resources: {kinds: [Namespace]}}]}\n"
      "    generate: {apiVersion: v1, kind: ConfigMap, name: a, namespace: blue, data: {data: {x: z}}}\n"
      "  - name: copy\n    match: {any: [{resources: {kinds: [Namespace]}}]}\n"
      "    generate: {apiVersion: v1, kind: ConfigMap, name: b, namespace: red, "
      "clone: {name: a, namespace: blue}}\n");
  EvaluationForTest test(spec, {.object = kNamespace});
  EXPECT_EQ(Names(test.Generate()), (std::vector<std::string>{"ConfigMap blue/a", "ConfigMap red/b"}));
  EvaluationForTest first("  applyRules: One\n" + spec, {.object = kNamespace});
  EXPECT_EQ(EvaluationForTest::Lines(first.Generate()), std::vector<std::string>{"r pass "});
}

TEST(Generate, SkipsWhatIsExcepted) {
  EvaluationForTest test(
      RuleFor("    generate: {apiVersion: v1, kind: ConfigMap, name: a, data: {data: {}}}\n"),
      {.object = kNamespace},
      "{apiVersion: kyverno.io/v2, kind: PolicyException, metadata: {name: x, namespace: ns}, spec: "
      "{exceptions: [{policyName: p, ruleNames: [r]}], match: {any: [{resources: {kinds: [Namespace]}}]}}}");
  const PolicyResponse response = test.Generate();
  EXPECT_EQ(EvaluationForTest::Lines(response),
            std::vector<std::string>{"r skip rule is skipped due to policy exception ns/x"});
  EXPECT_TRUE(response.rules[0].generated.empty());
}

}  // namespace
}  // namespace ephor::engine
