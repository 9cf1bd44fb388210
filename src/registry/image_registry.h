// What registries know of images, for policies.
#pragma once

#include <functional>
#include <memory>

#include "ports/registry.h"
#include "registry/client.h"

namespace ephor::registry {

struct ImageRegistryOptions {
  ClientOptions client;
  // Whether a tag that has been resolved stays so: for a command, which ends soon. What is known by digest is
  // kept in any case, up to 64 MiB.
  bool keeps_tags = false;
};

// Asks registries, and remembers. Of an index the image for linux/amd64 counts, as in the reference. Any
// thread may ask. Reads nothing and asks nobody before the first question; `options` is called then, and
// again while it fails.
std::unique_ptr<ports::Registry> MakeImageRegistry(std::function<Result<ImageRegistryOptions>()> options);

}  // namespace ephor::registry
