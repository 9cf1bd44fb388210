#include "registry/policy_credentials.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "registry/credential_helper.h"
#include "registry/docker_config.h"

namespace ephor::registry {
namespace {

// A provider's registries are those whose names end in one of these.
struct Cloud {
  std::string_view provider;
  const char* helper;
  std::array<std::string_view, 4> registries;

  bool Serves(std::string_view registry) const {
    return std::any_of(registries.begin(), registries.end(), [&](std::string_view end) {
      return !end.empty() && (registry.ends_with(end) || registry == end.substr(1));
    });
  }
};

constexpr std::array<Cloud, 3> kClouds{{
    {"amazon", "ecr-login", {".amazonaws.com", ".amazonaws.com.cn", ".public.ecr.aws"}},
    {"azure", "acr-env", {".azurecr.io", ".azurecr.cn", ".azurecr.de", ".azurecr.us"}},
    {"google", "gcr", {".gcr.io", ".pkg.dev"}},
}};

const Cloud* FindCloud(std::string_view provider) {
  const auto found = std::find_if(kClouds.begin(), kClouds.end(),
                                  [&](const Cloud& cloud) { return cloud.provider == provider; });
  return found == kClouds.end() ? nullptr : &*found;
}

class CloudHelper final : public CredentialSource {
 public:
  explicit CloudHelper(const Cloud& cloud) : cloud_(cloud) {}

  Result<std::optional<Credentials>> Find(std::string_view registry, std::string_view) const override {
    if (!cloud_.Serves(registry)) return std::optional<Credentials>();
    auto found = AskHelper(cloud_.helper, std::string(registry));
    if (!found && found.error().code() == ErrorCode::kNotFound) return std::optional<Credentials>();
    return found;
  }

 private:
  const Cloud& cloud_;
};

}  // namespace

Result<std::unique_ptr<CredentialSource>> CredentialsOfSecret(const json::Value& secret) {
  const auto failed = [&](const std::string& reason) {
    return InvalidInput("secret " + std::string(secret.StringAt("metadata", "namespace")) + "/" +
                        std::string(secret.StringAt("metadata", "name")) + ": " + reason);
  };
  const struct {
    std::string_view key;
    bool is_old;  // the text is what `auths` is in the newer one
  } forms[] = {{".dockerconfigjson", false}, {".dockercfg", true}};
  for (const auto& [key, is_old] : forms) {
    // Manifests may have it in plain text.
    std::string text(secret.StringAt("stringData", json::Key(key)));
    if (const std::string_view encoded = secret.StringAt("data", json::Key(key));
        text.empty() && !encoded.empty()) {
      auto decoded = Base64Decode(encoded);
      if (!decoded) return failed(std::string(key) + ": " + decoded.error().message());
      text = *std::move(decoded);
    }
    if (text.empty()) continue;
    if (is_old) text = "{\"auths\":" + text + "}";
    auto config = DockerConfig::Parse(text, DockerConfig::Helpers::kIgnore);
    if (!config) return failed(std::string(key) + ": " + config.error().message());
    return *std::move(config);
  }
  return failed("has neither .dockerconfigjson nor .dockercfg");
}

Result<Keychain> KeychainOf(std::span<const json::Value> secrets,
                            std::span<const std::string_view> providers) {
  Keychain keychain;
  for (const json::Value& secret : secrets) {
    EPHOR_ASSIGN(auto source, CredentialsOfSecret(secret));
    keychain.push_back(std::move(source));
  }
  for (const std::string_view provider : providers) {
    if (provider == "default") {
      EPHOR_ASSIGN(auto source, CredentialsOfDocker());
      if (source != nullptr) keychain.push_back(std::move(source));
    } else if (provider == "github") {
      keychain.push_back(CredentialsOfGitHub());
    } else if (const Cloud* const cloud = FindCloud(provider); cloud != nullptr) {
      keychain.push_back(std::make_unique<CloudHelper>(*cloud));
    }
  }
  return keychain;
}

std::string MissingProgram(std::span<const std::string_view> providers, std::string_view registry) {
  for (const std::string_view provider : providers) {
    const Cloud* const cloud = FindCloud(provider);
    if (cloud == nullptr || !cloud->Serves(registry)) continue;
    const auto asked = AskHelper(cloud->helper, std::string(registry));
    if (asked || asked.error().code() != ErrorCode::kNotFound) continue;
    return " (the provider " + std::string(provider) + " needs the program docker-credential-" +
           cloud->helper + ")";
  }
  return {};
}

}  // namespace ephor::registry
