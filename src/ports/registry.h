// Image registries as evaluation sees them.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::ports {

// How a policy wants a registry to be asked.
struct RegistryAccess {
  bool allow_insecure = false;  // plain HTTP
  std::span<const std::string_view> providers, secrets;
};

class Registry {
 public:
  virtual ~Registry() = default;
  // What is known of an image: an object with image, resolvedImage, registry, repository, tag, digest,
  // identifier, manifest, config, and imageIndex where the image is one of an index. In the arena. kNotFound
  // or kUnavailable. From any thread. May block.
  virtual Result<json::Value> ImageData(std::string_view image, Arena& arena) = 0;
  virtual Result<json::Value> ImageData(std::string_view image, const RegistryAccess& access, Arena& arena) {
    (void)access;
    return ImageData(image, arena);
  }
};

}  // namespace ephor::ports
