#include "cli/explain_run.h"

#include <gtest/gtest.h>

#include <functional>

#include "cli/run_for_test.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kPolicy =
    "apiVersion: kyverno.io/v1\n"
    "kind: ClusterPolicy\n"
    "metadata:\n"
    "  name: require-team\n"
    "  annotations: {pod-policies.kyverno.io/autogen-controllers: none}\n"
    "spec:\n"
    "  rules:\n"
    "  - name: check-team\n"
    "    match:\n"
    "      any:\n"
    "      - resources:\n"
    "          kinds: [Pod]\n"
    "    context:\n"
    "    - name: teams\n"
    "      variable:\n"
    "        value: [payments]\n"
    "    preconditions:\n"
    "      all:\n"
    "      - key: \"{{ request.operation }}\"\n"
    "        operator: NotEquals\n"
    "        value: DELETE\n"
    "    validate:\n"
    "      message: one of {{ teams }}\n"
    "      pattern:\n"
    "        metadata:\n"
    "          labels:\n"
    "            team: payments\n"
    "  - name: nodes\n"
    "    match: {any: [{resources: {kinds: [Node]}}]}\n"
    "    validate: {message: m, deny: {}}\n";

constexpr std::string_view kPod =
    "# a Pod\n"
    "apiVersion: v1\n"
    "kind: Pod\n"
    "metadata:\n"
    "  name: web\n"
    "  labels:\n"
    "    team: search\n";

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    options_.given.policies = {folder_.Write("policy.yaml", kPolicy)};
    options_.given.resources = {folder_.Write("pod.yaml", kPod)};
  }

  source::TemporaryFolder folder_;
  ExplainOptions options_;
};

TEST_F(ExplainTest, PrintsATree) {
  CapturedContext captured;
  EXPECT_EQ(*RunExplain(options_, captured.context()), 0);
  EXPECT_EQ(captured.err(), "");
  EXPECT_EQ(captured.out(), "resource default/Pod/web  " + folder_.Path("pod.yaml") + ":2\n\n" +
                                folder_.Path("policy.yaml") +
                                ":\n"
                                R"(policy require-team (validate)  policy:1
├─ rule check-team: fail  policy:8
│  │  validation error: one of ["payments"]. rule check-team failed at path /metadata/labels/team/
│  ├─ match: yes  policy:9
│  │  └─ any[0]: yes  policy:11
│  ├─ preconditions: hold  policy:17
│  │  └─ all[0]: true  "CREATE" NotEquals "DELETE"  policy:19
│  │     └─ {{ request.operation }} = "CREATE"
│  ├─ pattern: fail — resource value 'search' does not match 'payments' at path /metadata/labels/team/  policy:24 resource:2
│  │  └─ metadata: fail  policy:25 resource:4
│  │     └─ labels: fail  policy:26 resource:6
│  │        └─ team: fail  wanted "payments", found "search"  policy:27 resource:7
│  └─ {{ teams }} = ["payments"]
│     └─ variable teams (variable) = ["payments"]  policy:14
└─ rule nodes — does not concern this object  policy:28
   └─ match: no  policy:29
      └─ any[0]: no — kinds  wanted ["Node"], found "v1/Pod"  policy:29
)");
}

TEST_F(ExplainTest, ShowsWhatIsAskedFor) {
  struct Case {
    const char* name;
    std::function<void(ExplainOptions&)> change;
    int code;
    std::string_view has;  // in the output
    std::string_view has_not;
    std::string_view err;
  };
  const std::string review = folder_.Write(
      "review.json",
      R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"DELETE",
"kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},
"userInfo":{"username":"jane"},"name":"web","namespace":"shop","object":null,
"oldObject":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop"}}}})");
  const Case cases[] = {
      {"Rule", [](ExplainOptions& o) { o.rules = {"nod*"}; }, 0, "└─ rule nodes", "check-team", ""},
      {"Policy", [](ExplainOptions& o) { o.policies = {"require-*"}; }, 0, "policy require-team", "~", ""},
      {"NothingLeft", [](ExplainOptions& o) { o.rules = {"none"}; }, 1, "", "policy",
       "Error: no policy or rule of these names was evaluated\n"},
      {"Json", [](ExplainOptions& o) { o.output = "json"; }, 0, "              \"verdict\": \"fail\"", "└─",
       ""},
      {"Review",
       [&](ExplainOptions& o) {
         o.given.resources.clear();
         o.reviews = {review};
       },
       0, "all[0]: false  \"DELETE\" NotEquals \"DELETE\"", "pattern", ""},
      {"Colour", [](ExplainOptions&) {}, 0, "rule \x1b[36;1mcheck-team\x1b[0;22m: \x1b[31;1mfail\x1b[0;22m",
       "~", ""},
      {"NoColour", [](ExplainOptions& o) { o.remove_color = true; }, 0, "rule check-team: fail", "\x1b", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ExplainOptions options = options_;
    c.change(options);
    CapturedContext captured;
    captured.context().colour = std::string_view(c.name).ends_with("Colour");
    const auto code = RunExplain(options, captured.context());
    ASSERT_TRUE(code) << code.error().message();
    EXPECT_EQ(*code, c.code);
    EXPECT_NE(captured.out().find(c.has), std::string::npos) << captured.out();
    EXPECT_EQ(captured.out().find(c.has_not), std::string::npos) << captured.out();
    EXPECT_EQ(captured.err(), c.err);
  }
}

TEST_F(ExplainTest, SaysWhatIsWrong) {
  struct Case {
    const char* name;
    std::function<void(ExplainOptions&)> change;
    std::string error;
  };
  const Case cases[] = {
      {"NoPolicy", [](ExplainOptions& o) { o.given.policies.clear(); }, "require policy"},
      {"NoResource", [](ExplainOptions& o) { o.given.resources.clear(); },
       "a resource (--resource) or an AdmissionReview (--review) is required"},
      {"Both", [](ExplainOptions& o) { o.reviews = {"x"}; }, "pass either resources or reviews, not both"},
      {"Output", [](ExplainOptions& o) { o.output = "xml"; },
       "invalid output \"xml\", expected text or json"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ExplainOptions options = options_;
    c.change(options);
    CapturedContext captured;
    const auto code = RunExplain(options, captured.context());
    ASSERT_FALSE(code);
    EXPECT_EQ(code.error().message(), c.error);
  }
}

TEST_F(ExplainTest, GoesOnAfterWhatCannotBeUsed) {
  options_.given.resources.push_back(folder_.Write("broken.yaml", "kind: [\n---\nmetadata: {}\n"));
  CapturedContext captured;
  EXPECT_EQ(*RunExplain(options_, captured.context()), 1);
  EXPECT_NE(captured.out().find("rule check-team: fail"), std::string::npos);
  EXPECT_NE(captured.err().find("broken.yaml:"), std::string::npos) << captured.err();

  // An escape sequence of an object does not reach the terminal.
  options_.given.resources = {
      folder_.Write("escape.yaml",
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: \"a\\e[31m\", labels: {team: "
                    "\"x\\e[0m\"}}\n")};
  CapturedContext second;
  EXPECT_EQ(*RunExplain(options_, second.context()), 0);
  EXPECT_EQ(second.out().find('\x1b'), std::string::npos);
}

// ---- policies written in CEL ----

constexpr std::string_view kCelPolicy =
    "apiVersion: policies.kyverno.io/v1\n"
    "kind: ValidatingPolicy\n"
    "metadata:\n"
    "  name: pinned-images\n"
    "spec:\n"
    "  matchConstraints:\n"
    "    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}\n"
    "    resourceRules:\n"
    "    - apiGroups: ['']\n"
    "      apiVersions: [v1]\n"
    "      operations: [CREATE, UPDATE]\n"
    "      resources: [pods]\n"
    "  matchConditions:\n"
    "  - name: not-system\n"
    "    expression: object.metadata.namespace != 'kube-system'\n"
    "  variables:\n"
    "  - name: containers\n"
    "    expression: object.spec.containers\n"
    "  validations:\n"
    "  - expression: >-\n"
    "      variables.containers.all(c,\n"
    "        c.image.contains(':') && !c.image.endsWith(':latest'))\n"
    "    messageExpression: \"'tags other than latest, not ' + variables.containers[0].image\"\n"
    "  - expression: has(object.metadata.labels)\n";

constexpr std::string_view kCelPod =
    "apiVersion: v1\n"
    "kind: Pod\n"
    "metadata: {name: web, namespace: shop}\n"
    "spec:\n"
    "  containers:\n"
    "  - {name: web, image: 'nginx:1'}\n"
    "  - {name: proxy, image: 'envoy:latest'}\n";

class ExplainCelTest : public ::testing::Test {
 protected:
  // What is printed of a policy and a resource, without what the files are called.
  std::string Explain(std::string_view policy, std::string_view resource) {
    ExplainOptions options;
    options.given.policies = {folder_.Write("policy.yaml", policy)};
    options.given.resources = {folder_.Write("resource.yaml", resource)};
    CapturedContext captured;
    EXPECT_EQ(*RunExplain(options, captured.context()), 0);
    std::string out = captured.out();
    const std::size_t at = out.find("policy ");
    return at == std::string::npos ? out : out.substr(at);
  }

  source::TemporaryFolder folder_;
};

TEST_F(ExplainCelTest, ShowsWhatDecides) {
  EXPECT_EQ(Explain(kCelPolicy, kCelPod),
            "policy pinned-images (ValidatingPolicy): fail — tags other than latest, not nginx:1  policy:1\n"
            "├─ matchConstraints: yes  policy:6\n"
            "│  ├─ resourceRules[0]: yes  policy:9\n"
            "│  └─ namespaceSelector: yes  wanted "
            "{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"shop\"}}, found "
            "\"shop\"  policy:7\n"
            "├─ matchConditions[0] not-system: true  object.metadata.namespace != 'kube-system'  policy:15\n"
            "│  └─ object.metadata.namespace = \"shop\"  resource:3\n"
            "├─ validations[0]: false  variables.containers.all(c, c.image.contains(':') && "
            "!c.image.endsWith(':latest'))  policy:20\n"
            "│  ├─ variable containers = "
            "[{\"image\":\"nginx:1\",\"name\":\"web\"},{\"image\":\"envoy:latest\",\"name\":\"proxy\"}]  "
            "object.spec.containers  policy:18\n"
            "│  └─ [1]: false\n"
            "│     ├─ c.image.contains(\":\"): true\n"
            "│     └─ !c.image.endsWith(\":latest\"): false\n"
            "│        └─ c.image.endsWith(\":latest\"): true\n"
            "│           └─ c.image = \"envoy:latest\"  resource:7\n"
            "├─ validations[0].messageExpression = \"tags other than latest, not nginx:1\"  'tags other than "
            "latest, "
            "not ' + variables.containers[0].image  policy:23\n"
            "└─ validations[1]: not reached  has(object.metadata.labels)  policy:24\n");
}

TEST_F(ExplainCelTest, NamesWhatAutogenMade) {
  EXPECT_EQ(Explain(kCelPolicy,
                    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j, namespace: kube-system}\n"),
            "policy pinned-images (ValidatingPolicy) — does not concern this object  policy:1\n"
            "└─ matchConstraints: no  policy:6\n"
            "   └─ resourceRules[0]: no — apiGroups  wanted [\"\"], found \"batch\"  policy:9\n");
  const std::string out =
      Explain(kCelPolicy,
              "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: shop}\n"
              "spec: {template: {spec: {containers: [{image: 'a:1'}]}}}\n");
  EXPECT_TRUE(
      out.starts_with("policy pinned-images (ValidatingPolicy, autogen: defaults): "
                      "error — error: no such key: metadata  policy:1\n"))
      << out;
}

struct CelKindCase {
  const char* name;
  std::string_view policy;
  std::string_view steps;
};

TEST_F(ExplainCelTest, ShowsEachKind) {
  const CelKindCase cases[] = {
      {"Mutating",
       "apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {name: p}\nspec:\n"
       "  mutations:\n"
       "  - patchType: JSONPatch\n"
       "    jsonPatch:\n"
       "      expression: '[JSONPatch{op: \"add\", path: \"/metadata/labels\", value: {\"a\": \"b\"}}]'\n",
       "policy p (MutatingPolicy): pass — success  policy:1\n"
       "└─ patch  policy:6\n"
       "   │  add /metadata/labels {\"a\":\"b\"}\n"
       "   └─ mutations[0].jsonPatch = "
       "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]  "
       "[JSONPatch{op: \"add\", path: \"/metadata/labels\", value: {\"a\": \"b\"}}]  policy:8\n"},
      {"Deleting",
       "apiVersion: policies.kyverno.io/v1\nkind: DeletingPolicy\nmetadata: {name: p}\nspec:\n"
       "  schedule: '* * * * *'\n"
       "  matchConstraints:\n"
       "    resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: ['*']}]\n"
       "  conditions:\n"
       "  - {name: named, expression: object.metadata.name == 'web'}\n",
       "policy p (DeletingPolicy): pass — resource matched  policy:1\n"
       "├─ matchConstraints: yes  policy:6\n"
       "│  └─ resourceRules[0]: yes  policy:7\n"
       "└─ conditions[0] named: true  object.metadata.name == 'web'  policy:9\n"
       "   └─ object.metadata.name = \"web\"  resource:3\n"},
      {"Generating",
       "apiVersion: policies.kyverno.io/v1\nkind: GeneratingPolicy\nmetadata: {name: p}\nspec:\n"
       "  matchConstraints:\n"
       "    resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: [CREATE]}]\n"
       "  generate:\n"
       "  - template: {value: '{kind: ConfigMap, metadata: {name: c, namespace: n}}'}\n",
       "policy p (GeneratingPolicy): pass — policy evaluated successfully  policy:1\n"
       "├─ matchConstraints: yes  policy:5\n"
       "│  └─ resourceRules[0]: yes  policy:6\n"
       "└─ makes n/ConfigMap/c = "
       "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\",\"namespace\":\"n\"}}\n"},
      {"Images",
       "apiVersion: policies.kyverno.io/v1\nkind: ImageValidatingPolicy\nmetadata: {name: p}\nspec:\n"
       "  matchConstraints:\n"
       "    resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: [CREATE]}]\n"
       "  autogen: {podControllers: {controllers: []}}\n"
       "  matchImageReferences: [{glob: 'envoy*'}]\n"
       "  attestors: [{name: a, notary: {certs: {value: x}}}]\n"
       "  images: [{name: all, expression: 'object.spec.containers.map(c, c.image)'}]\n"
       "  validations: [{expression: 'true'}]\n",
       "policy p (ImageValidatingPolicy): fail — image envoy:latest does not have a digest  policy:1\n"
       "├─ matchConstraints: yes  policy:5\n"
       "│  └─ resourceRules[0]: yes  policy:6\n"
       "├─ images[0] all = [\"nginx:1\",\"envoy:latest\"]  object.spec.containers.map(c, c.image)  "
       "policy:10\n"
       "│  ├─ object.spec.containers = "
       "[{\"image\":\"nginx:1\",\"name\":\"web\"},{\"image\":\"envoy:latest\",\"name\":\"proxy\"}]  "
       "resource:5\n"
       "│  ├─ [0] = \"nginx:1\"\n"
       "│  └─ [1] = \"envoy:latest\"\n"
       "├─ image nginx:1: does not match\n"
       "│  └─ matchImageReferences[0].glob: false  envoy*  policy:8\n"
       "├─ image envoy:latest: matches\n"
       "│  └─ matchImageReferences[0].glob: true  envoy*  policy:8\n"
       "├─ object.spec.?containers.orValue([]).map(container, container.image) = "
       "[\"nginx:1\",\"envoy:latest\"]\n"
       "├─ image nginx:1: does not match\n"
       "│  └─ matchImageReferences[0].glob: false  envoy*  policy:8\n"
       "├─ image envoy:latest: matches\n"
       "│  └─ matchImageReferences[0].glob: true  envoy*  policy:8\n"
       "├─ object.spec.?initContainers.orValue([]).map(container, container.image) = []\n"
       "└─ object.spec.?ephemeralContainers.orValue([]).map(container, container.image) = []\n"},
      {"Admission",
       "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: p}\n"
       "spec:\n"
       "  matchConstraints:\n"
       "    resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: [CREATE]}]\n"
       "  validations:\n"
       "  - expression: \"!(object.metadata.name == 'web' || object.metadata.name == 'api')\"\n"
       "---\n"
       "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\n"
       "metadata: {name: b}\nspec:\n  policyName: p\n  validationActions: [Deny]\n"
       "  matchResources: {objectSelector: {matchExpressions: [{key: a, operator: DoesNotExist}]}}\n",
       "policy p (ValidatingAdmissionPolicy): fail — failed expression: !(object.metadata.name == 'web' || "
       "object.metadata.name == 'api')  policy:1\n"
       "├─ matchConstraints: yes  policy:5\n"
       "│  └─ resourceRules[0]: yes  policy:6\n"
       "└─ binding b: in force  policy:10\n"
       "   ├─ matchResources: yes  policy:16\n"
       "   │  └─ objectSelector: yes  wanted "
       "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"DoesNotExist\"}]}, "
       "found {}  policy:16\n"
       "   └─ validations[0]: false  !(object.metadata.name == 'web' || object.metadata.name == 'api')  "
       "policy:8\n"
       "      └─ object.metadata.name == \"web\" || object.metadata.name == \"api\": true\n"
       "         ├─ object.metadata.name == \"web\": true\n"
       "         │  └─ object.metadata.name = \"web\"  resource:3\n"
       "         └─ object.metadata.name == \"api\": not reached\n"},
  };
  for (const CelKindCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Explain(c.policy, kCelPod), c.steps);
  }
}

TEST_F(ExplainTest, ExplainsPayloads) {
  const auto policy = [](std::string_view mode, std::string_view expression) {
    return "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec:\n"
           "  evaluation: {mode: " +
           std::string(mode) + "}\n  validations:\n  - expression: \"" + std::string(expression) + "\"\n";
  };
  const struct {
    std::string policy;
    std::string payload;
    std::vector<std::string> ApplyOptions::* list;
    std::string steps;
  } rows[] = {
      {policy("JSON", "object.a == 2"), "{\"a\": 1}", &ApplyOptions::json_payloads,
       "policy p (ValidatingPolicy): fail — CEL expression validation failed at index 0  policy:1\n"
       "└─ validations[0]: false  object.a == 2  policy:7\n"
       "   └─ object.a = 1\n"},
      {policy("HTTP", "http.Denied(object.attributes.path).Response()"),
       "{\"attributes\": {\"path\": \"/x\"}}", &ApplyOptions::http_payloads,
       "policy p (ValidatingPolicy): fail — request denied, reason: /x  policy:1\n"
       "└─ validations[0] = {\"denied\":{\"reason\":\"/x\"}}  "
       "http.Denied(object.attributes.path).Response()  policy:7\n"
       "   └─ http.Denied(object.attributes.path) = {\"reason\":\"/x\"}\n"
       "      └─ object.attributes.path = \"/x\"\n"},
      {policy("Envoy", "envoy.Allowed().Response()"), "{\"attributes\": {}}", &ApplyOptions::envoy_payloads,
       "policy p (ValidatingPolicy): pass — request allowed  policy:1\n"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.policy);
    ExplainOptions options;
    options.given.policies = {folder_.Write("p.yaml", row.policy)};
    const std::string payload = folder_.Write("payload.json", row.payload);
    (options.given.*row.list) = {payload};
    CapturedContext captured;
    EXPECT_EQ(*RunExplain(options, captured.context()), 0);
    EXPECT_EQ(captured.err(), "");
    const std::string head = "payload " + payload + "\n\n" + folder_.Path("p.yaml") + ":\n";
    EXPECT_TRUE(captured.out().starts_with(head + row.steps)) << captured.out();
  }
  ExplainOptions missing;
  missing.given.policies = {folder_.Path("p.yaml")};
  missing.given.http_payloads = {folder_.Path("none.json")};
  CapturedContext captured;
  EXPECT_EQ(*RunExplain(missing, captured.context()), 1);
  EXPECT_EQ(captured.err().find("Error: failed to load the payload " + folder_.Path("none.json")), 0u);
}

}  // namespace
}  // namespace ephor::cli
