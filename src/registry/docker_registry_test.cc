#include <gtest/gtest.h>

#include "base/hash.h"
#include "registry/image_registry.h"
#include "registry/image_writer.h"
#include "registry/testing_docker_registry.h"

namespace ephor::registry {
namespace {

class Login final : public CredentialSource {
 public:
  Result<std::optional<Credentials>> Find(std::string_view, std::string_view) const override {
    return std::optional(Credentials{.username = "user", .password = "secret"});
  }
};

constexpr std::string_view kLayerType = "application/vnd.example.text";

class DockerRegistryTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!DockerRegistry::IsInstalled()) GTEST_SKIP() << "docker-registry is not installed";
  }
};

TEST_P(DockerRegistryTest, PushesAndPulls) {
  const bool wants_login = GetParam();
  const DockerRegistry server(wants_login);
  ClientOptions options;
  if (wants_login) options.keychain.push_back(std::make_unique<Login>());
  Client client(std::move(options));
  const Repository repository{server.host(), "team/texts"};
  const std::vector<Layer> layers = {{std::string(kLayerType), "first", {{"name", "a \"b\""}}},
                                     {"application/other", "not this", {}},
                                     {std::string(kLayerType), std::string(1 << 20, 'x'), {}}};
  const Image image = MakeImage("application/vnd.example.config+json", layers);
  for (int i = 0; i < 2; ++i) {
    const auto pushed = PushImage(client, repository, "v1", image, layers);
    ASSERT_TRUE(pushed) << pushed.error().message();
  }
  const std::string digest = "sha256:" + Sha256Hex(image.manifest);
  EXPECT_EQ(*client.ResolveDigest(repository, "v1"), digest);
  EXPECT_EQ(client.GetManifest(repository, digest)->bytes, image.manifest);
  const auto pulled = PullLayers(client, repository, "v1", kLayerType, 10, 2 << 20);
  ASSERT_TRUE(pulled) << pulled.error().message();
  ASSERT_EQ(pulled->size(), 2u);
  EXPECT_EQ((*pulled)[0].bytes, "first");
  EXPECT_EQ((*pulled)[1].bytes, layers[2].bytes);
  EXPECT_EQ(PullLayers(client, repository, "v1", kLayerType, 1, 2 << 20).error().message(),
            "the image has more than 1 layers");
  EXPECT_EQ(PullLayers(client, repository, "v1", kLayerType, 10, 1000).error().message(),
            "response length must be less than max allowed response length of 995");
  EXPECT_EQ(client.GetManifest(repository, "none").error().message(),
            "GET http://" + server.host() +
                "/v2/team/texts/manifests/none: MANIFEST_UNKNOWN: manifest unknown; {\"Tag\":\"none\"}");
  if (wants_login) {
    Client stranger{ClientOptions()};
    const auto refused = PushImage(stranger, repository, "v1", image, layers);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::kUnavailable);
  }
}

INSTANTIATE_TEST_SUITE_P(Logins, DockerRegistryTest, ::testing::Bool());

}  // namespace
}  // namespace ephor::registry
