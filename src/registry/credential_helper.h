// Docker's credential helpers: programs that keep credentials.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "registry/credentials.h"

namespace ephor::registry {

// Asks `docker-credential-NAME get` for a registry. Nothing where it knows none; kNotFound where the
// program is not installed, kUnavailable where it fails or has not answered within ten seconds.
Result<std::optional<Credentials>> AskHelper(const std::string& name, const std::string& registry);

}  // namespace ephor::registry
