#include "registry/credentials.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "registry/credential_helper.h"
#include "registry/docker_config.h"
#include "registry/plain_http.h"

namespace ephor::registry {
namespace {

std::string Shown(const Result<std::optional<Credentials>>& found) {
  if (!found) return found.error().message();
  if (!*found) return "none";
  return (*found)->username + ":" + (*found)->password + ":" + (*found)->identity_token;
}

TEST(DockerConfigTest, Finds) {
  const auto config = DockerConfig::Parse(
      R"({"auths":{"https://index.docker.io/v1/":{"auth":"aHViOnB3OjE="},"ghcr.io":{"username":"u","password":"p"},)"
      R"("ghcr.io/team":{"auth":"dGVhbTpwdw=="},"https://quay.io/":{"auth":"cTpwAA=="},"empty.io":{},)"
      R"("token.io:5000":{"identitytoken":"t"}}})",
      DockerConfig::Helpers::kRun);
  ASSERT_TRUE(config) << config.error().message();
  const struct {
    const char *registry, *repository, *found;
  } rows[] = {
      {"index.docker.io", "library/nginx", "hub:pw:1:"},
      {"ghcr.io", "other/x", "u:p:"},
      {"ghcr.io", "team/x/y", "team:pw:"},
      {"ghcr.io", "teams/x", "u:p:"},
      {"quay.io", "a", "q:p:"},
      {"empty.io", "a", "none"},
      {"token.io:5000", "a", "::t"},
      {"token.io", "a", "none"},
      {"evil.ghcr.io", "a", "none"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.registry);
    EXPECT_EQ(Shown((*config)->Find(row.registry, row.repository)), row.found);
  }
}

TEST(DockerConfigTest, Refuses) {
  const struct {
    const char *text, *error;
  } rows[] = {
      {"[]", "expected an object"},
      {R"({"auths":{"a":{"auth":"!"}}})", "auths[a]: auth: illegal base64 data at input byte 0"},
      {R"({"auths":{"a":{"auth":"YQ=="}}})", "auths[a]: auth: expected user:password"},
  };
  for (const auto& row : rows) {
    const auto config = DockerConfig::Parse(row.text, DockerConfig::Helpers::kRun);
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().message(), row.error);
  }
  EXPECT_FALSE(DockerConfig::Parse("", DockerConfig::Helpers::kRun));
  EXPECT_TRUE(
      DockerConfig::Parse(R"({"auths":7,"credHelpers":[],"credsStore":{}})", DockerConfig::Helpers::kRun));
}

TEST(CredentialHelperTest, RunsPrograms) {
  const std::string folder = ::testing::TempDir() + "/ephor-helpers-" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  const std::string program = folder + "/docker-credential-test";
  std::ofstream(program) << "#!/bin/sh\nread -r registry\ncase $registry in\n"
                            "good.io) echo '{\"Username\":\"u\",\"Secret\":\"s\"}';;\n"
                            "token.io) echo '{\"Username\":\"<token>\",\"Secret\":\"s\"}';;\n"
                            "none.io) echo 'credentials not found in native keychain'; exit 1;;\n"
                            "text.io) echo hello;;\n*) echo broken; exit 3;;\nesac\n";
  chmod(program.c_str(), 0755);
  const std::string path = std::getenv("PATH");
  setenv("PATH", (folder + ":" + path).c_str(), 1);
  const struct {
    const char *helper, *registry, *found;
  } rows[] = {
      {"test", "good.io", "u:s:"},
      {"test", "token.io", "::s"},
      {"test", "none.io", "none"},
      {"test", "text.io", "docker-credential-test: answered no JSON"},
      {"test", "bad.io", "docker-credential-test: failed: broken\n"},
      {"missing", "good.io", "docker-credential-missing: is not installed"},
      {"../test", "good.io", "docker-credential-../test: is no name of a helper"},
      {"", "good.io", "docker-credential-: is no name of a helper"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.registry);
    EXPECT_EQ(Shown(AskHelper(row.helper, row.registry)), row.found);
  }
  const auto config = DockerConfig::Parse(R"({"credHelpers":{"good.io":"test"},"credsStore":"missing"})",
                                          DockerConfig::Helpers::kRun);
  EXPECT_EQ(Shown((*config)->Find("good.io", "a")), "u:s:");
  EXPECT_EQ(Shown((*config)->Find("other.io", "a")), "docker-credential-missing: is not installed");
  setenv("PATH", path.c_str(), 1);
  std::filesystem::remove_all(folder);
}

TEST(KeychainTest, OfTheEnvironment) {
  const std::string folder = ::testing::TempDir() + "/ephor-docker-" + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/config.json") << R"({"auths":{"a.io":{"username":"u","password":"p"}}})";
  setenv("DOCKER_CONFIG", folder.c_str(), 1);
  setenv("GITHUB_TOKEN", "t", 1);
  const auto keychain = KeychainOfEnvironment();
  ASSERT_TRUE(keychain) << keychain.error().message();
  ASSERT_EQ(keychain->size(), 2u);
  EXPECT_EQ(Shown((*keychain)[0]->Find("a.io", "x")), "u:p:");
  EXPECT_EQ(Shown((*keychain)[1]->Find("ghcr.io", "x")), "unset:t:");
  EXPECT_EQ(Shown((*keychain)[1]->Find("a.io", "x")), "none");
  std::ofstream(folder + "/config.json") << "no JSON";
  const auto broken = KeychainOfEnvironment();
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().message().starts_with(folder + "/config.json: "));
  unsetenv("DOCKER_CONFIG");
  unsetenv("GITHUB_TOKEN");
  std::filesystem::remove_all(folder);
}

TEST(PlainHttpTest, OnlyNearby) {
  const struct {
    const char* registry;
    bool plain;
  } rows[] = {
      {"localhost:5000", true},     {"localhost", false},    {"reg.localhost", true},
      {"reg.localhost:5000", true}, {"127.0.0.1", true},     {"127.0.0.1:5000", true},
      {"127.0.0.2", false},         {"10.1.2.3:5000", true}, {"172.16.0.1", true},
      {"172.32.0.1", false},        {"192.168.1.1", true},   {"192.169.1.1", false},
      {"169.254.169.254", false},   {"ghcr.io", false},      {"localhost.evil.com:5000", false},
      {"10.1.2.3.evil.com", false}, {"[::1]:5000", true},    {"", false},
  };
  for (const auto& row : rows) EXPECT_EQ(MaySpeakPlainHttp(row.registry), row.plain) << row.registry;
}

}  // namespace
}  // namespace ephor::registry
