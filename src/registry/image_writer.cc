#include "registry/image_writer.h"

#include "base/arena.h"
#include "base/hash.h"
#include "json/parse.h"
#include "json/value.h"
#include "json/write.h"
#include "registry/media_types.h"

namespace ephor::registry {
namespace {

std::string DigestOf(std::string_view bytes) {
  return "sha256:" + Sha256Hex(bytes);
}

void AppendDescriptor(std::string_view media_type, std::string_view bytes, std::string& out) {
  out += "{\"mediaType\":";
  json::WriteString(media_type, out);
  out += ",\"size\":" + std::to_string(bytes.size()) + ",\"digest\":\"" + DigestOf(bytes) + "\"";
}

}  // namespace

Image MakeImage(std::string_view config_media_type, const std::vector<Layer>& layers) {
  Image image{.config_media_type = std::string(config_media_type)};
  std::string digests;
  for (const Layer& layer : layers) {
    if (!digests.empty()) digests += ',';
    digests += "\"" + DigestOf(layer.bytes) + "\"";
  }
  std::string history;
  for (std::size_t i = 0; i < layers.size(); ++i) history += i == 0 ? "{}" : ",{}";
  image.config = "{\"architecture\":\"\",\"created\":\"0001-01-01T00:00:00Z\",\"history\":[" + history +
                 "],\"os\":\"\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + digests +
                 "]},\"config\":{}}";
  std::string& out = image.manifest;
  out = "{\"schemaVersion\":2,\"mediaType\":\"" + std::string(kOciManifest) + "\",\"config\":";
  AppendDescriptor(config_media_type, image.config, out);
  out += "},\"layers\":[";
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (i > 0) out += ',';
    AppendDescriptor(layers[i].media_type, layers[i].bytes, out);
    out += ",\"annotations\":{";
    for (std::size_t n = 0; n < layers[i].annotations.size(); ++n) {
      if (n > 0) out += ',';
      json::WriteString(layers[i].annotations[n].first, out);
      out += ':';
      json::WriteString(layers[i].annotations[n].second, out);
    }
    out += "}}";
  }
  out += "]}";
  return image;
}

Result<void> PushImage(Client& client, const Repository& repository, std::string_view tag, const Image& image,
                       const std::vector<Layer>& layers) {
  for (const Layer& layer : layers) {
    EPHOR_TRY(client.PushBlob(repository, DigestOf(layer.bytes), layer.bytes));
  }
  EPHOR_TRY(client.PushBlob(repository, DigestOf(image.config), image.config));
  return client.PushManifest(repository, tag, kOciManifest, image.manifest);
}

Result<std::vector<std::string>> LayerDigests(std::string_view manifest, std::string_view media_type,
                                              std::size_t max_layers) {
  Arena arena;
  const auto document = json::Parse(manifest, arena);
  if (!document) return InvalidInput("the manifest is not JSON: " + document.error().message());
  const json::Value* const descriptors = document->Find("layers");
  std::vector<std::string> digests;
  if (descriptors == nullptr || !descriptors->is_array()) return digests;
  for (const json::Value& descriptor : descriptors->items()) {
    if (descriptor.StringAt("mediaType") != media_type) continue;
    if (digests.size() == max_layers) {
      return InvalidInput("the image has more than " + std::to_string(max_layers) + " layers");
    }
    digests.emplace_back(descriptor.StringAt("digest"));
  }
  return digests;
}

Result<std::vector<Layer>> PullLayers(Client& client, const Repository& repository,
                                      std::string_view identifier, std::string_view media_type,
                                      std::size_t max_layers, std::size_t max_bytes) {
  EPHOR_ASSIGN(const Manifest manifest, client.GetManifest(repository, identifier));
  EPHOR_ASSIGN(const auto digests, LayerDigests(manifest.bytes, media_type, max_layers));
  std::vector<Layer> layers;
  std::size_t left = max_bytes;
  for (const std::string& digest : digests) {
    // 0 would mean any size.
    if (left == 0) return InvalidInput("the image is larger than " + std::to_string(max_bytes) + " bytes");
    EPHOR_ASSIGN(std::string bytes, client.GetBlob(repository, digest, left));
    left -= bytes.size();
    layers.push_back({.media_type = std::string(media_type), .bytes = std::move(bytes)});
  }
  return layers;
}

}  // namespace ephor::registry
