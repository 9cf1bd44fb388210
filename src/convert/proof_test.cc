#include "convert/proof.h"

#include <gtest/gtest.h>

#include "convert/convert_for_test.h"

namespace ephor::convert {
namespace {

// Whether a difference is found between a rule and a policy that was not made from it.
struct ProofCase {
  const char* name;
  std::string_view kinds;
  std::string_view body;        // of the rule, below `validate`
  std::string_view expression;  // of the policy's only validation
  std::string_view difference;  // "OPERATION rule / policy", "" where both are the same
  std::string_view message = "m";
};

class ProofTest : public ::testing::TestWithParam<ProofCase> {};

std::shared_ptr<const engine::CompiledValidatingPolicy> Policy(std::string_view resource,
                                                               std::string_view group, const ProofCase& c) {
  std::string yaml =
      "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec:\n"
      "  autogen: {podControllers: {controllers: []}}\n"
      "  matchConstraints: {resourceRules: [{apiGroups: [\"";
  yaml.append(group).append("\"], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [");
  yaml.append(resource).append("]}]}\n  validations:\n    - message: ").append(c.message);
  yaml.append("\n      expression: >-\n        ").append(c.expression).append("\n");
  auto decoded = policy::Decode<policy::ValidatingPolicy>(policy::ParseForTest(yaml));
  EXPECT_TRUE(decoded) << decoded.error().message();
  auto compiled = engine::CompiledValidatingPolicy::Compile(*decoded, {});
  EXPECT_TRUE(compiled) << compiled.error().message();
  return *compiled;
}

TEST_P(ProofTest, FindsDifferences) {
  const ProofCase& c = GetParam();
  const bool pods = c.kinds == "Pod";
  const auto policy = policy::DecodeForTest(
      "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p, annotations: "
      "{pod-policies.kyverno.io/autogen-controllers: none}}\nspec:\n  rules:\n    - name: r\n      match: "
      "{any: "
      "[{resources: {kinds: [" +
      std::string(c.kinds) + "]}}]}\n      validate:\n        message: m\n" + std::string(c.body));
  const kube::GroupVersionKind kind{"", "v1", c.kinds};
  const KnownKinds kinds;
  const ProofInput input{std::make_shared<engine::CompiledPolicy>(policy),
                         {0},
                         {Policy(pods ? "pods" : "services", "", c)},
                         {},
                         {},
                         kinds,
                         {},
                         1500};
  const SampleSpace samples({&policy->spec.rules[0]}, std::span(&kind, 1), kinds, {});
  const Proof proof = Prove(input, samples);
  std::string difference;
  if (proof.counterexample) {
    const Counterexample& found = *proof.counterexample;
    difference = found.operation + " " + found.by_rule.substr(0, 4) + " / " + found.by_policy.substr(0, 4);
  } else {
    EXPECT_EQ(proof.generated, 1500u);
    EXPECT_GT(proof.refused, 0u);
    EXPECT_LT(proof.refused, proof.generated);
  }
  EXPECT_EQ(difference, c.difference);
}

constexpr std::string_view kPrivileged =
    "        pattern: {spec: {=(initContainers): [{=(securityContext): {=(privileged): false}}], containers: "
    "[{=(securityContext): {=(privileged): false}}]}}\n";

INSTANTIATE_TEST_SUITE_P(
    All, ProofTest,
    ::testing::ValuesIn<ProofCase>({
        {"TheSame", "Pod", kPrivileged,
         "(object.spec.containers + object.spec.?initContainers.orValue([])).all(c, "
         "c.?securityContext.?privileged.orValue(false) == false)",
         ""},
        {"OneSortOfContainersForgotten", "Pod", kPrivileged,
         "object.spec.containers.all(c, c.?securityContext.?privileged.orValue(false) == false)",
         "CREATE fail / pass"},
        {"OnlyTheFirstContainer", "Pod", kPrivileged,
         "(object.spec.containers.size() == 0 || "
         "object.spec.containers[0].?securityContext.?privileged.orValue(false) "
         "== false) && object.spec.?initContainers.orValue([]).all(c, "
         "c.?securityContext.?privileged.orValue(false) == "
         "false)",
         "CREATE fail / pass"},
        {"AbsentRefused", "Pod", kPrivileged,
         "(object.spec.containers + object.spec.?initContainers.orValue([])).all(c, "
         "c.?securityContext.?privileged.orValue(true) == false)",
         "CREATE pass / fail"},
        {"ReadsWhatMayBeAbsent", "Pod", kPrivileged,
         "(object.spec.containers + object.spec.?initContainers.orValue([])).all(c, "
         "c.securityContext.privileged == "
         "false)",
         "CREATE pass / erro"},
        {"OffByOne", "Service", "        pattern: {spec: {=(healthCheckNodePort): \"<30000\"}}\n",
         "object.spec.?healthCheckNodePort.orValue(0) <= 30000", "CREATE fail / pass"},
        {"WrongEndOfText", "Service", "        pattern: {spec: {=(externalName): \"*.local\"}}\n",
         "object.spec.?externalName.orValue(\".local\").contains(\".local\")", "CREATE fail / pass"},
        {"AnotherMessage", "Service", "        pattern: {spec: {type: ClusterIP}}\n",
         "object.spec.?type.orValue(\"\") == \"ClusterIP\"", "CREATE fail / fail", "other"},
        {"OneAlternativeForgotten", "Service", "        pattern: {spec: {type: \"ClusterIP | NodePort\"}}\n",
         "object.spec.?type.orValue(\"\") == \"ClusterIP\"", "CREATE pass / fail"},
        {"AnyForAll", "Pod",
         "        foreach: [{list: request.object.spec.containers, deny: {conditions: {any: [{key: \"{{ "
         "element.name || "
         "'' }}\", operator: Equals, value: a}, {key: \"{{ element.image || '' }}\", operator: Equals, "
         "value: b}]}}}]\n",
         "object.spec.containers.all(c, c.?name.orValue(\"\") != \"a\" || c.?image.orValue(\"\") != \"b\")",
         "CREATE fail / pass"},
        {"DeletionsForgotten", "Service",
         "        deny: {conditions: {any: [{key: \"{{ request.object.spec.type || '' }}\", operator: "
         "Equals, value: "
         "a}]}}\n",
         "object.spec.?type.orValue(\"\") != \"a\"", "DELETE fail / noth"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

// Objects that are given are looked at, too.
TEST(GivenObjectsTest, AreCompared) {
  const auto policy =
      policy::DecodeForTest(RuleYaml("Service", "        pattern: {spec: {=(externalName): \"?*\"}}\n"));
  const ProofCase c{"", "",
                    "", "object.spec.?externalName.orValue(\"x\") != \"\" && object.metadata.name != \"odd\"",
                    "", "m"};
  Arena arena;
  const json::Value odd =
      *yaml::Load("{apiVersion: v1, kind: Service, metadata: {name: odd, namespace: ns}, spec: {}}", arena);
  const KnownKinds kinds;
  const kube::GroupVersionKind kind{"", "v1", "Service"};
  const SampleSpace samples({&policy->spec.rules[0]}, std::span(&kind, 1), kinds, {});
  ProofInput input{std::make_shared<engine::CompiledPolicy>(policy),
                   {0},
                   {Policy("services", "", c)},
                   {},
                   {},
                   kinds,
                   {},
                   1000};
  EXPECT_FALSE(Prove(input, samples).counterexample);
  input.given = std::span(&odd, 1);
  const Proof proof = Prove(input, samples);
  ASSERT_TRUE(proof.counterexample);
  EXPECT_EQ(proof.counterexample->object,
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: odd\n  namespace: ns\nspec: {}\n");
}

TEST(ChoicesTest, AreRepeated) {
  const auto run = [](Choices choices) {
    std::vector<std::size_t> made;
    for (int i = 0; i < 5; ++i) made.push_back(choices.Choose(3));
    return made;
  };
  EXPECT_EQ(run(Choices(std::vector<std::uint32_t>())), std::vector<std::size_t>({0, 0, 0, 0, 0}));
  EXPECT_EQ(run(Choices(std::vector<std::uint32_t>{2, 1})), std::vector<std::size_t>({2, 1, 0, 0, 0}));
  EXPECT_EQ(run(Choices(7, 50)), run(Choices(7, 50)));
}

}  // namespace
}  // namespace ephor::convert
