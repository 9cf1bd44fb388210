#include "engine/cel/policy_check.h"

#include <gtest/gtest.h>

#include "policy/decode.h"
#include "policy/decode_for_test.h"

namespace ephor::engine {
namespace {

template <class T>
std::string ErrorOf(std::string_view kind, std::string_view spec) {
  const bool namespaced = kind.starts_with("Namespaced");
  const auto policy = policy::Decode<T>(policy::ParseForTest(
      "apiVersion: policies.kyverno.io/v1\nkind: " + std::string(kind) + "\nmetadata: {name: p" +
      (namespaced ? ", namespace: ns" : "") + "}\nspec: " + std::string(spec) + "\n"));
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message());
  if (!policy) return {};
  const policy::ValidationReport report = CheckPolicy(*policy);
  return report.error ? report.error->message() : "";
}

TEST(CheckPolicy, SaysWhatIsWrong) {
  const std::string match =
      "matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], "
      "resources: "
      "[secrets]}]}";
  constexpr std::string_view kNoRule =
      "spec.matchConstraints: Required value: a matchConstraints with at least one resource rule is required";
  constexpr std::string_view kHttp =
      "spec: Forbidden: http.* is not allowed in namespaced policies; set --allowHTTPInNamespacedPolicies to "
      "enable";
  EXPECT_EQ(ErrorOf<policy::ValidatingPolicy>("ValidatingPolicy",
                                              "{" + match + ", validations: [{expression: 'true'}]}"),
            "");
  EXPECT_EQ(ErrorOf<policy::ValidatingPolicy>("ValidatingPolicy", "{validations: [{expression: 'true'}]}"),
            kNoRule);
  EXPECT_EQ(ErrorOf<policy::ValidatingPolicy>("ValidatingPolicy", "{validations: [{expression: '1'}]}"),
            "[<nil>: Internal error: validating policy compiler 1.0 error: failed to compile policy, "
            "spec.validations[0].expression: Invalid value: \"1\": output is expected to be of type bool, " +
                std::string(kNoRule) + "]");
  const std::string http = "{" + match + ", validations: [{expression: \"http.Get('x') == null\"}]}";
  EXPECT_EQ(ErrorOf<policy::ValidatingPolicy>("NamespacedValidatingPolicy", http), kHttp);
  EXPECT_EQ(ErrorOf<policy::ValidatingPolicy>("ValidatingPolicy", http), "");
  EXPECT_EQ(ErrorOf<policy::ValidatingPolicy>(
                "NamespacedValidatingPolicy",
                "{" + match + ", validations: [{expression: \"object.http == 'http'\"}]}"),
            "");
  EXPECT_EQ(ErrorOf<policy::MutatingPolicy>("MutatingPolicy",
                                            "{" + match + ", evaluation: {admission: {enabled: false}}}"),
            "spec.evaluation: Forbidden: disabling both admission and mutateExisting evaluation modes is not "
            "allowed");
  EXPECT_EQ(ErrorOf<policy::GeneratingPolicy>("GeneratingPolicy",
                                              "{" + match + ", generate: [{expression: 'true'}]}"),
            "");
  EXPECT_EQ(ErrorOf<policy::DeletingPolicy>("DeletingPolicy", "{" + match + ", schedule: x}").substr(0, 99),
            "spec.schedule: Invalid value: \"x\": schedule spec in the deletingPolicy is not in proper cron "
            "format");
  EXPECT_EQ(
      ErrorOf<policy::ImageValidatingPolicy>("ImageValidatingPolicy", "{attestors: [], validations: []}"),
      kNoRule);
}

TEST(CheckPolicy, WarnsOfEachErrorByItself) {
  const auto policy = policy::Decode<policy::ValidatingPolicy>(
      policy::ParseForTest("apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\n"
                           "spec: {matchConditions: [{name: a, expression: '1'}, {name: b, expression: "
                           "'2'}], validations: []}\n"));
  ASSERT_TRUE(policy);
  const std::vector<std::string> expected = {
      "<nil>: Internal error: validating policy compiler 1.0 error: failed to compile policy",
      "spec.matchConditions[0].expression: Invalid value: \"1\": output is expected to be of type bool",
      "spec.matchConditions[1].expression: Invalid value: \"2\": output is expected to be of type bool",
      "spec.matchConstraints: Required value: a matchConstraints with at least one resource rule is "
      "required"};
  EXPECT_EQ(CheckPolicy(*policy).warnings, expected);
}

TEST(CheckPolicy, CompilesImagePolicies) {
  EXPECT_EQ(ErrorOf<policy::ImageValidatingPolicy>(
                "ImageValidatingPolicy",
                "{attestors: [], matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], "
                "operations: "
                "[CREATE], resources: [secrets]}]}, validations: [{expression: '1'}]}"),
            "spec.validations[0].expression: Invalid value: \"1\": output is expected to be of type bool");
}

TEST(CheckException, WantsReferences) {
  policy::CelPolicyException exception;
  EXPECT_EQ(CheckException(exception).error->message(),
            "spec.policyRefs: Invalid value: []: must specify at least one policy ref");
  const policy::PolicyReference references[] = {{"a", "ValidatingPolicy"}, {"", ""}};
  exception.policy_refs = references;
  EXPECT_EQ(CheckException(exception).error->message(),
            "[spec.policyRefs[1].name: Invalid value: \"\": must specify policy name, "
            "spec.policyRefs[1].kind: Invalid "
            "value: \"\": must specify policy kind]");
  exception.policy_refs = std::span(references).first(1);
  EXPECT_FALSE(CheckException(exception).error);
}

}  // namespace
}  // namespace ephor::engine
