// Images made of files.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "registry/client.h"

namespace ephor::registry {

struct Layer {
  std::string media_type;
  std::string bytes;
  std::vector<std::pair<std::string, std::string>> annotations;
};

// An OCI manifest over layers, with a configuration that says no more than their digests.
struct Image {
  std::string config_media_type;
  std::string config;
  std::string manifest;
};
Image MakeImage(std::string_view config_media_type, const std::vector<Layer>& layers);

// Pushes the layers, the configuration, and then the manifest under the identifier, a tag.
Result<void> PushImage(Client& client, const Repository& repository, std::string_view tag, const Image& image,
                       const std::vector<Layer>& layers);

// The digests of a manifest's layers of a media type, in order: whatever stands there. kInvalidInput where
// they are more than `max_layers`, or the manifest is none.
Result<std::vector<std::string>> LayerDigests(std::string_view manifest, std::string_view media_type,
                                              std::size_t max_layers);

// The layers of a media type that an image has, in order. kInvalidInput where they are more than `max_layers`
// or together larger than `max_bytes`; sizes are those received.
Result<std::vector<Layer>> PullLayers(Client& client, const Repository& repository,
                                      std::string_view identifier, std::string_view media_type,
                                      std::size_t max_layers, std::size_t max_bytes);

}  // namespace ephor::registry
