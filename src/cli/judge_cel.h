// The policies written in CEL on one resource.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "engine/request.h"
#include "engine/response.h"
#include "json/value.h"
#include "policy/cel_policy_types.h"

namespace ephor::cli {

struct Session;

// One rule and nothing else. The reference does not tell of policies that do not match where this is all.
bool IsOnePlainRule(const policy::MatchConstraints* constraints);

// Adds the responses of ValidatingPolicies: those for Kubernetes, each followed by those made of it for pod
// controllers, then those in JSON mode, which see the resource as any JSON. A response without rules is only
// added where a policy's constraints are more than one plain rule: expectations of tests depend on it.
Result<void> JudgeValidatingPolicies(const Session& session, const json::Value& resource,
                                     std::string_view operation, Arena& arena,
                                     ArenaVector<engine::PolicyResponse>& responses);

// Adds the responses of the policies of all kinds that judge or generate and change nothing, on a request of
// the API server, with which policies in JSON mode and DeletingPolicies have nothing to do: those of
// ValidatingPolicies, GeneratingPolicies, ValidatingAdmissionPolicies and ImageValidatingPolicies.
Result<void> JudgeRequest(const Session& session, const engine::Request& request, Arena& arena,
                          ArenaVector<engine::PolicyResponse>& responses);

// Those in JSON mode alone.
Result<void> JudgeJsonPolicies(const Session& session, const json::Value& payload, Arena& arena,
                               ArenaVector<engine::PolicyResponse>& responses);

// Adds the responses of ValidatingAdmissionPolicies, also those without rules. Fails for kinds that are not
// known.
Result<void> JudgeAdmissionPolicies(const Session& session, const json::Value& resource, Arena& arena,
                                    ArenaVector<engine::PolicyResponse>& responses);

// Adds the responses of GeneratingPolicies that have something to say.
Result<void> JudgeGeneratingPolicies(const Session& session, const json::Value& resource,
                                     std::string_view operation, Arena& arena,
                                     ArenaVector<engine::PolicyResponse>& responses);

// Adds the responses of DeletingPolicies that are about the resource: a pass where they would delete it, a
// fail where they would not.
Result<void> JudgeDeletingPolicies(const Session& session, const json::Value& resource, Arena& arena,
                                   ArenaVector<engine::PolicyResponse>& responses);

// The same for a payload that is no resource, with which all of them are concerned.
Result<void> JudgeDeletionOfPayload(const Session& session, const json::Value& payload, Arena& arena,
                                    ArenaVector<engine::PolicyResponse>& responses);

// Adds the responses of ImageValidatingPolicies that have something to say.
void JudgeImagePolicies(const Session& session, const json::Value& resource, std::string_view operation,
                        Arena& arena, ArenaVector<engine::PolicyResponse>& responses);
// The same of those in JSON mode for a payload that is no resource.
void JudgeImagesOfPayload(const Session& session, const json::Value& payload, Arena& arena,
                          ArenaVector<engine::PolicyResponse>& responses);

}  // namespace ephor::cli
