// Who to log in to a registry as.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ephor::registry {

struct Credentials {
  std::string username, password;
  std::string identity_token;  // instead of these: to be exchanged for an access token
  std::string registry_token;  // an access token as it is
};

// A place where credentials may be found. Const methods are safe from any thread; they may block.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Nothing where it knows of none for the registry ("ghcr.io", "index.docker.io") and repository.
  virtual Result<std::optional<Credentials>> Find(std::string_view registry,
                                                  std::string_view repository) const = 0;
};

// The first source that knows some. Empty: every registry is asked anonymously.
using Keychain = std::vector<std::unique_ptr<CredentialSource>>;

// What `docker login` and podman leave on a machine (docker_config.h), and the token of a GitHub workflow for
// ghcr.io (GITHUB_ACTOR, GITHUB_TOKEN). Fails where a configuration cannot be read. Reads files at once.
Result<Keychain> KeychainOfEnvironment();
// The first of them alone, null where there is no such file; and the second.
Result<std::unique_ptr<CredentialSource>> CredentialsOfDocker();
std::unique_ptr<CredentialSource> CredentialsOfGitHub();

}  // namespace ephor::registry
