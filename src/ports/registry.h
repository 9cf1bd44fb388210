// Image registries as evaluation sees them.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/deadline.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::ports {

// How a policy wants a registry to be asked, and until when.
struct RegistryAccess {
  bool allow_insecure = false;  // plain HTTP
  // Where credentials come from, in this order: Secrets of the types kubernetes.io/dockerconfigjson and
  // dockercfg, then "default", "github", "amazon", "azure", "google". Neither: whatever the process has.
  std::span<const json::Value> secrets;
  std::span<const std::string_view> providers;
  Deadline deadline;
};

class Registry {
 public:
  virtual ~Registry() = default;
  // What is known of an image: an object with image, resolvedImage, registry, repository, tag, digest,
  // identifier, manifest, config, and imageIndex where the image is one of an index. In the arena. kNotFound
  // or kUnavailable. From any thread. May block until the deadline.
  virtual Result<json::Value> ImageData(std::string_view image, const RegistryAccess& access,
                                        Arena& arena) = 0;
};

}  // namespace ephor::ports
