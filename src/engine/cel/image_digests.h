// What ImageValidatingPolicies change: images that are named by a tag get the digest it stands for.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "engine/cel/image_policy.h"
#include "engine/configuration.h"
#include "engine/request.h"
#include "json/patch.h"
#include "ports/world.h"

namespace ephor::engine {

struct PinnedImages {
  std::span<const json::Operation> patch;  // one `replace` an image
  std::string_view error;                  // of the images that could not be pinned; "" for none
};

// The images of the object's containers that have no digest and that the policy, which must apply, is about.
// Each is replaced by its normal form and its digest; what one image fails by does not keep the others from
// theirs. In the arena. Asks the registry; may block.
PinnedImages PinImages(const CompiledImagePolicy& policy, const Request& request,
                       const Configuration& configuration, const ports::World& world, Arena& arena);

}  // namespace ephor::engine
