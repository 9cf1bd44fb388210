#include "engine/cel/image_policy.h"

#include <gtest/gtest.h>

#include "base/regex.h"
#include "engine/cel/cel_policy_for_test.h"
#include "ports/registry.h"

namespace ephor::engine {
namespace {

// Knows every image but those whose name begins with "gone".
class TestRegistry final : public ports::Registry {
 public:
  Result<json::Value> ImageData(std::string_view image, const ports::RegistryAccess&, Arena&) override {
    if (image.starts_with("gone")) return Fail(ErrorCode::kNotFound, "no such image");
    return json::Value::Object({});
  }
};

std::string Judge(std::string_view spec, std::string_view image, std::string_view exception = {}) {
  const std::string yaml =
      "apiVersion: policies.kyverno.io/v1\nkind: ImageValidatingPolicy\nmetadata: {name: p}\nspec:\n"
      "  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], "
      "resources: [pods]}]}\n  attestors: [{name: a, notary: {certs: {value: x}}}]\n" +
      std::string(spec);
  auto source = policy::Decode<policy::ImageValidatingPolicy>(policy::ParseForTest(yaml));
  if (!source) return source.error().message();
  std::vector<std::shared_ptr<const policy::CelPolicyException>> exceptions;
  if (!exception.empty()) {
    auto decoded = policy::Decode<policy::CelPolicyException>(policy::ParseForTest(exception));
    EXPECT_TRUE(decoded) << decoded.error().message();
    exceptions.push_back(*decoded);
  }
  const CompiledImagePolicy compiled(*source, exceptions);
  Arena arena;
  TestRegistry registry;
  const ports::World world{.registry = &registry};
  Request request;
  request.kind = {"", "v1", "Pod"};
  request.resource = {"", "v1", "pods"};
  request.operation = "CREATE";
  request.namespace_ = "prod";
  const std::string pod =
      "{metadata: {name: web}, spec: {containers: [{name: a, image: '" + std::string(image) + "'}]}}";
  request.object = Resource(*yaml::Load(pod, arena));
  const PolicyResponse response = compiled.LastOfVariants(
      [&](const CompiledImagePolicy& policy) { return Validate(policy, request, world, arena); });
  return RulesText(response);
}

struct Row {
  const char* name;
  std::string_view spec, image, expected;
};

TEST(ImagePolicyTest, Verdicts) {
  constexpr std::string_view kPinned = "ghcr.io/a/b@sha256:0123";
  const Row rows[] = {
      {"NoDigest", "  validations: [{expression: 'true'}]", "ghcr.io/a/b:1",
       "p fail image ghcr.io/a/b:1 does not have a digest"},
      {"NotVerified", "  validations: [{expression: 'true'}]", kPinned,
       "p fail image ghcr.io/a/b@sha256:0123 is not verified: no policy performed a signature or attestation "
       "check on "
       "it"},
      {"NotRequired",
       "  validationConfigurations: {required: false}\n  validations: [{expression: "
       "'images.containers.size() == 1 && images.initContainers == [] && attestors.a.name == \"a\"'}]",
       kPinned, "p pass success"},
      {"OtherImages",
       "  matchImageReferences: [{glob: 'quay.io/*'}]\n  validations: [{expression: 'images.containers == "
       "[]'}]",
       "x:1", "p pass success"},
      {"ByExpression",
       "  validationConfigurations: {required: false, verifyDigest: false}\n"
       "  matchImageReferences: [{expression: \"ref.startsWith('x')\"}]\n"
       "  validations: [{expression: 'images.containers == [\"x:1\"]'}]",
       "x:1", "p pass success"},
      {"OwnImages",
       "  validationConfigurations: {required: false, verifyDigest: false}\n"
       "  images: [{name: names, expression: '[string(object.metadata.name)]'}]\n"
       "  validations: [{expression: 'images.names == [\"web\"]'}]",
       "x:1", "p pass success"},
      {"RegistryFails",
       "  validationConfigurations: {verifyDigest: false}\n  validations: [{expression: 'true'}]", "gone:1",
       "evaluation error failed to evaluate policy: no such image"},
      {"ConditionFalse",
       "  matchConditions: [{name: a, expression: 'false'}]\n  validations: [{expression: 'false'}]", kPinned,
       ""},
      {"SignaturesAreNotVerified",
       "  validations: [{expression: 'images.containers.all(i, verifyImageSignatures(i, [attestors.a]) > "
       "0)'}]",
       kPinned, "p error error: signatures of images are not verified in this version cel.validationIndex=0"},
      {"DoesNotCompile", "  validations: [{expression: '1'}]", kPinned,
       "evaluation error failed to compile policy: spec.validations[0].expression: Invalid value: \"1\": "
       "output is "
       "expected to be of type bool"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Judge(row.spec, row.image), row.expected);
  }
}

TEST(ImagePolicyTest, AnyExceptionExempts) {
  EXPECT_EQ(
      Judge("  validations: [{expression: 'false'}]", "x:1",
            "apiVersion: policies.kyverno.io/v1beta1\nkind: PolicyException\nmetadata: {name: e, namespace: "
            "ns}\n"
            "spec: {policyRefs: [{name: p, kind: ImageValidatingPolicy}], images: [nginx], reportResult: "
            "pass}\n"),
      "exception skip rule is skipped due to policy exception: ns/e");
}

TEST(ImagePolicyTest, Globs) {
  const struct {
    std::string_view glob, text;
    bool matches;
  } rows[] = {
      {"ghcr.io/*", "ghcr.io/a/b:1", true},
      {"ghcr.io/*", "quay.io/a", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"{ghcr,quay}.io/**", "quay.io/x", true},
      {"a.b", "axb", false},
      {"[ab]:1", "b:1", true},
      {"[!ab]:1", "b:1", false},
      {"[", "[", true},
      {"a{b", "a{b", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.glob);
    const auto expression = Regex::Compile(GlobExpression(row.glob));
    EXPECT_EQ(expression && expression->FullMatch(row.text), row.matches);
  }
}

}  // namespace
}  // namespace ephor::engine
