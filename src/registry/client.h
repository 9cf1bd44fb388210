// The OCI distribution protocol: manifests and blobs of a registry.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "net/egress_rules.h"
#include "registry/credentials.h"

namespace ephor::registry {

struct Repository {
  std::string registry;  // "index.docker.io", "localhost:5000"
  std::string name;      // "library/nginx"
  // Plain HTTP also to registries that are not on this machine or a private network.
  bool allow_insecure = false;
  Deadline deadline;  // of whoever asks; each request has its own timeout besides
};

struct Manifest {
  std::string media_type;
  std::string digest;  // "sha256:..." of the bytes
  std::string bytes;
};

struct ClientOptions {
  Keychain keychain;
  std::optional<net::EgressRules> rules;      // where requests may go; without, everywhere
  std::string ca_bundle;                      // PEM, instead of the system's authorities
  std::chrono::milliseconds timeout{30'000};  // for one request
  // Before another attempt, where the registry is busy or broken.
  std::vector<std::chrono::milliseconds> retry_after{std::chrono::seconds(1), std::chrono::seconds(3)};
};

// Speaks with registries: plain HTTP where it is allowed and TLS is not spoken, Basic and Bearer
// authentication with the keychain's credentials, or anonymously. Whatever is asked for by digest is checked
// against it. Any thread may call; tokens and what is known of a registry are shared. Methods wait for the
// network.
//
// Errors: kNotFound for what is not there, else kUnavailable, with the registry's own words; kInvalidInput
// for answers that are too large or not what was asked for.
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // By tag or digest. At most 8 MiB.
  Result<Manifest> GetManifest(const Repository& repository, std::string_view identifier);
  // The digest of a tag, without the manifest.
  Result<std::string> ResolveDigest(const Repository& repository, std::string_view tag);
  Result<std::string> GetBlob(const Repository& repository, std::string_view digest, std::size_t max_bytes);

  // Does nothing where the registry has the blob.
  Result<void> PushBlob(const Repository& repository, std::string_view digest, std::string_view bytes);
  Result<void> PushManifest(const Repository& repository, std::string_view identifier,
                            std::string_view media_type, std::string_view bytes);

 private:
  class Connection;
  struct State;
  std::unique_ptr<State> state_;
};

// "sha256:" and 64 hexadecimal digits of lower case: nothing else is put into a path.
bool IsDigest(std::string_view text);

}  // namespace ephor::registry
