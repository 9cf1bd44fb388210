#include "cli/judge_cel.h"

#include "cli/cel_request.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "engine/cel/admission_policy.h"
#include "engine/cel/validating_policy.h"

namespace ephor::cli {
namespace {

bool HasRequirements(const policy::LabelSelector* selector) {
  return selector != nullptr && (!selector->match_labels.empty() || !selector->match_expressions.empty());
}

void AddIfAny(const engine::PolicyResponse& response, ArenaVector<engine::PolicyResponse>& responses) {
  if (!response.rules.empty()) responses.push_back(response);
}

// ---- each kind on one request ----

void ValidateRequest(const Session& session, const engine::Request& request, Arena& arena,
                     ArenaVector<engine::PolicyResponse>& responses) {
  const auto judge = [&](const engine::CompiledValidatingPolicy& policy) {
    const engine::PolicyResponse response =
        Watch(session, policy, [&] { return engine::Validate(policy, request, session.cel_world, arena); });
    if (response.rules.empty() && IsOnePlainRule(policy.source().match_constraints)) return;
    responses.push_back(response);
  };
  for (const auto& policy : session.cel.validating) {
    if (policy->is_json()) continue;
    judge(*policy);
    for (const auto& variant : policy->variants()) judge(*variant);
  }
}

void GenerateOfRequest(const Session& session, const engine::Request& request, Arena& arena,
                       ArenaVector<engine::PolicyResponse>& responses) {
  for (const auto& policy : session.cel.generating) {
    AddIfAny(
        Watch(session, *policy, [&] { return engine::Generate(*policy, request, session.cel_world, arena); }),
        responses);
  }
}

void AdmitRequest(const Session& session, const engine::Request& request, Arena& arena,
                  ArenaVector<engine::PolicyResponse>& responses) {
  for (const auto& policy : session.cel.validating_admission) {
    responses.push_back(Watch(session, *policy, [&] {
      return engine::Validate(*policy, request, session.cel.parameters, session.cel_world, arena);
    }));
  }
}

void VerifyImagesOf(const Session& session, const engine::Request& request, Arena& arena,
                    ArenaVector<engine::PolicyResponse>& responses) {
  const auto judge = [&](const engine::CompiledImagePolicy& policy) {
    return Watch(session, policy, [&] { return Validate(policy, request, session.cel_world, arena); });
  };
  for (const auto& policy : session.cel.images) {
    if (!policy->is_json()) AddIfAny(policy->LastOfVariants(judge), responses);
  }
}

}  // namespace

bool IsOnePlainRule(const policy::MatchConstraints* constraints) {
  return constraints != nullptr && !HasRequirements(constraints->namespace_selector) &&
         !HasRequirements(constraints->object_selector) && constraints->exclude_resource_rules.empty() &&
         constraints->resource_rules.size() == 1 && constraints->resource_rules[0].resource_names.empty();
}

Result<void> JudgeValidatingPolicies(const Session& session, const json::Value& resource,
                                     std::string_view operation, Arena& arena,
                                     ArenaVector<engine::PolicyResponse>& responses) {
  const CelPolicies& policies = session.cel;
  if (policies.validating_error) return std::unexpected(*policies.validating_error);
  if (policies.validating.empty()) return {};
  ValidateRequest(session, CelRequest(session, resource, operation, arena), arena, responses);
  return JudgeJsonPolicies(session, resource, arena, responses);
}

Result<void> JudgeJsonPolicies(const Session& session, const json::Value& payload, Arena& arena,
                               ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.validating_error) return std::unexpected(*session.cel.validating_error);
  for (const auto& policy : session.cel.validating) {
    if (!policy->is_json()) continue;
    responses.push_back(Watch(session, *policy, [&] {
      return engine::ValidateJson(*policy, payload, session.cel_world, arena, session.observer);
    }));
  }
  return {};
}

Result<void> JudgeAdmissionPolicies(const Session& session, const json::Value& resource, Arena& arena,
                                    ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.validating_admission.empty()) return {};
  EPHOR_ASSIGN(const engine::Request request, NativeRequest(session, resource, arena));
  AdmitRequest(session, request, arena, responses);
  return {};
}

Result<void> JudgeGeneratingPolicies(const Session& session, const json::Value& resource,
                                     std::string_view operation, Arena& arena,
                                     ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.generating_error) return std::unexpected(*session.cel.generating_error);
  if (session.cel.generating.empty()) return {};
  GenerateOfRequest(session, CelRequest(session, resource, operation, arena), arena, responses);
  return {};
}

namespace {

// Adds what `judge` says of an object by a DeletingPolicy that is about it: matched is a pass, kept a
// failure.
template <class Judge>
void AddDeletion(const Session& session, const engine::CompiledDeletingPolicy& policy,
                 const json::Value& object, Arena& arena, ArenaVector<engine::PolicyResponse>& responses,
                 Judge judge) {
  WatchedPolicy watched(session, policy);
  const Result<engine::Deletion> deletion = judge();
  if (deletion && *deletion == engine::Deletion::kNotSelected) return;
  auto* rule = arena.New<engine::RuleResponse>(engine::RuleResponse{.name = policy.name()});
  if (!deletion) {
    rule->status = engine::RuleStatus::kError;
    rule->message = arena.Copy(deletion.error().message());
  } else if (*deletion == engine::Deletion::kDelete) {
    rule->message = "resource matched";
  } else {
    rule->status = engine::RuleStatus::kFail;
    rule->message = "resource did not match";
  }
  watched.Decided(*rule);
  responses.push_back({.policy = &policy, .rules = std::span(rule, 1), .resource = object});
}

}  // namespace

Result<void> JudgeDeletingPolicies(const Session& session, const json::Value& resource, Arena& arena,
                                   ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.deleting_error) return std::unexpected(*session.cel.deleting_error);
  if (session.cel.deleting.empty()) return {};
  const engine::Request request = CelRequest(session, resource, "CREATE", arena);
  for (const auto& policy : session.cel.deleting) {
    AddDeletion(session, *policy, resource, arena, responses,
                [&] { return policy->Judge(request, session.cel_world, arena); });
  }
  return {};
}

Result<void> JudgeDeletionOfPayload(const Session& session, const json::Value& payload, Arena& arena,
                                    ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.deleting_error) return std::unexpected(*session.cel.deleting_error);
  for (const auto& policy : session.cel.deleting) {
    AddDeletion(session, *policy, payload, arena, responses,
                [&] { return policy->JudgeJson(payload, session.cel_world, arena, session.observer); });
  }
  return {};
}

void JudgeImagePolicies(const Session& session, const json::Value& resource, std::string_view operation,
                        Arena& arena, ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.images.empty()) return;
  VerifyImagesOf(session, CelRequest(session, resource, operation, arena), arena, responses);
}

void JudgeImagesOfPayload(const Session& session, const json::Value& payload, Arena& arena,
                          ArenaVector<engine::PolicyResponse>& responses) {
  for (const auto& policy : session.cel.images) {
    if (!policy->is_json()) continue;
    AddIfAny(Watch(session, *policy,
                   [&] { return policy->ValidateJson(payload, session.cel_world, arena, session.observer); }),
             responses);
  }
}

Result<void> JudgeRequest(const Session& session, const engine::Request& request, Arena& arena,
                          ArenaVector<engine::PolicyResponse>& responses) {
  const CelPolicies& policies = session.cel;
  if (policies.validating_error) return std::unexpected(*policies.validating_error);
  if (policies.generating_error) return std::unexpected(*policies.generating_error);
  ValidateRequest(session, request, arena, responses);
  GenerateOfRequest(session, request, arena, responses);
  AdmitRequest(session, request, arena, responses);
  VerifyImagesOf(session, request, arena, responses);
  return {};
}

}  // namespace ephor::cli
