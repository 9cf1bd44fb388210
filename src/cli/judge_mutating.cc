#include "cli/judge_mutating.h"

#include <algorithm>

#include "cli/cel_request.h"
#include "cli/judge_cel.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "engine/cel/mutating_policy.h"

namespace ephor::cli {
namespace {

using engine::CompiledMutatingPolicy;

// Calls `each` with every policy, followed by those made of it.
template <class Each>
void ForEachPolicy(const Session& session, Each&& each) {
  for (const auto& policy : session.cel.mutating) {
    each(*policy);
    for (const auto& variant : policy->variants()) each(*variant);
  }
}

bool IsSameObject(const json::Value& a, const json::Value& b) {
  return a.StringAt("metadata", "name") == b.StringAt("metadata", "name") &&
         a.StringAt("metadata", "namespace") == b.StringAt("metadata", "namespace");
}

// What the policies' expressions for targets have given for one trigger.
class FoundTargets {
 public:
  static Result<FoundTargets> Of(const Session& session, const engine::Request& trigger, Arena& arena) {
    FoundTargets found(arena);
    std::optional<Error> failure;
    ForEachPolicy(session, [&](const CompiledMutatingPolicy& policy) {
      if (failure || !policy.mutates_existing() || !policy.finds_targets()) return;
      const auto targets = engine::FindTargets(policy, trigger, session.cel_world, arena);
      if (targets) {
        found.policies_.push_back({&policy, *targets});
      } else {
        failure = Error(targets.error().code(),
                        "failed to discover CEL targets: failed to evaluate CEL expression for policy " +
                            std::string(policy.name()) + ": " + targets.error().message());
      }
    });
    if (failure) return std::unexpected(*std::move(failure));
    return found;
  }

  // By name and namespace alone, as the reference tells.
  bool Has(const CompiledMutatingPolicy& policy, const json::Value& target) const {
    for (const Entry& entry : policies_.span()) {
      if (entry.policy != &policy) continue;
      const json::Value* items = entry.targets.Find("items");
      if (items == nullptr || !items->is_array()) return IsSameObject(entry.targets, target);
      return std::any_of(items->items().begin(), items->items().end(),
                         [&](const json::Value& item) { return IsSameObject(item, target); });
    }
    return false;
  }

 private:
  struct Entry {
    const CompiledMutatingPolicy* policy;
    json::Value targets;
  };

  explicit FoundTargets(Arena& arena) : policies_(arena) {}

  ArenaVector<Entry> policies_;
};

void MutateNatively(const Session& session, engine::Request& request, Arena& arena,
                    ArenaVector<engine::PolicyResponse>& responses) {
  const CelPolicies& policies = session.cel;
  for (const auto& policy : policies.mutating_admission) {
    const engine::PolicyResponse response = Watch(session, *policy, [&] {
      return engine::Mutate(*policy, request, policies.parameters, session.cel_world, arena);
    });
    if (response.rules.empty()) continue;
    responses.push_back(response);
    request.object = engine::Resource(response.resource);
  }
}

void MutateInTurn(const Session& session, engine::Request& request, Arena& arena,
                  ArenaVector<engine::PolicyResponse>& responses) {
  ForEachPolicy(session, [&](const CompiledMutatingPolicy& policy) {
    const engine::PolicyResponse response =
        Watch(session, policy, [&] { return engine::Mutate(policy, request, session.cel_world, arena); });
    if (request.object.present()) request.object = engine::Resource(response.resource);
    if (response.rules.empty() && IsOnePlainRule(policy.source().match_constraints)) return;
    responses.push_back(response);
  });
}

}  // namespace

Result<void> JudgeMutatingAdmissionPolicies(const Session& session, json::Value& resource, Arena& arena,
                                            ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.mutating_admission.empty()) return {};
  EPHOR_ASSIGN(engine::Request request, NativeRequest(session, resource, arena));
  MutateNatively(session, request, arena, responses);
  resource = request.object.object;
  return {};
}

Result<void> JudgeMutatingPolicies(const Session& session, json::Value& resource, std::string_view operation,
                                   Arena& arena, ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.mutating_error) return std::unexpected(*session.cel.mutating_error);
  if (session.cel.mutating.empty()) return {};
  engine::Request request = CelRequest(session, resource, operation, arena);
  const std::size_t first = responses.size();
  MutateInTurn(session, request, arena, responses);
  if (request.object.present()) resource = request.object.object;
  for (engine::PolicyResponse& response : responses.span().subspan(first)) response.resource = resource;
  return {};
}

Result<void> MutateRequest(const Session& session, engine::Request& request, Arena& arena,
                           ArenaVector<engine::PolicyResponse>& responses) {
  if (session.cel.mutating_error) return std::unexpected(*session.cel.mutating_error);
  if (request.object.present()) MutateNatively(session, request, arena, responses);
  MutateInTurn(session, request, arena, responses);
  return {};
}

Result<void> JudgeTargets(const Session& session, const json::Value& resource, std::string_view operation,
                          Arena& arena, ArenaVector<engine::PolicyResponse>& responses) {
  if (session.targets.empty() || session.cel.mutating.empty()) return {};
  const engine::Request trigger = CelRequest(session, resource, operation, arena);
  EPHOR_ASSIGN(const FoundTargets found, FoundTargets::Of(session, trigger, arena));
  for (const json::Value& target : session.targets) {
    engine::Request request = CelRequest(session, target, "CREATE", arena);
    request.namespace_labels = json::Value();
    const std::size_t first = responses.size();
    json::Value current = target;
    ForEachPolicy(session, [&](const CompiledMutatingPolicy& policy) {
      if (!policy.mutates_existing()) return;
      WatchedPolicy watched(session, policy);
      engine::Watched watched_target(session.observer, {.kind = engine::StepKind::kTarget,
                                                        .name = target.StringAt("metadata", "name"),
                                                        .subject = &target});
      const auto is_target = policy.finds_targets() ? Result<bool>(found.Has(policy, target))
                                                    : engine::MatchesTarget(policy, request);
      if (!is_target || !*is_target) return watched_target.Conclude(engine::Verdict::kNone, "is no target");
      engine::PolicyResponse response =
          engine::MutateTarget(policy, trigger, current, session.cel_world, arena);
      watched_target.Conclude(engine::VerdictOf(response.rules[0].status), response.rules[0].message);
      watched.Decided(response.rules[0]);
      if (response.rules[0].patched_target.is_object()) current = response.rules[0].patched_target;
      responses.push_back(response);
    });
    // All that changed it show what it has become in the end.
    for (engine::PolicyResponse& response : responses.span().subspan(first)) {
      if (!response.rules[0].patched_target.is_object()) continue;
      auto* rule = arena.New<engine::RuleResponse>(response.rules[0]);
      rule->patched_target = current;
      response.rules = std::span(rule, 1);
    }
  }
  return {};
}

}  // namespace ephor::cli
