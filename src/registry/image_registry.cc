#include "registry/image_registry.h"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "base/hash.h"
#include "base/quote.h"
#include "image/registry_reference.h"
#include "json/builder.h"
#include "json/parse.h"
#include "json/write.h"
#include "registry/media_types.h"
#include "registry/policy_credentials.h"

namespace ephor::registry {
namespace {

constexpr std::size_t kMaxConfigBytes = 16 << 20;
constexpr std::size_t kMaxRememberedBytes = 64 << 20;
constexpr int kMaxNestedIndexes = 4;
constexpr std::size_t kMaxClients = 64;

// Documents by a key that says all about them. When it is full it starts anew: registries answer quickly
// enough for what is then asked again.
class Memory {
 public:
  std::optional<Manifest> Find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find(key);
    return found == documents_.end() ? std::nullopt : std::optional(found->second);
  }
  void Keep(const std::string& key, const Manifest& document) {
    const std::lock_guard lock(mutex_);
    if (size_ + document.bytes.size() > kMaxRememberedBytes) {
      documents_.clear();
      size_ = 0;
    }
    if (documents_.insert_or_assign(key, document).second) size_ += document.bytes.size();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Manifest> documents_;
  std::size_t size_ = 0;
};

bool IsForLinuxAmd64(const json::Value& descriptor) {
  const json::Value* const platform = descriptor.Find("platform");
  if (platform == nullptr || !platform->is_object()) return true;
  return platform->StringAt("os") == "linux" && platform->StringAt("architecture") == "amd64";
}

class ImageRegistry final : public ports::Registry {
 public:
  explicit ImageRegistry(std::function<Result<ImageRegistryOptions>()> options)
      : options_(std::move(options)) {}

  Result<json::Value> ImageData(std::string_view image, const ports::RegistryAccess& access,
                                Arena& arena) override {
    EPHOR_ASSIGN(const image::RegistryReference reference, image::ParseRegistryReference(image, arena));
    EPHOR_ASSIGN(const std::shared_ptr<Asker> asker, FindAsker(access));
    const Repository repository{.registry = std::string(reference.registry),
                                .name = std::string(reference.repository),
                                .allow_insecure = access.allow_insecure,
                                .deadline = access.deadline};
    auto found = ManifestOf(*asker, repository, reference.identifier());
    if (!found) {
      return Fail(found.error().code(),
                  found.error().message() + MissingProgram(access.providers, repository.registry));
    }
    const Manifest top = *std::move(found);
    json::ObjectBuilder data(arena, 10);
    Manifest manifest = top;
    EPHOR_ASSIGN(json::Value document, json::Parse(manifest.bytes, arena));
    for (int depth = 0; IsIndex(TypeOf(manifest, document)); ++depth) {
      if (depth == kMaxNestedIndexes) return InvalidInput("indexes are nested too deeply");
      if (depth == 0) data.Set("imageIndex", document);
      EPHOR_ASSIGN(const std::string child, ChildOf(document, image));
      EPHOR_ASSIGN(manifest, ManifestOf(*asker, repository, child));
      EPHOR_ASSIGN(document, json::Parse(manifest.bytes, arena));
    }
    if (!IsImage(TypeOf(manifest, document))) {
      return InvalidInput("unsupported MediaType: " + GoQuote(TypeOf(manifest, document)));
    }
    EPHOR_ASSIGN(const json::Value config, ConfigOf(*asker, repository, document, arena));

    std::string name = repository.registry + "/" + repository.name;
    const std::string tag = reference.digest.empty() ? std::string(reference.tag) : std::string();
    const auto text = [&](std::string_view value) { return json::Value::String(arena.Copy(value)); };
    data.Set("image", text(image));
    data.Set("registry", text(repository.registry));
    data.Set("repository", text(repository.name));
    data.Set("identifier", text(reference.identifier()));
    if (!tag.empty()) {
      data.Set("tag", text(tag));
      name += ":" + tag;
    }
    data.Set("digest", text(top.digest));
    data.Set("resolvedImage", text(name + "@" + top.digest));
    data.Set("manifest", document);
    data.Set("config", config);
    return data.Build();
  }

 private:
  static std::string TypeOf(const Manifest& manifest, const json::Value& document) {
    if (IsImage(manifest.media_type) || IsIndex(manifest.media_type)) return manifest.media_type;
    const std::string_view own = document.StringAt("mediaType");
    return own.empty() ? manifest.media_type : std::string(own);
  }

  // What asks with one set of credentials.
  struct Asker {
    Asker(std::string set, ClientOptions options) : credentials(std::move(set)), client(std::move(options)) {}

    // Names the set. What one has been told is not for the others.
    std::string KeyOf(const Repository& repository, std::string_view identifier) const {
      return credentials + " " + repository.registry + "/" + repository.name + "@" + std::string(identifier);
    }

    const std::string credentials;
    Client client;
  };

  // A digest of the credentials that a policy names, "" for none.
  static std::string CredentialsOf(const ports::RegistryAccess& access) {
    if (access.secrets.empty() && access.providers.empty()) return {};
    std::string text;
    for (const json::Value& secret : access.secrets) text += json::ToString(secret) + "\n";
    for (const std::string_view provider : access.providers) text.append(provider).append("\n");
    return Sha256Hex(text);
  }

  Result<std::shared_ptr<Asker>> FindAsker(const ports::RegistryAccess& access) {
    const std::string credentials = CredentialsOf(access);
    const std::lock_guard lock(mutex_);
    if (const auto known = askers_.find(credentials); known != askers_.end()) return known->second;
    EPHOR_ASSIGN(ImageRegistryOptions options, options_());
    if (!credentials.empty()) {
      EPHOR_ASSIGN(options.client.keychain, KeychainOf(access.secrets, access.providers));
    }
    keeps_tags_ = options.keeps_tags;
    if (askers_.size() >= kMaxClients) askers_.clear();
    auto made = std::make_shared<Asker>(credentials, std::move(options.client));
    askers_.emplace(credentials, made);
    return made;
  }

  Result<Manifest> ManifestOf(Asker& asker, const Repository& repository, std::string_view identifier) {
    const std::string key = asker.KeyOf(repository, identifier);
    const bool remembers = IsDigest(identifier) || keeps_tags_;
    if (remembers) {
      if (auto known = memory_.Find(key)) return *std::move(known);
    }
    auto manifest = asker.client.GetManifest(repository, identifier);
    if (manifest && remembers) memory_.Keep(key, *manifest);
    return manifest;
  }

  static Result<std::string> ChildOf(const json::Value& index, std::string_view image) {
    const json::Value* const children = index.Find("manifests");
    if (children != nullptr && children->is_array()) {
      for (const json::Value& child : children->items()) {
        const std::string_view digest = child.StringAt("digest");
        if (IsForLinuxAmd64(child) && IsDigest(digest)) return std::string(digest);
      }
    }
    return Fail(ErrorCode::kNotFound, "no child with platform linux/amd64 in index " + std::string(image));
  }

  Result<json::Value> ConfigOf(Asker& asker, const Repository& repository, const json::Value& manifest,
                               Arena& arena) {
    const json::Value* const descriptor = manifest.Find("config");
    const std::string digest(descriptor == nullptr ? "" : descriptor->StringAt("digest"));
    if (!IsDigest(digest)) return InvalidInput("the manifest names no configuration");
    const std::string key = asker.KeyOf(repository, digest);
    if (const auto known = memory_.Find(key)) return json::Parse(known->bytes, arena);
    Manifest blob{.digest = digest};
    // A registry may put small blobs into the descriptor.
    const auto embedded = Base64Decode(descriptor->StringAt("data"));
    if (embedded && !embedded->empty() && "sha256:" + Sha256Hex(*embedded) == digest) {
      blob.bytes = *embedded;
    } else {
      EPHOR_ASSIGN(blob.bytes, asker.client.GetBlob(repository, digest, kMaxConfigBytes));
    }
    EPHOR_ASSIGN(const json::Value config, json::Parse(blob.bytes, arena));
    memory_.Keep(key, blob);
    return config;
  }

  const std::function<Result<ImageRegistryOptions>()> options_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Asker>> askers_;  // by their credentials
  std::atomic<bool> keeps_tags_ = false;
  Memory memory_;
};

}  // namespace

std::unique_ptr<ports::Registry> MakeImageRegistry(std::function<Result<ImageRegistryOptions>()> options) {
  return std::make_unique<ImageRegistry>(std::move(options));
}

}  // namespace ephor::registry
