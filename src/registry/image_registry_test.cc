#include "registry/image_registry.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "json/write.h"
#include "registry/policy_credentials.h"
#include "registry/testing_registry.h"

namespace ephor::registry {
namespace {

constexpr const char* kConfig = R"({"architecture":"amd64","config":{"User":"1000"},"unknown":[1]})";

std::unique_ptr<ports::Registry> Registry(bool keeps_tags = false) {
  return MakeImageRegistry([keeps_tags]() -> Result<ImageRegistryOptions> {
    ImageRegistryOptions options;
    options.client.retry_after = {};
    options.keeps_tags = keeps_tags;
    return options;
  });
}

std::string DataOf(ports::Registry& registry, const std::string& image,
                   const ports::RegistryAccess& access = {}) {
  Arena arena;
  const auto data = registry.ImageData(image, access, arena);
  return data ? json::ToString(*data) : data.error().message();
}

TEST(ImageRegistryTest, OfAnImage) {
  TestRegistry server;
  const std::string digest = server.PutImage("1", kConfig), host = server.host();
  const auto registry = Registry();
  const std::string manifest =
      "{\"config\":{\"digest\":\"sha256:" + Sha256Hex(kConfig) +
      "\",\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":" +
      std::to_string(std::string_view(kConfig).size()) +
      "},\"layers\":[],\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"schemaVersion\":2}";
  const std::string common = "{\"config\":" + std::string(kConfig) + ",\"digest\":\"" + digest + "\",";
  EXPECT_EQ(DataOf(*registry, host + "/app:1"), common + "\"identifier\":\"1\",\"image\":\"" + host +
                                                    "/app:1\",\"manifest\":" + manifest + ",\"registry\":\"" +
                                                    host + "\",\"repository\":\"app\",\"resolvedImage\":\"" +
                                                    host + "/app:1@" + digest + "\",\"tag\":\"1\"}");
  EXPECT_EQ(DataOf(*registry, host + "/app:1@" + digest),
            common + "\"identifier\":\"" + digest + "\",\"image\":\"" + host + "/app:1@" + digest +
                "\",\"manifest\":" + manifest + ",\"registry\":\"" + host +
                "\",\"repository\":\"app\",\"resolvedImage\":\"" + host + "/app@" + digest + "\"}");
  EXPECT_EQ(DataOf(*registry, "a b"), "could not parse reference: a b");
}

TEST(ImageRegistryTest, OfAnIndex) {
  TestRegistry server;
  const std::string child = server.PutImage("child", kConfig);
  const std::string index = R"({"schemaVersion":2,"manifests":[)"
                            R"({"digest":"sha256:0","platform":{"os":"linux","architecture":"arm64"}},)"
                            R"({"digest":")" +
                            child + R"(","platform":{"os":"linux","architecture":"amd64"}}]})";
  const std::string digest = server.Put("app/manifests/1", index, "application/vnd.oci.image.index.v1+json");
  server.Put("app/manifests/arm",
             R"({"manifests":[{"digest":"x","platform":{"os":"linux","architecture":"arm64"}}]})",
             "application/vnd.docker.distribution.manifest.list.v2+json");
  server.Put("app/manifests/old", R"({"schemaVersion":1})",
             "application/vnd.docker.distribution.manifest.v1+prettyjws");
  server.Put("app/manifests/garbage", "<html>", "application/vnd.oci.image.manifest.v1+json");
  const auto registry = Registry();
  Arena arena;
  const auto data = registry->ImageData(server.host() + "/app:1", {}, arena);
  ASSERT_TRUE(data) << data.error().message();
  EXPECT_EQ(data->StringAt("digest"), digest) << "of the index, not of the image in it";
  EXPECT_EQ(data->StringAt("config", "config", "User"), "1000");
  EXPECT_EQ(data->Find("imageIndex", "manifests")->size(), 2u);
  EXPECT_EQ(DataOf(*registry, server.host() + "/app:arm"),
            "no child with platform linux/amd64 in index " + server.host() + "/app:arm");
  EXPECT_EQ(DataOf(*registry, server.host() + "/app:old"),
            "unsupported MediaType: \"application/vnd.docker.distribution.manifest.v1+prettyjws\"");
  EXPECT_EQ(DataOf(*registry, server.host() + "/app:garbage"),
            "invalid character '<' looking for beginning of value");
}

TEST(ImageRegistryTest, AnIndexMayNotContainItselfForEver) {
  TestRegistry server;
  // The client checks digests, so a loop needs a collision; a long chain does not.
  std::string child = server.PutImage("end", kConfig);
  for (int i = 0; i < 6; ++i) {
    child = server.Put("app/manifests/chain", R"({"manifests":[{"digest":")" + child + "\"}]}",
                       "application/vnd.oci.image.index.v1+json");
  }
  EXPECT_EQ(DataOf(*Registry(), server.host() + "/app:chain"), "indexes are nested too deeply");
}

TEST(ImageRegistryTest, Remembers) {
  TestRegistry server;
  server.PutImage("1", kConfig);
  const auto registry = Registry(true);
  DataOf(*registry, server.host() + "/app:1");
  const std::size_t asked = server.site().requests().size();
  DataOf(*registry, server.host() + "/app:1");
  EXPECT_EQ(server.site().requests().size(), asked);

  const auto forgetful = Registry();
  DataOf(*forgetful, server.host() + "/app:1");
  const std::size_t before = server.site().requests().size();
  DataOf(*forgetful, server.host() + "/app:1");
  EXPECT_EQ(server.site().requests().size(), before + 1) << "only the tag is asked for again";
}

TEST(ImageRegistryTest, AsksWithThePolicysCredentialsAlone) {
  TestRegistry server(TestRegistry::Auth::kBasic);
  server.PutImage("1", kConfig);
  const std::string config =
      R"({"auths":{")" + server.host() + R"(":{"username":"user","password":"secret"}}})";
  const auto secret = [&](const std::string& data) {
    return R"({"metadata":{"name":"pull","namespace":"kyverno"},"data":{)" + data + "}}";
  };
  const std::string refused =
      "GET " + server.site().Url("/v2/app/manifests/1") + ": UNAUTHORIZED: authentication required";
  const struct {
    const char* name;
    std::string secret;
    const char* result;  // "" where the image is found
  } rows[] = {
      {"newer form", secret("\".dockerconfigjson\":\"" + Base64Encode(config) + "\""), ""},
      {"older form", secret("\".dockercfg\":\"" + Base64Encode(config.substr(9, config.size() - 10)) + "\""),
       ""},
      {"another registry",
       secret("\".dockerconfigjson\":\"" +
              Base64Encode(R"({"auths":{"other.io":{"username":"user","password":"secret"}}})") + "\""),
       refused.c_str()},
      {"runs no helper",
       secret("\".dockerconfigjson\":\"" + Base64Encode(R"({"credsStore":"none","auths":{}})") + "\""),
       refused.c_str()},
      {"no such key", secret("\"password\":\"\""),
       "secret kyverno/pull: has neither .dockerconfigjson nor .dockercfg"},
      {"not base64", secret("\".dockerconfigjson\":\"!\""),
       "secret kyverno/pull: .dockerconfigjson: illegal base64 data at input byte 0"},
      {"not JSON", secret("\".dockercfg\":\"" + Base64Encode("x") + "\""),
       "secret kyverno/pull: .dockercfg: invalid character 'x' looking for beginning of value"},
  };
  const auto registry = Registry();
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Arena arena;
    const json::Value value = *json::Parse(row.secret, arena);
    const std::string data = DataOf(*registry, server.host() + "/app:1", {.secrets = std::span(&value, 1)});
    if (*row.result == '\0') {
      EXPECT_TRUE(data.starts_with("{\"config\":")) << data;
    } else {
      EXPECT_EQ(data, row.result);
    }
  }
  EXPECT_EQ(DataOf(*registry, server.host() + "/app:1"), refused)
      << "what one policy may see is not for others";
}

TEST(ImageRegistryTest, EndsAtTheDeadline) {
  TestRegistry server;
  server.PutImage("1", kConfig);
  server.FailNext({503, 503, 503});
  const auto registry = MakeImageRegistry([]() -> Result<ImageRegistryOptions> { return {}; });
  const Deadline deadline = Deadline::In(std::chrono::milliseconds(400));
  EXPECT_EQ(
      DataOf(*registry, server.host() + "/app:1", {.deadline = deadline}),
      "GET " + server.site().Url("/v2/app/manifests/1") + ": unexpected status code 503 Service Unavailable");
  EXPECT_LT(Deadline::Clock::now() - deadline.when(), std::chrono::milliseconds(200));
}

TEST(PolicyCredentialsTest, SaysWhichProgramIsMissing) {
  const std::string_view providers[] = {"default", "amazon", "azure", "google", "github", "unknown"};
  EXPECT_EQ(MissingProgram(providers, "1.dkr.ecr.eu-west-1.amazonaws.com"),
            " (the provider amazon needs the program docker-credential-ecr-login)");
  EXPECT_EQ(MissingProgram(providers, "x.azurecr.io"),
            " (the provider azure needs the program docker-credential-acr-env)");
  EXPECT_EQ(MissingProgram(providers, "gcr.io"),
            " (the provider google needs the program docker-credential-gcr)");
  EXPECT_EQ(MissingProgram(providers, "ghcr.io"), "");
  EXPECT_EQ(MissingProgram(providers, "notgcr.io"), "");
  EXPECT_EQ(MissingProgram({}, "gcr.io"), "");
}

}  // namespace
}  // namespace ephor::registry
