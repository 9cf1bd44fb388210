#include "engine/cel/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/cel/answer_for_test.h"
#include "policy/decode_for_test.h"
#include "ports/cluster.h"

namespace ephor::engine {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kOnPods =
    "  matchConstraints:\n"
    "    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: "
    "[pods]}]\n"
    "  autogen: {podControllers: {controllers: []}}\n";

// A policy of the kind on Pods, with a spec that is indented by two; the name may have a namespace before it.
std::string Yaml(std::string_view kind, std::string_view key, std::string_view spec) {
  const std::size_t slash = key.find('/');
  std::string metadata = "{name: " + std::string(key) + "}";
  if (slash != std::string_view::npos) {
    metadata = "{name: " + std::string(key.substr(slash + 1)) +
               ", namespace: " + std::string(key.substr(0, slash)) + "}";
  }
  return "apiVersion: policies.kyverno.io/v1\nkind: " +
         std::string(slash == std::string_view::npos ? "" : "Namespaced") + std::string(kind) +
         "\nmetadata: " + metadata + "\nspec:\n" + std::string(kOnPods) + std::string(spec);
}

// A cluster that has some objects.
struct Objects : ports::Cluster {
  json::Value NamespaceLabels(std::string_view, Arena&) const override { return {}; }
  ports::Roles RolesOf(const ports::Subject&, std::string_view, Arena&) const override { return {}; }
  Result<json::Value> Call(std::string_view, std::string_view, const json::Value&, Arena&) const override {
    return Fail(ErrorCode::kNotFound, "no");
  }
  Result<std::optional<json::Value>> Get(std::string_view, std::string_view, std::string_view,
                                         std::string_view, Arena&) const override {
    return std::nullopt;
  }
  Result<std::span<const json::Value>> Find(const ports::ObjectQuery& query, Arena& arena) const override {
    ArenaVector<json::Value> found(arena);
    for (const std::string& text : texts) {
      const json::Value object = *json::Parse(text, arena);
      const std::string kind =
          std::string(object.StringAt("apiVersion")) + "/" + std::string(object.StringAt("kind"));
      if (kind != query.kind) continue;
      if (query.name.empty() || query.name == object.StringAt("metadata", "name")) found.push_back(object);
    }
    return std::span<const json::Value>(found.span());
  }
  std::vector<std::string> texts;
};

class CelAdmissionTest : public ::testing::Test {
 protected:
  void AddValidating(std::string_view key, std::string_view spec) {
    const auto source =
        policy::Decode<policy::ValidatingPolicy>(policy::ParseForTest(Yaml("ValidatingPolicy", key, spec)));
    ASSERT_TRUE(source) << source.error().message();
    auto compiled = CompiledValidatingPolicy::Compile(*source, {});
    ASSERT_TRUE(compiled) << compiled.error().message();
    validating_.push_back(*compiled);
  }
  void AddMutating(std::string_view key, std::string_view spec) {
    const auto source =
        policy::Decode<policy::MutatingPolicy>(policy::ParseForTest(Yaml("MutatingPolicy", key, spec)));
    ASSERT_TRUE(source) << source.error().message();
    auto compiled = CompiledMutatingPolicy::Compile(*source, {});
    ASSERT_TRUE(compiled) << compiled.error().message();
    mutating_.push_back(*compiled);
  }

  // The bindings' specs are written as YAML in one line.
  void AddNative(std::string_view name, std::string_view spec, std::initializer_list<const char*> bindings) {
    const std::string start = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy";
    const auto source = policy::Decode<policy::ValidatingAdmissionPolicy>(policy::ParseForTest(
        start + "\nmetadata: {name: " + std::string(name) +
        "}\nspec:\n  matchConstraints: {resourceRules: "
        "[{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}\n" +
        std::string(spec)));
    ASSERT_TRUE(source) << source.error().message();
    std::vector<std::shared_ptr<const policy::AdmissionPolicyBinding>> bound;
    for (const char* binding : bindings) {
      const auto decoded = policy::Decode<policy::AdmissionPolicyBinding>(
          policy::ParseForTest(start + "Binding\nmetadata: {name: b" + std::to_string(bound.size()) +
                               "}\nspec: {policyName: " + std::string(name) + ", " + binding + "}\n"));
      ASSERT_TRUE(decoded) << decoded.error().message();
      bound.push_back(*decoded);
    }
    native_.push_back(std::make_shared<const NativePolicy>(*source, BindingsOf(**source, bound)));
  }

  void AddNativeMutation(std::string_view name, std::string_view spec, std::string_view binding,
                         std::string_view more = "") {
    const std::string start = "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy";
    const auto source = policy::Decode<policy::MutatingAdmissionPolicy>(
        policy::ParseForTest(start + "\nmetadata: {name: " + std::string(name) +
                             "}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: "
                             "[v1], operations: [CREATE], "
                             "resources: [pods]}]}\n" +
                             std::string(spec)));
    const auto bound = policy::Decode<policy::AdmissionPolicyBinding>(policy::ParseForTest(
        start + "Binding\nmetadata: {name: b}\nspec: {policyName: " + std::string(binding) +
        std::string(more) + "}\n"));
    ASSERT_TRUE(source && bound);
    native_mutating_.push_back(
        std::make_shared<const NativeMutation>(*source, BindingsOf(**source, std::array{*bound})));
  }

  enum class By { kValidating, kMutating, kNative, kNativeMutation };
  std::string Ask(std::string_view names, bool namespaced, By by, std::string_view operation) {
    const CelPolicySet set{.validating = CelPolicyList<CompiledValidatingPolicy>(validating_),
                           .mutating = CelPolicyList<CompiledMutatingPolicy>(mutating_),
                           .native = CelPolicyList<NativePolicy>(native_),
                           .native_mutating = CelPolicyList<NativeMutation>(native_mutating_)};
    const Configuration configuration;
    const ports::World world{.cluster = cluster_.texts.empty() ? nullptr : &cluster_};
    const CelAdmission admission(set, configuration, world);
    AdmissionWorkspace workspace;
    std::string answer;
    const std::string review =
        R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":{"group":"",)"
        R"("version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"name":"web",)"
        R"("namespace":"shop","operation":")" +
        std::string(operation) +
        R"(","userInfo":{"username":"ann"},"object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web",)"
        R"("namespace":"shop"}},"oldObject":null}})";
    const CelTarget target{.names = names, .namespaced = namespaced};
    const auto ask = by == By::kMutating         ? &CelAdmission::Mutate
                     : by == By::kNative         ? &CelAdmission::ValidateNative
                     : by == By::kNativeMutation ? &CelAdmission::MutateNative
                                                 : &CelAdmission::Validate;
    const AdmissionOutcome outcome = (admission.*ask)(review, target, workspace, answer);
    return TextOfAnswer(outcome, answer);
  }
  std::string Validate(std::string_view names, bool namespaced = false,
                       std::string_view operation = "CREATE") {
    return Ask(names, namespaced, By::kValidating, operation);
  }
  std::string Mutate(std::string_view names, bool namespaced = false, std::string_view operation = "CREATE") {
    return Ask(names, namespaced, By::kMutating, operation);
  }

  std::vector<std::shared_ptr<const CompiledValidatingPolicy>> validating_;
  std::vector<std::shared_ptr<const CompiledMutatingPolicy>> mutating_;
  std::vector<std::shared_ptr<const NativePolicy>> native_;
  std::vector<std::shared_ptr<const NativeMutation>> native_mutating_;
  Objects cluster_;
};

TEST_F(CelAdmissionTest, ActionsDecideWhatAFailureDoes) {
  AddValidating("deny", "  validations: [{expression: 'false', message: not so}]\n");
  AddValidating(
      "both", "  validationActions: [Deny, Warn]\n  validations: [{expression: 'false', message: never}]\n");
  AddValidating("warn",
                "  validationActions: [Warn]\n  validations: [{expression: 'false', message: mind}]\n");
  AddValidating("audit", "  validationActions: [Audit]\n  validations: [{expression: 'false'}]\n");
  AddValidating("error", "  failurePolicy: Ignore\n  validations: [{expression: 'object.nope == 1'}]\n");
  AddValidating("pass", "  validations: [{expression: 'true'}]\n");
  EXPECT_EQ(Validate("deny"), "denied Policy deny failed: not so");
  EXPECT_EQ(Validate("both"), R"(denied Policy both failed: never ["Policy both failed: never"])");
  EXPECT_EQ(Validate("warn"), R"(allowed ["Policy warn failed: mind"])");
  EXPECT_EQ(Validate("audit"), "allowed");
  EXPECT_EQ(Validate("error"), "denied Policy error error: error: no such key: nope");
  EXPECT_EQ(Validate("pass"), "allowed");
  // In order of their names, whatever the path's.
  EXPECT_EQ(Validate("pass/error/deny"),
            "denied Policy deny failed: not so; Policy error error: error: no such key: nope");
}

TEST_F(CelAdmissionTest, PathsNamePolicies) {
  AddValidating("a", "  validations: [{expression: 'false', message: cluster}]\n");
  AddValidating("shop/a", "  validations: [{expression: 'false', message: shop}]\n");
  AddValidating("other/a", "  validations: [{expression: 'false', message: other}]\n");
  for (const std::string_view names : {"", "/", "b", "aa", "b/aa/", "ab/ba"})
    EXPECT_EQ(Validate(names), "allowed");
  for (const std::string_view names : {"a", "/a", "b/a", "aa/a/b", "a/a"}) {
    EXPECT_EQ(Validate(names), "denied Policy a failed: cluster");
  }
  EXPECT_EQ(Validate("a", true), "denied Policy a failed: shop");
  EXPECT_EQ(Validate("a", false, "DELETE"), "allowed");
}

TEST_F(CelAdmissionTest, NamespacesHaveAtLeastTheirName) {
  AddValidating(
      "a",
      "  validations: [{expression: 'false', messageExpression: \"namespaceObject.metadata.name + ' ' + "
      "string(namespaceObject.metadata.labels['kubernetes.io/metadata.name'])\"}]\n");
  EXPECT_EQ(Validate("a"), "denied Policy a failed: shop shop");
}

TEST_F(CelAdmissionTest, MutationsFollowOneAnother) {
  const auto labels = [](std::string_view label, std::string_view value) {
    return "  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: "
           "\"Object{metadata: "
           "Object.metadata{labels: Object.metadata.labels{" +
           std::string(label) + ": " + std::string(value) + "}}}\"}}]\n";
  };
  AddMutating("one", labels("a", "'x'"));
  AddMutating("two", labels("b", "object.metadata.?labels[?'a'].orValue('none') + 'y'"));
  AddMutating("lenient", "  failurePolicy: Ignore\n" + labels("c", "string(object.nope)"));
  AddMutating("strict", labels("c", "string(object.nope)"));
  AddMutating("targets",
              "  targetMatchConstraints: {resourceRules: [{apiGroups: [''], resources: [pods]}]}\n" +
                  labels("d", "'z'"));
  EXPECT_EQ(Mutate("one"), R"(allowed [{"op":"add","path":"/metadata/labels","value":{"a":"x"}}])");
  EXPECT_EQ(Mutate("two/one"),
            R"(allowed [{"op":"add","path":"/metadata/labels","value":{"a":"x","b":"xy"}}])");
  EXPECT_EQ(Mutate("lenient"), "allowed");
  EXPECT_EQ(
      Mutate("one/strict"),
      "denied Resource: shop/web, Kind: Pod, Errors: [Policy strict: failed to evaluate policy: no such key: "
      "nope]");
  EXPECT_EQ(Mutate("targets"), "allowed");
  EXPECT_EQ(Mutate("one", false, "DELETE"), "allowed");
  EXPECT_EQ(Mutate("one", true), "allowed");
}

TEST_F(CelAdmissionTest, NativePoliciesDecideByTheirBindings) {
  const auto ask = [&](std::string_view names, std::string_view operation = "CREATE") {
    return Ask(names, false, By::kNative, operation);
  };
  constexpr const char* kFalse = "  validations: [{expression: 'false', message: bad}]\n";
  AddNative("unbound", kFalse, {});
  AddNative("deny", kFalse, {"validationActions: [Deny]"});
  AddNative("many", kFalse,
            {"validationActions: [Audit]", "validationActions: [Warn]", "validationActions: [Deny, Warn]",
             "validationActions: [Deny]"});
  AddNative("bound", kFalse,
            {"validationActions: [Deny], matchResources: {objectSelector: {matchLabels: {a: b}}}"});
  AddNative("lenient", "  failurePolicy: Ignore\n  validations: [{expression: 'object.nope == 1'}]\n",
            {"validationActions: [Deny]"});
  AddNative("strict", "  validations: [{expression: 'object.nope == 1'}]\n", {"validationActions: [Deny]"});
  EXPECT_EQ(ask("unbound"), "allowed");
  EXPECT_EQ(ask("deny"), "denied 422 ValidatingAdmissionPolicy 'deny' with binding 'b0' denied request: bad");
  EXPECT_EQ(ask("deny", "UPDATE"), "allowed");
  EXPECT_EQ(ask("many"),
            R"(denied 422 ValidatingAdmissionPolicy 'many' with binding 'b2' denied request: bad )"
            R"(["Validation failed for ValidatingAdmissionPolicy 'many' with binding 'b1': bad",)"
            R"("Validation failed for ValidatingAdmissionPolicy 'many' with binding 'b2': bad"] )"
            R"({"validation_failure":"[{\"binding\":\"b0\",\"expressionIndex\":0,\"message\":\"bad\",)"
            R"(\"policy\":\"many\",\"validationActions\":[\"Audit\"]}]"})");
  EXPECT_EQ(ask("bound"), "allowed");
  EXPECT_EQ(ask("lenient"), "allowed");
  EXPECT_EQ(ask("strict"),
            "denied 422 ValidatingAdmissionPolicy 'strict' with binding 'b0' denied request: expression "
            "'object.nope == 1' resulted in error: no such key: nope");
}

TEST_F(CelAdmissionTest, EachNativeValidationThatFailsIsTold) {
  const auto ask = [&](std::string_view name) { return Ask(name, false, By::kNative, "CREATE"); };
  constexpr const char* kTwo =
      "  validations: [{expression: 'false', message: one, reason: Forbidden}, {expression: 'true'}, "
      "{expression: "
      "\"1 > 2\"}, {expression: 'object.nope'}]\n";
  AddNative("warn", kTwo, {"validationActions: [Warn]"});
  AddNative("deny", kTwo, {"validationActions: [Deny, Audit]"});
  AddNative("lenient", "  failurePolicy: Ignore\n" + std::string(kTwo), {"validationActions: [Audit]"});
  const std::string warning = "\"Validation failed for ValidatingAdmissionPolicy 'warn' with binding 'b0': ";
  const std::string error = "compilation error: must evaluate to bool but got dyn";
  EXPECT_EQ(ask("warn"), "allowed [" + warning + "one\"," + warning + "failed expression: 1 > 2\"," +
                             warning + error + "\"]");
  const auto failure = [](std::string_view policy, std::string_view index, std::string_view message,
                          std::string_view actions) {
    return R"({\"binding\":\"b0\",\"expressionIndex\":)" + std::string(index) + R"(,\"message\":\")" +
           std::string(message) + R"(\",\"policy\":\")" + std::string(policy) +
           R"(\",\"validationActions\":[)" + std::string(actions) + "]}";
  };
  constexpr const char* kActions = R"(\"Deny\",\"Audit\")";
  constexpr const char* kGreater = R"(failed expression: 1 \\u003e 2)";
  EXPECT_EQ(
      ask("deny"),
      R"(denied 403 ValidatingAdmissionPolicy 'deny' with binding 'b0' denied request: one {"validation_failure":"[)" +
          failure("deny", "0", "one", kActions) + "," + failure("deny", "2", kGreater, kActions) + "," +
          failure("deny", "3", error, kActions) + R"(]"})");
  EXPECT_EQ(ask("lenient"), R"(allowed {"validation_failure":"[)" +
                                failure("lenient", "0", "one", R"(\"Audit\")") + "," +
                                failure("lenient", "2", kGreater, R"(\"Audit\")") + R"(]"})");
}

TEST_F(CelAdmissionTest, NativePoliciesAudit) {
  const auto ask = [&](std::string_view name) { return Ask(name, false, By::kNative, "CREATE"); };
  const auto audit = [](std::string_view expression) {
    return "  validations: [{expression: 'true'}]\n  auditAnnotations: [{key: k, valueExpression: \"" +
           std::string(expression) +
           "\"}, {key: blank, valueExpression: \"' '\"}, {key: none, valueExpression: "
           "'null'}]\n";
  };
  AddNative("audit", audit("' ' + object.metadata.name"),
            {"validationActions: [Deny]", "validationActions: [Warn]"});
  AddNative("error", audit("string(object.nope)"), {"validationActions: [Audit]"});
  AddNative("lenient", "  failurePolicy: Ignore\n" + audit("string(object.nope)"),
            {"validationActions: [Deny]"});
  EXPECT_EQ(ask("audit"), R"(allowed {"audit.k":"web"})");
  EXPECT_EQ(ask("error"),
            "denied 422 ValidatingAdmissionPolicy 'error' with binding 'b0' denied request: expression "
            "'string(object.nope)' resulted in error: no such key: nope");
  EXPECT_EQ(ask("lenient"), "allowed");
}

TEST_F(CelAdmissionTest, NativePoliciesThatCannotBeMatchedDeny) {
  const auto ask = [&](std::string_view name) { return Ask(name, false, By::kNative, "CREATE"); };
  constexpr const char* kTrue = "  validations: [{expression: 'true'}]\n";
  constexpr const char* kBadSelector =
      "validationActions: [Audit], matchResources: {objectSelector: {matchExpressions: [{key: a, operator: "
      "In}]}}";
  AddNative("bad", kTrue, {kBadSelector});
  AddNative("lenient", "  failurePolicy: Ignore\n" + std::string(kTrue), {kBadSelector});
  EXPECT_EQ(
      ask("bad").substr(0, 106),
      "denied 422 ValidatingAdmissionPolicy 'bad' with binding 'b0' denied request: failed to configure "
      "binding: ");
  EXPECT_EQ(ask("lenient"), "allowed");
}

TEST_F(CelAdmissionTest, NativePoliciesAskForParameters) {
  const auto config = [](std::string_view namespace_, std::string_view name, std::string_view message) {
    return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + std::string(name) +
           R"(","namespace":")" + std::string(namespace_) + R"(","labels":{"use":"it"}},"data":{"m":")" +
           std::string(message) + R"("}})";
  };
  cluster_.texts = {config("other", "one", "other"), config("shop", "one", "first"),
                    config("shop", "two", "second")};
  constexpr const char* kPolicy =
      "  paramKind: {apiVersion: v1, kind: ConfigMap}\n"
      "  validations: [{expression: 'false', messageExpression: \"string(params.data.m)\"}]\n";
  const auto ask = [&](std::string_view name) { return Ask(name, false, By::kNative, "CREATE"); };
  AddNative("named", kPolicy, {"validationActions: [Deny], paramRef: {name: one}"});
  AddNative("elsewhere", kPolicy, {"validationActions: [Deny], paramRef: {name: one, namespace: other}"});
  AddNative("selected", kPolicy,
            {"validationActions: [Warn], paramRef: {selector: {matchLabels: {use: it}}}"});
  AddNative("missing", kPolicy, {"validationActions: [Deny], paramRef: {name: no-such}"});
  AddNative("needed", kPolicy,
            {"validationActions: [Deny], paramRef: {name: no-such, parameterNotFoundAction: Deny}"});
  EXPECT_EQ(ask("named"),
            "denied 422 ValidatingAdmissionPolicy 'named' with binding 'b0' denied request: first");
  EXPECT_EQ(ask("elsewhere"),
            "denied 422 ValidatingAdmissionPolicy 'elsewhere' with binding 'b0' denied request: other");
  AddNative("audited",
            "  paramKind: {apiVersion: v1, kind: ConfigMap}\n  validations: [{expression: 'true'}]\n"
            "  auditAnnotations: [{key: m, valueExpression: string(params.data.m)}, {key: other, "
            "valueExpression: \"'n'\"}]\n",
            {"validationActions: [Deny], paramRef: {selector: {matchLabels: {use: it}}}"});
  EXPECT_EQ(ask("audited"), R"(allowed {"audited.m":"first, second","audited.other":"n"})");
  EXPECT_EQ(
      ask("selected"),
      R"(allowed ["Validation failed for ValidatingAdmissionPolicy 'selected' with binding 'b0': first",)"
      R"("Validation failed for ValidatingAdmissionPolicy 'selected' with binding 'b0': second"])");
  EXPECT_EQ(ask("missing"), "allowed");
  EXPECT_EQ(
      ask("needed"),
      "denied 422 ValidatingAdmissionPolicy 'needed' with binding 'b0' denied request: failed to configure "
      "binding: "
      "no params found for policy binding with `Deny` parameterNotFoundAction");
}

TEST_F(CelAdmissionTest, NativeMutationsNeedABinding) {
  const auto ask = [&](std::string_view names) { return Ask(names, false, By::kNativeMutation, "CREATE"); };
  const auto patch = [](std::string_view value) {
    return "  failurePolicy: Fail\n  mutations: [{patchType: JSONPatch, jsonPatch: {expression: "
           "\"[JSONPatch{op: 'add', "
           "path: '/metadata/labels', value: {'a': " +
           std::string(value) + "}}]\"}}]\n";
  };
  AddNativeMutation("bound", patch("'x'"), "bound");
  AddNativeMutation("unbound", patch("'x'"), "another");
  AddNativeMutation("broken", patch("object.nope"), "broken");
  EXPECT_EQ(ask("bound"), R"(allowed [{"op":"add","path":"/metadata/labels","value":{"a":"x"}}])");
  EXPECT_EQ(ask("unbound"), "allowed");
  EXPECT_EQ(ask("bound/broken").substr(0, 64),
            "denied 403 policy 'broken' with binding 'b' denied request: no s");
}

// Neither the other mutations nor the other parameters are lost.
TEST_F(CelAdmissionTest, ANativeMutationThatFailsIsLeftOut) {
  cluster_.texts = {
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","namespace":"shop","labels":{"use":"it"}},"data":{"m":"1"}})",
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"two","namespace":"shop","labels":{"use":"it"}},"data":{"m":"2"}})"};
  const auto add = [&](std::string_view name, std::string_view policy, std::string_view broken) {
    std::string spec =
        "  paramKind: {apiVersion: v1, kind: ConfigMap}\n  failurePolicy: " + std::string(policy) +
        "\n  mutations:\n";
    for (const std::string_view label : {std::string_view("{'a' + params.data.m: 'first'}"), broken,
                                         std::string_view("{'c' + params.data.m: 'last'}")}) {
      spec +=
          "  - {patchType: JSONPatch, jsonPatch: {expression: \"[JSONPatch{op: 'add', path: "
          "'/metadata/annotations', value: dyn(" +
          std::string(label) + ")}]\"}}\n";
    }
    AddNativeMutation(name, spec, name, ", paramRef: {selector: {matchLabels: {use: it}}}");
  };
  const auto ask = [&](std::string_view names) { return Ask(names, false, By::kNativeMutation, "CREATE"); };
  add("lenient", "Ignore", "object.nope");
  add("strict", "Fail", "object.nope");
  EXPECT_EQ(ask("lenient"), R"(allowed [{"op":"add","path":"/metadata/annotations","value":{"c2":"last"}}])");
  EXPECT_EQ(ask("strict"), "denied 403 policy 'strict' with binding 'b' denied request: no such key: nope");
}

TEST_F(CelAdmissionTest, NativeMutationsAreReinvokedIfNeeded) {
  const auto add = [&](std::string_view name, std::string_view label, std::string_view value,
                       std::string_view more) {
    AddNativeMutation(name,
                      std::string(more) +
                          "  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: "
                          "\"Object{metadata: Object.metadata{labels: Object.metadata.labels{" +
                          std::string(label) + ": " + std::string(value) + "}}}\"}}]\n",
                      name);
  };
  const auto ask = [&](std::string_view names) { return Ask(names, false, By::kNativeMutation, "CREATE"); };
  constexpr const char* kCount = "string(size(object.metadata.?labels.orValue({})))";
  add("a-needed", "n", kCount, "  reinvocationPolicy: IfNeeded\n");
  add("a-never", "n", kCount, "  reinvocationPolicy: Never\n");
  add("b", "x", "'y'", "");
  EXPECT_EQ(ask("a-needed"), R"(allowed [{"op":"add","path":"/metadata/labels","value":{"n":"0"}}])");
  EXPECT_EQ(ask("a-needed/b"),
            R"(allowed [{"op":"add","path":"/metadata/labels","value":{"n":"2","x":"y"}}])");
  EXPECT_EQ(ask("a-never/b"),
            R"(allowed [{"op":"add","path":"/metadata/labels","value":{"n":"0","x":"y"}}])");
}

}  // namespace
}  // namespace ephor::engine
