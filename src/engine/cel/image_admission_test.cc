#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/admission.h"
#include "engine/cel/answer_for_test.h"
#include "engine/cel/cel_policy_for_test.h"
#include "json/builder.h"
#include "ports/registry.h"

namespace ephor::engine {
namespace {

// Knows every image but those whose name has "gone" in it.
class TestRegistry final : public ports::Registry {
 public:
  Result<json::Value> ImageData(std::string_view image, const ports::RegistryAccess&, Arena& arena) override {
    if (image.find("gone") != std::string_view::npos) return Fail(ErrorCode::kNotFound, "no such image");
    json::ObjectBuilder data(arena);
    data.Set("digest", json::Value::String("sha256:0123"));
    return data.Build();
  }
};

class ImageAdmissionTest : public ::testing::Test {
 protected:
  void Add(std::string_view kind, std::string_view name, std::string_view spec,
           CelExceptionList exceptions = {}) {
    const bool namespaced = kind.starts_with("Namespaced");
    const auto source = policy::Decode<policy::ImageValidatingPolicy>(policy::ParseForTest(
        "apiVersion: policies.kyverno.io/v1\nkind: " + std::string(kind) +
        "\nmetadata: {name: " + std::string(name) + (namespaced ? ", namespace: shop" : "") +
        "}\nspec:\n  attestors: []\n  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: "
        "[v1], "
        "operations: ['*'], resources: [pods]}]}\n" +
        std::string(spec)));
    ASSERT_TRUE(source) << source.error().message();
    images_.push_back(std::make_shared<const CompiledImagePolicy>(*source, exceptions, exceptions));
  }

  enum class Of { kPods, kDeployments };
  std::string Ask(AdmissionOutcome (CelAdmission::*ask)(std::string_view, const CelTarget&,
                                                        AdmissionWorkspace&, std::string&) const,
                  std::string_view names, std::string_view image, bool namespaced = false, Of of = Of::kPods,
                  std::string_view operation = "CREATE") {
    const CelPolicySet set{.images = CelPolicyList<CompiledImagePolicy>(images_)};
    const Configuration configuration;
    TestRegistry registry;
    const ports::World world{.registry = &registry};
    const CelAdmission admission(set, configuration, world);
    const std::string spec = R"({"containers":[{"name":"a","image":")" + std::string(image) + R"("}]})";
    const bool pods = of == Of::kPods;
    const std::string group = pods ? "" : "apps";
    const std::string review =
        R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":{"group":")" +
        group + R"(","version":"v1","kind":")" + (pods ? "Pod" : "Deployment") +
        R"("},"resource":{"group":")" + group + R"(","version":"v1","resource":")" +
        (pods ? "pods" : "deployments") + R"("},"name":"web","namespace":"shop","operation":")" +
        std::string(operation) + R"(","object":{"apiVersion":")" + (pods ? "v1" : "apps/v1") +
        R"(","kind":")" + (pods ? "Pod" : "Deployment") +
        R"(","metadata":{"name":"web","namespace":"shop"},"spec":)" +
        (pods ? spec : R"({"template":{"spec":)" + spec + "}}") + "}}}";
    AdmissionWorkspace workspace;
    std::string answer;
    const CelTarget target{.names = names, .namespaced = namespaced};
    const AdmissionOutcome outcome = (admission.*ask)(review, target, workspace, answer);
    return TextOfAnswer(outcome, answer);
  }
  std::string Validate(std::string_view names, std::string_view image, bool namespaced = false,
                       Of of = Of::kPods) {
    return Ask(&CelAdmission::ValidateImages, names, image, namespaced, of);
  }
  std::string Pin(std::string_view names, std::string_view image, bool namespaced = false, Of of = Of::kPods,
                  std::string_view operation = "CREATE") {
    return Ask(&CelAdmission::PinImages, names, image, namespaced, of, operation);
  }

  std::vector<std::shared_ptr<const CompiledImagePolicy>> images_;
};

constexpr std::string_view kTrue = "  validations: [{expression: 'true'}]\n";
constexpr std::string_view kLenient =
    "  validationConfigurations: {verifyDigest: false, required: false}\n"
    "  validations: [{expression: 'images.containers.size() == 0', message: an image}]\n";

TEST_F(ImageAdmissionTest, ActionsDecideWhatAFailureDoes) {
  Add("ImageValidatingPolicy", "deny", kLenient);
  Add("ImageValidatingPolicy", "warn", "  validationActions: [Warn]\n" + std::string(kLenient));
  Add("ImageValidatingPolicy", "audit", "  validationActions: [Audit]\n" + std::string(kTrue));
  Add("ImageValidatingPolicy", "digest", kTrue);
  Add("ImageValidatingPolicy", "broken", "  validations: [{expression: '1'}]\n");
  Add("NamespacedImageValidatingPolicy", "deny",
      "  matchImageReferences: [{glob: none}]\n" + std::string(kTrue));
  EXPECT_EQ(Validate("deny", "nginx"), "denied Policy deny failed: an image");
  EXPECT_EQ(Validate("warn", "nginx"), R"(allowed ["Policy warn failed: an image"])");
  EXPECT_EQ(Validate("audit", "nginx"), "allowed");
  EXPECT_EQ(Validate("digest", "nginx:1"),
            "denied Policy digest failed: image nginx:1 does not have a digest");
  EXPECT_EQ(
      Validate("digest", "nginx@sha256:0"),
      "denied Policy digest failed: image nginx@sha256:0 is not verified: no policy performed a signature or "
      "attestation check on it");
  EXPECT_EQ(
      Validate("broken", "nginx"),
      "denied Policy broken error: failed to compile policy: spec.validations[0].expression: Invalid value: "
      "\"1\": output is expected to be of type bool");
  EXPECT_EQ(Validate("deny", "nginx", true), "allowed");  // another policy of that name
  EXPECT_EQ(Validate("warn/nobody/deny", "gone"),
            R"(denied Policy deny error: failed to evaluate policy: no such image )"
            R"(["Policy warn error: failed to evaluate policy: no such image"])");
}

TEST_F(ImageAdmissionTest, ControllersHaveTheirOwnVariant) {
  Add("ImageValidatingPolicy", "p", kLenient);
  EXPECT_EQ(Validate("p", "nginx", false, Of::kDeployments), "denied Policy p failed: an image");
  EXPECT_EQ(Pin("p", "nginx:1", false, Of::kDeployments),
            R"(allowed [{"op":"replace","path":"/spec/template/spec/containers/0/image",)"
            R"("value":"docker.io/nginx:1@sha256:0123"}])");
}

TEST_F(ImageAdmissionTest, TagsBecomeDigests) {
  Add("ImageValidatingPolicy", "p", kTrue);
  Add("ImageValidatingPolicy", "same", kTrue);
  Add("ImageValidatingPolicy", "quay",
      "  matchImageReferences: [{glob: 'quay.io/*'}]\n" + std::string(kTrue));
  Add("ImageValidatingPolicy", "never",
      "  validationConfigurations: {mutateDigest: false}\n" + std::string(kTrue));
  Add("ImageValidatingPolicy", "warn", "  validationActions: [Warn]\n" + std::string(kTrue));
  Add("ImageValidatingPolicy", "elsewhere",
      "  matchConditions: [{name: a, expression: \"request.namespace == 'x'\"}]\n" + std::string(kTrue));
  constexpr const char* kPatch =
      R"(allowed [{"op":"replace","path":"/spec/containers/0/image","value":"docker.io/nginx:latest@sha256:0123"}])";
  EXPECT_EQ(Pin("p", "nginx"), kPatch);
  EXPECT_EQ(Pin("p/same", "nginx"), kPatch);  // once
  EXPECT_EQ(Pin("p", "nginx@sha256:" + std::string(64, '0')), "allowed");
  EXPECT_EQ(Pin("quay", "nginx"), "allowed");
  EXPECT_EQ(Pin("never", "nginx"), "allowed");
  EXPECT_EQ(Pin("elsewhere", "nginx"), "allowed");
  EXPECT_EQ(Pin("p", "nginx", false, Of::kPods, "DELETE"), "allowed");
  EXPECT_EQ(Pin("p", "gone"),
            "denied Policy p error: failed to update digest: failed to resolve digest for image "
            "docker.io/gone:latest: no such image");
  EXPECT_EQ(Pin("warn", "gone"),
            R"(allowed ["Policy warn error: failed to update digest: failed to resolve digest for image )"
            R"(docker.io/gone:latest: no such image"])");
}

TEST_F(ImageAdmissionTest, ExceptionsReachVariants) {
  Add("ImageValidatingPolicy", "p", kLenient, CelExceptionForTest("ImageValidatingPolicy", ""));
  for (const Of of : {Of::kPods, Of::kDeployments}) {
    EXPECT_EQ(Validate("p", "nginx", false, of), "allowed");
    EXPECT_EQ(Pin("p", "nginx", false, of), "allowed");
  }
}

}  // namespace
}  // namespace ephor::engine
