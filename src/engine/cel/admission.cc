#include "engine/cel/admission.h"

#include <algorithm>

#include "engine/admission_review.h"
#include "engine/cel/image_digests.h"
#include "engine/run.h"
#include "json/builder.h"
#include "json/patch.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

bool Selects(const CelTarget& target, const policy::CelPolicy& policy, const Request& request) {
  const bool of_scope = target.namespaced
                            ? policy.is_namespaced() && policy.metadata.namespace_ == request.namespace_ &&
                                  !request.namespace_.empty()
                            : !policy.is_namespaced();
  return of_scope && target.Names(policy.metadata.name);
}

bool Lists(policy::StringList actions, std::string_view action) {
  return std::ranges::find(actions, action) != actions.end();
}

std::string_view Joined(std::span<const std::string_view> texts, std::string_view separator, Arena& arena) {
  std::size_t size = 0;
  for (const std::string_view text : texts) size += text.size() + separator.size();
  if (size == 0) return {};
  char* const begin = static_cast<char*>(arena.Allocate(size, 1));
  char* at = begin;
  for (const std::string_view text : texts) {
    if (at != begin) at = std::ranges::copy(separator, at).out;
    at = std::ranges::copy(text, at).out;
  }
  return {begin, at};
}

// What policies of policies.kyverno.io make of their rules' failures and errors, by their actions.
class Verdicts {
 public:
  explicit Verdicts(Arena& arena) : arena_(arena), denials_(arena), warnings_(arena) {}

  void Add(std::string_view policy, policy::StringList actions, const RuleResponse& rule) {
    const bool failed = rule.status == RuleStatus::kFail;
    if (!failed && rule.status != RuleStatus::kError) return;
    const std::string_view text =
        Concat(arena_, {"Policy ", policy, failed ? " failed: " : " error: ", rule.message});
    if (actions.empty() || Lists(actions, "Deny")) denials_.push_back(text);
    if (Lists(actions, "Warn")) warnings_.push_back(text);
  }
  void Tell(kube::AdmissionResponse& response) {
    response.allowed = denials_.span().empty();
    response.message = Joined(denials_.span(), "; ", arena_);
    response.warnings = warnings_.span();
  }

 private:
  Arena& arena_;
  ArenaVector<std::string_view> denials_, warnings_;
};

void SetPatch(std::span<const json::Operation> operations, AdmissionWorkspace& workspace,
              kube::AdmissionResponse& response) {
  if (operations.empty()) return;
  workspace.scratch.clear();
  json::WritePatch(operations, workspace.scratch);
  response.patch = workspace.scratch;
}

// What leads from the object of the request to that of the changed one.
void SetPatch(const Request& request, const Request& changed, AdmissionWorkspace& workspace,
              kube::AdmissionResponse& response) {
  SetPatch(json::Diff(request.object.object, changed.object.object, workspace.arena), workspace, response);
}

// ---- Kubernetes' own ----

constexpr std::string_view kInvalid = "Invalid";
constexpr int kForbiddenCode = 403;

// The HTTP status of a validation's reason.
int CodeOf(std::string_view reason) {
  if (reason == "Unauthorized") return 401;
  if (reason == "Forbidden") return kForbiddenCode;
  return reason == "RequestEntityTooLarge" ? 413 : 422;
}

std::string_view DenialText(std::string_view policy, const NativePolicy::Decision& decision, Arena& arena) {
  if (decision.binding == nullptr) {
    return Concat(arena, {"ValidatingAdmissionPolicy '", policy, "' denied request: ", decision.message});
  }
  return Concat(arena, {"ValidatingAdmissionPolicy '", policy, "' with binding '",
                        decision.binding->metadata.name, "' denied request: ", decision.message});
}

// As it is written into the audit log.
json::Value FailureOf(std::string_view policy, const NativePolicy::Decision& decision, Arena& arena) {
  json::ArrayBuilder actions(arena);
  for (const std::string_view action : decision.binding->validation_actions) {
    actions.Add(json::Value::String(action));
  }
  json::ObjectBuilder failure(arena, 5);
  failure.Set("message", json::Value::String(decision.message));
  failure.Set("policy", json::Value::String(policy));
  failure.Set("binding", json::Value::String(decision.binding->metadata.name));
  failure.Set("expressionIndex", json::Value::Int(static_cast<std::int64_t>(decision.index)));
  failure.Set("validationActions", actions.Build());
  return failure.Build();
}

}  // namespace

template <class Policy>
void CelAdmission::ObserveNames(const CelTarget& target, const CelPolicyList<Policy>& policies) const {
  if (observer_ == nullptr || target.prepared != nullptr) return;
  std::string_view names = target.names;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find('/'));
    if (!name.empty() && !policies.Has(name, target.namespaced)) observer_->OnUnknownPolicy(name);
    names.remove_prefix(std::min(name.size() + 1, names.size()));
  }
}

template <class Policy>
AdmissionOutcome CelAdmission::ValidateBy(const CelPolicyList<Policy>& policies, std::string_view body,
                                          const CelTarget& target, AdmissionWorkspace& workspace,
                                          std::string& answer) const {
  Arena& arena = workspace.arena;
  ObserveNames(target, policies);
  const auto decide = [&](const Request& request, const kube::AdmissionRequest&,
                          kube::AdmissionResponse& response) {
    Verdicts verdicts(arena);
    policies.ForEach(request, [&](const Policy& policy) {
      if (!Selects(target, policy.source(), request)) return;
      const PolicyResponse judged = engine::Validate(policy, request, world_, arena);
      if (observer_ != nullptr) observer_->OnResponse(request, judged);
      for (const RuleResponse& rule : judged.rules) {
        verdicts.Add(policy.name(), policy.source().validation_actions, rule);
      }
    });
    verdicts.Tell(response);
  };
  return AnswerReview(body, configuration_, world_, workspace, answer, decide);
}

AdmissionOutcome CelAdmission::Validate(std::string_view body, const CelTarget& target,
                                        AdmissionWorkspace& workspace, std::string& answer) const {
  return ValidateBy(policies_.validating, body, target, workspace, answer);
}

AdmissionOutcome CelAdmission::ValidateImages(std::string_view body, const CelTarget& target,
                                              AdmissionWorkspace& workspace, std::string& answer) const {
  return ValidateBy(policies_.images, body, target, workspace, answer);
}

AdmissionOutcome CelAdmission::PinImages(std::string_view body, const CelTarget& target,
                                         AdmissionWorkspace& workspace, std::string& answer) const {
  Arena& arena = workspace.arena;
  ObserveNames(target, policies_.images);
  const auto decide = [&](const Request& request, const kube::AdmissionRequest&,
                          kube::AdmissionResponse& response) {
    if (request.operation == "DELETE") return;
    Verdicts verdicts(arena);
    ArenaVector<json::Operation> patch(arena);
    policies_.images.ForEach(request, [&](const CompiledImagePolicy& policy) {
      if (!policy.source().validation_configurations.mutate_digest) return;
      if (!Selects(target, policy.source(), request)) return;
      const auto applies = policy.Applies(request, world_, arena);
      PinnedImages pinned;
      if (!applies) {
        pinned.error = arena.Copy(applies.error().message());
      } else if (*applies) {
        pinned = engine::PinImages(policy, request, configuration_, world_, arena);
      }
      // The first policy that pins an image decides.
      for (const json::Operation& operation : pinned.patch) {
        const auto same = [&](const json::Operation& other) { return other.path == operation.path; };
        if (std::ranges::none_of(patch.span(), same)) patch.push_back(operation);
      }
      if (pinned.error.empty()) return;
      const RuleResponse rule{.name = "mutateDigest",
                              .type = RuleType::kImageVerify,
                              .status = RuleStatus::kError,
                              .message = Concat(arena, {"failed to update digest: ", pinned.error})};
      if (observer_ != nullptr) {
        observer_->OnResponse(request, {.policy = &policy, .rules = {&rule, 1}, .resource = {}});
      }
      verdicts.Add(policy.name(), policy.source().validation_actions, rule);
    });
    verdicts.Tell(response);
    if (response.allowed) SetPatch(patch.span(), workspace, response);
  };
  return AnswerReview(body, configuration_, world_, workspace, answer, decide);
}

AdmissionOutcome CelAdmission::ValidateNative(std::string_view body, const CelTarget& target,
                                              AdmissionWorkspace& workspace, std::string& answer) const {
  Arena& arena = workspace.arena;
  ObserveNames(target, policies_.native);
  const auto decide = [&](const Request& request, const kube::AdmissionRequest&,
                          kube::AdmissionResponse& response) {
    ArenaVector<std::string_view> warnings(arena);
    ArenaVector<kube::AuditAnnotation> annotations(arena);
    json::ArrayBuilder failures(arena);
    policies_.native.ForEach(request, [&](const NativePolicy& policy) {
      if (!target.Names(policy.name())) return;
      const NativePolicy::Outcome outcome = policy.Decide(request, world_, arena);
      if (observer_ != nullptr && outcome.status != RuleStatus::kSkip) {
        const RuleResponse rule{.status = outcome.status};
        observer_->OnResponse(request, {.policy = &policy, .rules = {&rule, 1}, .resource = {}});
      }
      for (const NativePolicy::Decision& decision : outcome.decisions) {
        const auto tells = [&](std::string_view action) {
          return !decision.denies && Lists(decision.binding->validation_actions, action);
        };
        if (response.allowed && (decision.denies || tells("Deny"))) {
          response.allowed = false;
          response.message = DenialText(policy.name(), decision, arena);
          response.reason = decision.reason.empty() ? kInvalid : decision.reason;
          response.code = CodeOf(response.reason);
        }
        if (tells("Warn")) {
          warnings.push_back(
              Concat(arena, {"Validation failed for ValidatingAdmissionPolicy '", policy.name(),
                             "' with binding '", decision.binding->metadata.name, "': ", decision.message}));
        }
        if (tells("Audit")) failures.Add(FailureOf(policy.name(), decision, arena));
      }
      for (const Property& annotation : outcome.audit_annotations) {
        annotations.push_back({Concat(arena, {policy.name(), ".", annotation.key}), annotation.value});
      }
    });
    response.warnings = warnings.span();
    if (failures.size() > 0) {
      annotations.push_back(
          {"validation_failure", arena.Copy(json::ToString(failures.Build(), {.escape_html = true}))});
    }
    response.audit_annotations = annotations.span();
  };
  return AnswerReview(body, configuration_, world_, workspace, answer, decide);
}

AdmissionOutcome CelAdmission::MutateNative(std::string_view body, const CelTarget& target,
                                            AdmissionWorkspace& workspace, std::string& answer) const {
  Arena& arena = workspace.arena;
  ObserveNames(target, policies_.native_mutating);
  const auto decide = [&](const Request& request, const kube::AdmissionRequest&,
                          kube::AdmissionResponse& response) {
    Request changed = request;
    // Those that want to see again what was changed behind them, and what each has left.
    struct Seen {
      const NativeMutation* policy;
      json::Value object;
    };
    ArenaVector<Seen> reinvocable(arena);
    const auto apply = [&](const NativeMutation& policy) {
      const NativeMutation::Outcome outcome = policy.Apply(changed, world_, arena);
      if (observer_ != nullptr && outcome.status != RuleStatus::kSkip) {
        const RuleResponse rule{.status = outcome.status};
        observer_->OnResponse(changed, {.policy = &policy, .rules = {&rule, 1}, .resource = {}});
      }
      if (outcome.denied.empty()) return outcome.status;
      response.allowed = false;
      response.message = outcome.denied;
      response.reason = kInvalid;
      response.code = kForbiddenCode;
      return outcome.status;
    };
    policies_.native_mutating.ForEach(request, [&](const NativeMutation& policy) {
      if (!response.allowed || !target.Names(policy.name())) return;
      const bool applied = apply(policy) == RuleStatus::kPass;
      if (applied && policy.source().reinvocation_policy == "IfNeeded") {
        reinvocable.push_back({&policy, changed.object.object});
      }
    });
    const json::Value after_all = changed.object.object;
    for (const Seen& seen : reinvocable.span()) {
      if (response.allowed && !json::Equal(seen.object, after_all)) apply(*seen.policy);
    }
    if (response.allowed) SetPatch(request, changed, workspace, response);
  };
  return AnswerReview(body, configuration_, world_, workspace, answer, decide);
}

AdmissionOutcome CelAdmission::Mutate(std::string_view body, const CelTarget& target,
                                      AdmissionWorkspace& workspace, std::string& answer) const {
  Arena& arena = workspace.arena;
  ObserveNames(target, policies_.mutating);
  const auto decide = [&](const Request& request, const kube::AdmissionRequest& source,
                          kube::AdmissionResponse& response) {
    Request changed = request;
    ArenaVector<std::string_view> errors(arena);
    ArenaVector<std::string_view> warnings(arena);
    policies_.mutating.ForEach(request, [&](const CompiledMutatingPolicy& policy) {
      if (!policy.mutates_requests() || !Selects(target, policy.source(), request)) return;
      const PolicyResponse mutated = engine::Mutate(policy, changed, world_, arena);
      if (observer_ != nullptr) observer_->OnResponse(changed, mutated);
      for (const RuleResponse& rule : mutated.rules) {
        if (rule.status == RuleStatus::kWarning) warnings.push_back(rule.message);
        if (rule.status == RuleStatus::kError && policy.source().fails_closed()) {
          errors.push_back(Concat(arena, {"Policy ", policy.name(), ": ", rule.message}));
        }
      }
      if (mutated.Has(RuleStatus::kPass)) changed.object = Resource(mutated.resource);
    });
    if (!errors.span().empty()) {
      response.allowed = false;
      response.message =
          Concat(arena, {"Resource: ", source.namespace_, "/", source.name, ", Kind: ", source.kind.kind,
                         ", Errors: [", Joined(errors.span(), " ", arena), "]"});
      return;
    }
    response.warnings = warnings.span();
    SetPatch(request, changed, workspace, response);
  };
  return AnswerReview(body, configuration_, world_, workspace, answer, decide);
}

}  // namespace ephor::engine
