// The request that policies written in CEL see of a resource.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "engine/request.h"
#include "json/value.h"

namespace ephor::cli {

struct Session;

// What the API server would send if the resource were created, or changed from itself, or deleted: as the
// values' global request.operation says, or `operation` where it is not empty. The namespace is the one that
// the values file describes. In the arena.
engine::Request CelRequest(const Session& session, const json::Value& resource, std::string_view operation,
                           Arena& arena);

}  // namespace ephor::cli
