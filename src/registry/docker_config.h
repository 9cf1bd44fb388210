// Docker's config.json, which podman's auth.json is a part of.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "registry/credentials.h"

namespace ephor::registry {

// Its `auths`, `credHelpers` and `credsStore`. Immutable.
class DockerConfig final : public CredentialSource {
 public:
  // Whether the programs are run that it names.
  enum class Helpers { kIgnore, kRun };

  // Fails where the text is no JSON object, or an `auth` in it no base64 of "user:password".
  static Result<std::unique_ptr<DockerConfig>> Parse(std::string_view text, Helpers helpers);

  // By "registry/repository", then by the registry; the keys of a file may also be URLs. A helper is asked
  // for registries that have one.
  Result<std::optional<Credentials>> Find(std::string_view registry,
                                          std::string_view repository) const override;

 private:
  DockerConfig() = default;

  std::map<std::string, Credentials, std::less<>> by_key_;
  std::map<std::string, std::string, std::less<>> helpers_;  // names, by registry
  std::string store_;                                        // the helper for all others
};

}  // namespace ephor::registry
