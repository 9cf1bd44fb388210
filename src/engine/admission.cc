#include "engine/admission.h"

#include "engine/admission_review.h"
#include "engine/blocked_message.h"
#include "engine/images.h"
#include "json/patch.h"

namespace ephor::engine {
namespace {

bool Selects(const AdmissionTarget& target, const CompiledPolicy& policy) {
  switch (target.failure_policy) {
    case AdmissionTarget::FailurePolicy::kAny:
      return true;
    case AdmissionTarget::FailurePolicy::kFail:
      return policy.fails_closed();
    case AdmissionTarget::FailurePolicy::kIgnore:
      return !policy.fails_closed();
  }
  return false;
}

// Whether a failed rule of the response is enforced.
bool HasEnforcedFailure(const PolicyResponse& response, const Request& request) {
  for (const RuleResponse& rule : response.rules) {
    if (rule.status == RuleStatus::kFail && rule.rule->validate->failure_action().Blocks(
                                                request.subject().namespace_, request.namespace_labels)) {
      return true;
    }
  }
  return false;
}

void AddWarnings(const PolicyResponse& response, Arena& arena, ArenaVector<std::string_view>& warnings) {
  for (const RuleResponse& rule : response.rules) {
    const bool warns = rule.status == RuleStatus::kFail || rule.status == RuleStatus::kError ||
                       rule.status == RuleStatus::kWarning;
    if (!warns) continue;
    warnings.push_back(
        Concat(arena, {"policy ", response.policy->name(), ".", rule.name, ": ", rule.message}));
  }
}

// Of a policy that wants warnings: for mutations every rule that did something or failed to.
void AddMutationWarnings(const PolicyResponse& response, Arena& arena,
                         ArenaVector<std::string_view>& warnings) {
  for (const RuleResponse& rule : response.rules) {
    if (rule.status == RuleStatus::kSkip) continue;
    warnings.push_back(
        Concat(arena, {"policy ", response.policy->name(), ".", rule.name, ": ", rule.message}));
  }
}

// "mutation policy NAME error: failed to apply policy NAME rules [RULE: MESSAGE RULE: MESSAGE]".
std::string_view MutationError(const PolicyResponse& response, Arena& arena) {
  ArenaVector<std::string_view> errors(arena);
  for (const RuleResponse& rule : response.rules) {
    if (rule.status == RuleStatus::kError) errors.push_back(Concat(arena, {rule.name, ": ", rule.message}));
  }
  const std::string_view name = response.policy->name();
  return Concat(arena, {"mutation policy ", name, " error: failed to apply policy ", name, " rules [",
                        JoinNonEmpty(errors.span(), " ", arena), "]"});
}

}  // namespace

// The responses of a review so far.
struct Admission::Decision {
  explicit Decision(Arena& arena) : enforced(arena), audited(arena) {}

  ArenaVector<PolicyResponse> enforced;  // of rules that may block
  ArenaVector<PolicyResponse> audited;   // of rules that only warn
  bool fails_closed = false;             // some evaluated policy's failurePolicy is Fail
};

void Admission::JudgePolicy(const CompiledPolicy& policy, std::span<const std::uint32_t> rules, bool alone,
                            const Request& request, Context& context, Decision& decision) const {
  // A policy with a path of its own is not split: all its rules run here, and again where it warns.
  const PolicyResponse enforced =
      engine::Validate(policy, rules, request, context, policies_, alone ? Pass::kAll : Pass::kBeforeAnswer);
  if (alone || policy.HasRuleBeforeAnswer(request)) {
    decision.fails_closed |= policy.fails_closed();
    decision.enforced.push_back(enforced);
    if (observer_ != nullptr) observer_->OnResponse(request, enforced);
  }
  if (!policy.emits_warnings()) return;
  const PolicyResponse audited =
      engine::Validate(policy, rules, request, context, policies_, alone ? Pass::kAll : Pass::kAfterAnswer);
  decision.audited.push_back(audited);
}

void Admission::Judge(const Request& request, const AdmissionTarget& target, Context& context,
                      Decision& decision) const {
  if (!target.policy_key.empty()) {
    const CompiledPolicy* policy = policies_.Find(target.policy_key);
    if (policy == nullptr) {
      if (observer_ != nullptr) observer_->OnUnknownPolicy(target.policy_key);
    } else if (policy->has_validate() && Selects(target, *policy)) {
      JudgePolicy(*policy, policy->all_rules(), true, request, context, decision);
    }
    return;
  }
  policies_.ForEachValidating(request.kind.kind,
                              [&](const CompiledPolicy& policy, std::span<const std::uint32_t> rules) {
                                if (Selects(target, policy))
                                  JudgePolicy(policy, rules, false, request, context, decision);
                              });
}

template <class Decide>
AdmissionOutcome Admission::Review(std::string_view body, AdmissionWorkspace& workspace, std::string& answer,
                                   Decide decide) const {
  const auto in_context = [&](const Request& request, const kube::AdmissionRequest&,
                              kube::AdmissionResponse& response) {
    Context context(workspace.arena, world_);
    context.set_max_entry_bytes(static_cast<std::size_t>(configuration_.max_context_bytes()));
    const image::RegistryDefaults registry = configuration_.registry_defaults();
    context.env().default_registry = registry.registry;
    context.env().show_default_registry = registry.show;
    const ImagesLoader images(request.object.object, configuration_);
    SetRequestVariables(request, context);
    context.Add(images);
    decide(request, context, response);
  };
  return AnswerReview(body, configuration_, world_, workspace, answer, in_context);
}

AdmissionOutcome Admission::Validate(std::string_view body, const AdmissionTarget& target,
                                     AdmissionWorkspace& workspace, std::string& answer) const {
  const auto decide = [&](const Request& request, Context& context, kube::AdmissionResponse& response) {
    Arena& arena = workspace.arena;
    Decision decision(arena);
    Judge(request, target, context, decision);
    bool blocked = false;
    for (const PolicyResponse& each : decision.enforced) {
      blocked |= HasEnforcedFailure(each, request) || (decision.fails_closed && each.Has(RuleStatus::kError));
    }
    if (blocked) {
      response.allowed = false;
      response.escaped_message = BlockedMessage(decision.enforced.span(), request, workspace.scratch, arena);
      return;
    }
    ArenaVector<std::string_view> warnings(arena);
    for (const PolicyResponse& each : decision.enforced) AddWarnings(each, arena, warnings);
    for (const PolicyResponse& each : decision.audited) AddWarnings(each, arena, warnings);
    response.warnings = warnings.span();
  };
  return Review(body, workspace, answer, decide);
}

// What the policies so far have made of an object.
struct Admission::Changes {
  Changes(const Request& source, Arena& arena) : request(source), operations(arena), warnings(arena) {}

  Request request;  // with the object as it is by now
  ArenaVector<json::Operation> operations;
  ArenaVector<std::string_view> warnings;
  bool fails_closed = false;  // some policy's failurePolicy is Fail
  std::string_view denied;    // why the request is blocked; "" where it is not
};

void Admission::ApplyPolicy(const CompiledPolicy& policy, std::span<const std::uint32_t> rules,
                            Context& context, Changes& changes) const {
  Arena& arena = context.arena();
  const PolicyResponse response = engine::Mutate(policy, rules, changes.request, context, policies_);
  if (observer_ != nullptr) observer_->OnResponse(changes.request, response);
  changes.fails_closed |= policy.fails_closed();
  if (policy.emits_warnings()) AddMutationWarnings(response, arena, changes.warnings);
  if (response.Has(RuleStatus::kError)) {
    if (changes.fails_closed) changes.denied = MutationError(response, arena);
    return;
  }
  if (!response.Has(RuleStatus::kPass)) return;
  for (const json::Operation& operation :
       json::Diff(changes.request.object.object, response.resource, arena)) {
    changes.operations.push_back(operation);
  }
  changes.request.object = Resource(response.resource);
  context.SetInRequest("object", response.resource);
}

AdmissionOutcome Admission::Mutate(std::string_view body, const AdmissionTarget& target,
                                   AdmissionWorkspace& workspace, std::string& answer) const {
  const auto decide = [&](const Request& request, Context& context, kube::AdmissionResponse& response) {
    Changes changes(request, workspace.arena);
    const auto apply = [&](const CompiledPolicy& policy, std::span<const std::uint32_t> rules) {
      if (Selects(target, policy) && changes.denied.empty()) ApplyPolicy(policy, rules, context, changes);
    };
    if (target.policy_key.empty()) {
      policies_.ForEachMutating(request.kind.kind, apply);
    } else if (const CompiledPolicy* const policy = policies_.Find(target.policy_key); policy == nullptr) {
      if (observer_ != nullptr) observer_->OnUnknownPolicy(target.policy_key);
    } else if (policy->has_mutate_standard()) {
      apply(*policy, policy->all_rules());
    }
    if (!changes.denied.empty()) {
      response.allowed = false;
      response.message = changes.denied;
      return;
    }
    response.warnings = changes.warnings.span();
    if (changes.operations.empty()) return;
    workspace.scratch.clear();
    json::WritePatch(changes.operations.span(), workspace.scratch);
    response.patch = workspace.scratch;
  };
  return Review(body, workspace, answer, decide);
}

}  // namespace ephor::engine
