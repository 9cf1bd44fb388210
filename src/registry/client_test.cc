#include "registry/client.h"

#include <gtest/gtest.h>

#include "registry/testing_registry.h"

namespace ephor::registry {
namespace {

class Fixed final : public CredentialSource {
 public:
  explicit Fixed(Credentials credentials) : credentials_(std::move(credentials)) {}
  Result<std::optional<Credentials>> Find(std::string_view, std::string_view) const override {
    return std::optional(credentials_);
  }

 private:
  Credentials credentials_;
};

ClientOptions OptionsWith(Credentials credentials = {}) {
  ClientOptions options;
  options.timeout = std::chrono::seconds(5);
  options.retry_after = {std::chrono::milliseconds(1), std::chrono::milliseconds(1)};
  if (!credentials.username.empty() || !credentials.identity_token.empty()) {
    options.keychain.push_back(std::make_unique<Fixed>(std::move(credentials)));
  }
  return options;
}

std::string ErrorOf(const auto& result) {
  return result ? "no error" : result.error().message();
}

TEST(ClientTest, GetsManifestsAndBlobs) {
  TestRegistry registry;
  const std::string digest = registry.PutImage("1", "{}");
  Client client(OptionsWith());
  const Repository repository{registry.host(), "app"};
  const auto manifest = client.GetManifest(repository, "1");
  ASSERT_TRUE(manifest) << manifest.error().message();
  EXPECT_EQ(manifest->digest, digest);
  EXPECT_EQ(manifest->media_type, "application/vnd.oci.image.manifest.v1+json");
  EXPECT_EQ(client.GetManifest(repository, digest)->bytes, manifest->bytes);
  EXPECT_EQ(*client.ResolveDigest(repository, "1"), digest);
  const std::string config = "sha256:" + Sha256Hex("{}");
  EXPECT_EQ(*client.GetBlob(repository, config, 2), "{}");
  EXPECT_EQ(ErrorOf(client.GetBlob(repository, config, 1)),
            "response length must be less than max allowed response length of 1");
  EXPECT_EQ(ErrorOf(client.GetBlob(repository, "sha256:../../x", 9)),
            "unsupported digest \"sha256:../../x\"");

  const auto none = client.GetManifest(repository, "2");
  EXPECT_EQ(ErrorOf(none), "GET http://" + registry.host() +
                               "/v2/app/manifests/2: MANIFEST_UNKNOWN: manifest unknown; {\"Tag\":\"x\"}");
  EXPECT_EQ(none.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(ErrorOf(client.ResolveDigest(repository, "2")),
            "HEAD http://" + registry.host() +
                "/v2/app/manifests/2: unexpected status code 404 Not Found (HEAD responses have no body, use "
                "GET for "
                "details)");
}

TEST(ClientTest, ChecksDigests) {
  TestRegistry registry;
  const std::string digest = "sha256:" + Sha256Hex("what was asked for");
  registry.Put("app/manifests/" + digest, "something else");
  registry.Put("app/blobs/" + digest, "something else");
  const std::string other = "sha256:" + Sha256Hex("something else");
  Client client(OptionsWith());
  const Repository repository{registry.host(), "app"};
  EXPECT_EQ(ErrorOf(client.GetManifest(repository, digest)),
            "manifest digest: \"" + other + "\" does not match requested digest: \"" + digest + "\" for \"" +
                registry.host() + "/app\"");
  EXPECT_EQ(ErrorOf(client.GetBlob(repository, digest, 100)),
            "error verifying sha256 checksum: got \"" + other + "\", want \"" + digest + "\"");
}

TEST(ClientTest, LogsIn) {
  const Credentials user{.username = "user", .password = "secret"};
  const Credentials stranger{.username = "user", .password = "wrong"};
  for (const TestRegistry::Auth auth : {TestRegistry::Auth::kBasic, TestRegistry::Auth::kBearer}) {
    TestRegistry registry(auth);
    registry.PutImage("1", "{}");
    const Repository repository{registry.host(), "app"};
    Client client(OptionsWith(user));
    EXPECT_EQ(ErrorOf(client.GetManifest(repository, "1")), "no error");
    EXPECT_EQ(ErrorOf(client.GetManifest(repository, "1")), "no error");
    const std::string refused =
        "GET http://" + registry.host() + "/v2/app/manifests/1: UNAUTHORIZED: authentication required";
    EXPECT_EQ(ErrorOf(Client(OptionsWith(stranger)).GetManifest(repository, "1")), refused);
    EXPECT_EQ(ErrorOf(Client(OptionsWith()).GetManifest(repository, "1")), refused);
  }
}

TEST(ClientTest, AsksForATokenOnce) {
  TestRegistry registry(TestRegistry::Auth::kBearer);
  registry.PutImage("1", "{}");
  Client client(OptionsWith({.username = "user", .password = "secret"}));
  const Repository repository{registry.host(), "app"};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ErrorOf(client.GetManifest(repository, "1")), "no error");
  const std::vector<std::string> expected = {
      "GET /v2/", "GET /token?scope=repository%3Aapp%3Apull&service=test", "GET /v2/app/manifests/1",
      "GET /v2/app/manifests/1", "GET /v2/app/manifests/1"};
  EXPECT_EQ(registry.site().requests(), expected);
}

TEST(ClientTest, TheRealmIsNoWayIntoTheNetwork) {
  const struct {
    const char *realm, *error;
  } rows[] = {
      {"http://auth.example.com/token",
       "the token server \"http://auth.example.com/token\" of HOST does not speak https"},
      {"https://169.254.169.254/token",
       "the token server \"https://169.254.169.254/token\" of HOST is an internal address"},
      {"https://127.0.0.1:1/token",
       "the token server \"https://127.0.0.1:1/token\" of HOST is an internal address"},
      {"https://[::1]/token", "the token server \"https://[::1]/token\" of HOST is an internal address"},
      {"https://10.0.0.1/", "the token server \"https://10.0.0.1/\" of HOST is an internal address"},
      {"file:///etc/passwd", "unsupported protocol scheme \"file\""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.realm);
    TestRegistry registry(TestRegistry::Auth::kBearer);
    registry.set_realm(row.realm);
    Client client(OptionsWith({.username = "user", .password = "secret"}));
    std::string error = row.error;
    if (const std::size_t at = error.find("HOST"); at != std::string::npos) {
      error.replace(at, 4, registry.host());
    }
    EXPECT_EQ(ErrorOf(client.GetManifest({registry.host(), "app"}, "1")), error);
  }
}

TEST(ClientTest, TriesAgain) {
  TestRegistry registry;
  registry.PutImage("1", "{}");
  Client client(OptionsWith());
  const Repository repository{registry.host(), "app"};
  registry.FailNext({503, 429});
  EXPECT_EQ(ErrorOf(client.GetManifest(repository, "1")), "no error");
  registry.FailNext({500, 500, 500});
  EXPECT_EQ(ErrorOf(client.GetManifest(repository, "1")),
            "GET http://" + registry.host() +
                "/v2/app/manifests/1: unexpected status code 500 Internal Server Error");
  registry.FailNext({403});
  EXPECT_EQ(ErrorOf(client.GetManifest(repository, "1")),
            "GET http://" + registry.host() + "/v2/app/manifests/1: unexpected status code 403 Forbidden");
}

TEST(ClientTest, NobodyThere) {
  Client client(OptionsWith());
  EXPECT_EQ(ErrorOf(client.GetManifest({"127.0.0.1:1", "app"}, "1")),
            "Get \"https://127.0.0.1:1/v2/\": connect: Connection refused");
  const auto unknown = client.GetManifest({"name.invalid", "app"}, "1");
  EXPECT_EQ(ErrorOf(unknown), "Get \"https://name.invalid/v2/\": no such host");
  EXPECT_EQ(unknown.error().code(), ErrorCode::kUnavailable);
}

TEST(ClientTest, TlsWithoutFallback) {
  TestRegistry registry;
  registry.PutImage("1", "{}");
  ClientOptions options = OptionsWith();
  options.ca_bundle = registry.site().authority();
  Client client(std::move(options));
  const std::string host = registry.site().TlsUrl("").substr(8);
  EXPECT_EQ(ErrorOf(client.GetManifest({host, "app"}, "1")), "no error");
  // The same without trust in its certificate: plain HTTP does not help on its port.
  EXPECT_NE(ErrorOf(Client(OptionsWith()).GetManifest({host, "app"}, "1")).find("certificate is not trusted"),
            std::string::npos);
}

}  // namespace
}  // namespace ephor::registry
