// Image registries as evaluation sees them.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::ports {

class Registry {
 public:
  virtual ~Registry() = default;
  // What is known of an image: an object with image, resolvedImage, registry, repository, tag, digest,
  // identifier, manifest, config. In the arena. kNotFound or kUnavailable. From any thread. May block.
  virtual Result<json::Value> ImageData(std::string_view image, Arena& arena) = 0;
};

}  // namespace ephor::ports
