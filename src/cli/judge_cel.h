// The policies written in CEL on one resource.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "engine/response.h"
#include "json/value.h"

namespace ephor::cli {

struct Session;

// Adds the responses of ValidatingPolicies: those for Kubernetes, each followed by those made of it for pod
// controllers, then those in JSON mode, which see the resource as any JSON. A response without rules is only
// added where a policy's constraints are more than one plain rule: expectations of tests depend on it.
Result<void> JudgeValidatingPolicies(const Session& session, const json::Value& resource,
                                     std::string_view operation, Arena& arena,
                                     ArenaVector<engine::PolicyResponse>& responses);

// Adds the responses of ValidatingAdmissionPolicies, also those without rules. Fails for kinds that are not
// known.
Result<void> JudgeAdmissionPolicies(const Session& session, const json::Value& resource, Arena& arena,
                                    ArenaVector<engine::PolicyResponse>& responses);

}  // namespace ephor::cli
