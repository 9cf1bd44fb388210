// The request that policies written in CEL see of a resource.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "engine/request.h"
#include "json/value.h"

namespace ephor::cli {

struct Session;

// What the API server would send if the resource were created, or changed from itself, or deleted: as the
// values' global request.operation says, or `operation` where it is not empty. The namespace is the one that
// the values file describes. In the arena.
engine::Request CelRequest(const Session& session, const json::Value& resource, std::string_view operation,
                           Arena& arena);

// The same for Kubernetes' own policies: always a CREATE, by a user without name where none is given. Fails
// for kinds that neither Kubernetes has nor a definition of the session's.
Result<engine::Request> NativeRequest(const Session& session, const json::Value& resource, Arena& arena);

}  // namespace ephor::cli
