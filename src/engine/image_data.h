// What registries know of an image, asked as a policy says.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "policy/context_types.h"
#include "ports/world.h"

namespace ephor::engine {

// Asks the world's registry until the world's deadline, by the policy's credentials or, where they are null,
// by those of the process. Secrets are those of the world's cluster, in namespace `kyverno` where a name says
// no other; those that are not there are left out. kUnavailable where there is no registry to ask.
Result<json::Value> ImageDataOf(std::string_view image, const policy::ImageRegistryCredentials* credentials,
                                const ports::World& world, Arena& arena);

}  // namespace ephor::engine
