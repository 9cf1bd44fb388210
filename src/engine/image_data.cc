#include "engine/image_data.h"

#include <vector>

#include "ports/cluster.h"
#include "ports/registry.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kSecretsNamespace = "kyverno";

Result<std::vector<json::Value>> SecretsOf(std::span<const std::string_view> names, const ports::World& world,
                                           Arena& arena) {
  std::vector<json::Value> secrets;
  if (world.cluster == nullptr) return secrets;
  for (std::string_view name : names) {
    if (name.starts_with('/')) name.remove_prefix(1);
    const std::size_t slash = name.find('/');
    const bool is_qualified = slash != std::string_view::npos;
    const std::string_view in_namespace = is_qualified ? name.substr(0, slash) : kSecretsNamespace;
    if (is_qualified) name.remove_prefix(slash + 1);
    EPHOR_ASSIGN(const auto secret, world.cluster->Get("v1", "secrets", in_namespace, name, arena));
    if (secret) secrets.push_back(*secret);
  }
  return secrets;
}

}  // namespace

Result<json::Value> ImageDataOf(std::string_view image, const policy::ImageRegistryCredentials* credentials,
                                const ports::World& world, Arena& arena) {
  if (world.registry == nullptr) return Fail(ErrorCode::kUnavailable, "there is no registry to ask");
  ports::RegistryAccess access{.deadline = world.deadline};
  if (credentials == nullptr) return world.registry->ImageData(image, access, arena);
  EPHOR_ASSIGN(const std::vector<json::Value> secrets, SecretsOf(credentials->secrets, world, arena));
  access.allow_insecure = credentials->allow_insecure_registry;
  access.secrets = secrets;
  access.providers = credentials->providers;
  return world.registry->ImageData(image, access, arena);
}

}  // namespace ephor::engine
