// Policies written in CEL that change resources, on one resource.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "engine/request.h"
#include "engine/response.h"
#include "json/value.h"

namespace ephor::cli {

struct Session;

// Adds the responses of MutatingAdmissionPolicies that have something to say. Each sees the resource as the
// one before has left it; `resource` becomes what the last has. Fails for kinds that are not known.
Result<void> JudgeMutatingAdmissionPolicies(const Session& session, json::Value& resource, Arena& arena,
                                            ArenaVector<engine::PolicyResponse>& responses);

// Adds the responses of MutatingPolicies, each followed by those made of it for pod controllers. Each sees
// the resource as the one before has left it; all responses, and then `resource`, have what comes of it in
// the end. A response without rules is only added where a policy's constraints are more than one plain rule.
Result<void> JudgeMutatingPolicies(const Session& session, json::Value& resource, std::string_view operation,
                                   Arena& arena, ArenaVector<engine::PolicyResponse>& responses);

// The same two on a request of the API server, whose object becomes what the last has left.
Result<void> MutateRequest(const Session& session, engine::Request& request, Arena& arena,
                           ArenaVector<engine::PolicyResponse>& responses);

// Adds what policies that mutate existing objects make of the session's targets, with the resource as the
// trigger. Whether the trigger matches is not asked, as in the reference.
Result<void> JudgeTargets(const Session& session, const json::Value& resource, std::string_view operation,
                          Arena& arena, ArenaVector<engine::PolicyResponse>& responses);

}  // namespace ephor::cli
