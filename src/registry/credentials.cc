#include "registry/credentials.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "registry/docker_config.h"

namespace ephor::registry {
namespace {

class GitHubToken final : public CredentialSource {
 public:
  Result<std::optional<Credentials>> Find(std::string_view registry, std::string_view) const override {
    const char* const token = std::getenv("GITHUB_TOKEN");
    if (registry != "ghcr.io" || token == nullptr || *token == '\0') return std::optional<Credentials>();
    const char* const actor = std::getenv("GITHUB_ACTOR");
    return std::optional(
        Credentials{.username = actor == nullptr || *actor == '\0' ? "unset" : actor, .password = token});
  }
};

std::string PathOf(const char* variable, const char* file) {
  const char* const folder = std::getenv(variable);
  return folder == nullptr || *folder == '\0' ? std::string() : std::string(folder) + file;
}

// The first file that is there, or "".
std::string ConfigurationFile() {
  std::string docker = PathOf("DOCKER_CONFIG", "/config.json");
  if (docker.empty()) docker = PathOf("HOME", "/.docker/config.json");
  for (const std::string& path :
       {docker, PathOf("REGISTRY_AUTH_FILE", ""), PathOf("XDG_RUNTIME_DIR", "/containers/auth.json"),
        PathOf("XDG_CONFIG_HOME", "/containers/auth.json"),
        PathOf("HOME", "/.config/containers/auth.json")}) {
    if (!path.empty() && std::ifstream(path)) return path;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<CredentialSource>> CredentialsOfDocker() {
  const std::string path = ConfigurationFile();
  if (path.empty()) return nullptr;
  std::ifstream stream(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  auto config = DockerConfig::Parse(text, DockerConfig::Helpers::kRun);
  if (!config) return std::unexpected(std::move(config).error().Within(path));
  return *std::move(config);
}

std::unique_ptr<CredentialSource> CredentialsOfGitHub() {
  return std::make_unique<GitHubToken>();
}

Result<Keychain> KeychainOfEnvironment() {
  Keychain keychain;
  EPHOR_ASSIGN(auto docker, CredentialsOfDocker());
  if (docker != nullptr) keychain.push_back(std::move(docker));
  keychain.push_back(CredentialsOfGitHub());
  return keychain;
}

}  // namespace ephor::registry
