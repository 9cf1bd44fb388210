#include "source/policy_image.h"

#include "image/registry_reference.h"
#include "registry/image_writer.h"
#include "yaml/emit.h"

namespace ephor::source {
namespace {

constexpr std::string_view kConfigType = "application/vnd.cncf.kyverno.config.v1+json";
constexpr std::string_view kLayerType = "application/vnd.cncf.kyverno.policy.layer.v1+yaml";
constexpr std::size_t kMaxLayers = 10'000;
constexpr std::size_t kMaxBytes = 64 << 20;

}  // namespace

Result<ImageName> ImageName::Parse(std::string_view text) {
  Arena arena;
  EPHOR_ASSIGN(const image::RegistryReference reference, image::ParseRegistryReference(text, arena));
  return ImageName{{std::string(reference.registry), std::string(reference.repository)},
                   std::string(reference.identifier())};
}

std::string ImageName::ToString() const {
  const char separator = registry::IsDigest(identifier) ? '@' : ':';
  return repository.registry + "/" + repository.name + separator + identifier;
}

std::string PolicyYaml(const policy::Policy& policy) {
  std::string text;
  yaml::Emit(*policy.document, text);
  return text;
}

Result<void> PushPolicies(registry::Client& client, const ImageName& image,
                          std::span<const std::shared_ptr<const policy::Policy>> policies) {
  std::vector<registry::Layer> layers;
  for (const auto& policy : policies) {
    layers.push_back({.media_type = std::string(kLayerType),
                      .bytes = PolicyYaml(*policy),
                      .annotations = {{"io.kyverno.image.apiVersion", "kyverno.io/v1"},
                                      {"io.kyverno.image.kind", std::string(policy->kind)},
                                      {"io.kyverno.image.name", std::string(policy->metadata.name)}}});
  }
  return registry::PushImage(client, image.repository, image.identifier,
                             registry::MakeImage(kConfigType, layers), layers);
}

Result<std::vector<std::string>> PullPolicies(registry::Client& client, const ImageName& image) {
  EPHOR_ASSIGN(
      std::vector<registry::Layer> layers,
      registry::PullLayers(client, image.repository, image.identifier, kLayerType, kMaxLayers, kMaxBytes));
  std::vector<std::string> texts;
  for (registry::Layer& layer : layers) texts.push_back(std::move(layer.bytes));
  return texts;
}

}  // namespace ephor::source
