#include "registry/docker_config.h"

#include "base/arena.h"
#include "base/encoding.h"
#include "json/parse.h"
#include "json/value.h"
#include "registry/credential_helper.h"

namespace ephor::registry {
namespace {

// Docker Hub's key in these files.
constexpr std::string_view kDockerHub = "index.docker.io";
constexpr std::string_view kDockerHubKey = "https://index.docker.io/v1/";

// "https://ghcr.io/v2/" is about "ghcr.io"; "ghcr.io/team" about that path.
std::string NormalKey(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  }
  while (key.ends_with('/')) key.remove_suffix(1);
  for (const std::string_view version : {"/v1", "/v2"}) {
    if (key.ends_with(version)) key.remove_suffix(version.size());
  }
  return key == "docker.io" || key == "registry-1.docker.io" ? std::string(kDockerHub) : std::string(key);
}

Result<Credentials> CredentialsOf(const json::Value& entry) {
  Credentials found{.username = std::string(entry.StringAt("username")),
                    .password = std::string(entry.StringAt("password")),
                    .identity_token = std::string(entry.StringAt("identitytoken")),
                    .registry_token = std::string(entry.StringAt("registrytoken"))};
  const std::string_view encoded = entry.StringAt("auth");
  if (encoded.empty()) return found;
  const auto decoded = Base64Decode(encoded);
  if (!decoded) return InvalidInput("auth: " + decoded.error().message());
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return InvalidInput("auth: expected user:password");
  found.username = decoded->substr(0, colon);
  found.password = decoded->substr(colon + 1);
  // Some tools pad the password.
  while (found.password.ends_with('\0')) found.password.pop_back();
  return found;
}

bool IsEmpty(const Credentials& found) {
  return found.username.empty() && found.password.empty() && found.identity_token.empty() &&
         found.registry_token.empty();
}

}  // namespace

Result<std::unique_ptr<DockerConfig>> DockerConfig::Parse(std::string_view text, Helpers use) {
  Arena arena;
  EPHOR_ASSIGN(const json::Value root, json::Parse(text, arena));
  if (!root.is_object()) return InvalidInput("expected an object");
  std::unique_ptr<DockerConfig> config(new DockerConfig());
  const bool runs = use == Helpers::kRun;
  if (runs) config->store_ = root.StringAt("credsStore");
  if (const json::Value* helpers = root.Find("credHelpers");
      runs && helpers != nullptr && helpers->is_object()) {
    for (const json::Member& member : helpers->members()) {
      config->helpers_.emplace(NormalKey(member.key()), member.value.string_or(""));
    }
  }
  if (const json::Value* auths = root.Find("auths"); auths != nullptr && auths->is_object()) {
    for (const json::Member& member : auths->members()) {
      auto found = CredentialsOf(member.value);
      if (!found) {
        return std::unexpected(std::move(found).error().Within("auths[" + std::string(member.key()) + "]"));
      }
      if (!IsEmpty(*found)) config->by_key_.emplace(NormalKey(member.key()), *std::move(found));
    }
  }
  return config;
}

Result<std::optional<Credentials>> DockerConfig::Find(std::string_view registry,
                                                      std::string_view repository) const {
  const std::string name(registry);
  const auto helper = helpers_.find(name);
  if (helper != helpers_.end()) return AskHelper(helper->second, name);
  // From the whole path up to the registry alone.
  std::string key = name + "/" + std::string(repository);
  while (true) {
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) return std::optional(found->second);
    const std::size_t slash = key.rfind('/');
    if (slash == std::string::npos) break;
    key.resize(slash);
  }
  if (store_.empty()) return std::optional<Credentials>();
  return AskHelper(store_, registry == kDockerHub ? std::string(kDockerHubKey) : name);
}

}  // namespace ephor::registry
