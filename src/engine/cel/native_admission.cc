#include "engine/cel/native_admission.h"

#include <algorithm>

#include "engine/run.h"

namespace ephor::engine {
namespace {

// What the client asked for, where the API server has converted it: a policy that wants an exact match is not
// about the equivalent.
bool WasConverted(const Request& request) {
  const json::Value* original = request.variables.Find("requestResource");
  const json::Value* resource = request.variables.Find("resource");
  return original != nullptr && resource != nullptr && original->is_object() &&
         !json::Equal(*original, *resource);
}

BindingParams ParamsOf(const policy::CelParamKind* kind, std::span<const CompiledBinding> bindings) {
  BindingParams params;
  for (const CompiledBinding& binding : bindings) {
    const policy::CelParamRef* reference = binding.source().param_ref;
    std::optional<ParamQuery>& query = params.emplace_back();
    if (reference != nullptr && kind != nullptr) query.emplace(*kind, *reference);
  }
  return params;
}

bool IsAbout(const policy::CelPolicy& policy, const Request& request) {
  const policy::MatchConstraints* constraints = policy.match_constraints;
  return constraints == nullptr || constraints->match_policy != "Exact" || !WasConverted(request);
}

constexpr std::string_view kInvalidSelector = "failed to match: a selector is not valid";
constexpr std::string_view kNoParams =
    "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction";

}  // namespace

NativePolicy::NativePolicy(std::shared_ptr<const policy::ValidatingAdmissionPolicy> source,
                           CompiledBindings bindings)
    : PolicyIdentity(*source, false),
      policy_(std::move(source), std::move(bindings)),
      params_(ParamsOf(this->source().param_kind, policy_.bindings())) {}

bool NativePolicy::Enforces(std::string_view, const json::Value&) const {
  return std::ranges::any_of(policy_.bindings(), [](const CompiledBinding& binding) {
    return std::ranges::find(binding.source().validation_actions, "Deny") !=
           binding.source().validation_actions.end();
  });
}

NativePolicy::Outcome NativePolicy::Decide(const Request& request, const ports::World& world,
                                           Arena& arena) const {
  Outcome outcome;
  if (!IsAbout(source(), request)) return outcome;
  Decisions decisions(arena);
  const auto matches = policy_.Matches(request);
  if (matches && !*matches) return outcome;
  for (std::size_t i = 0; i < policy_.bindings().size(); ++i) {
    const CompiledBinding& binding = policy_.bindings()[i];
    if (matches) {
      const auto bound = binding.Matches(request);
      if (bound && !*bound) continue;
      if (bound) {
        DecideBinding(i, request, world, arena, outcome, decisions);
        continue;
      }
    }
    if (source().fails_closed()) {
      outcome.status = RuleStatus::kError;
      decisions.push_back({&binding.source(), kInvalidSelector});
    }
  }
  outcome.decisions = decisions.span();
  return outcome;
}

void NativePolicy::DecideBinding(std::size_t number, const Request& request, const ports::World& world,
                                 Arena& arena, Outcome& outcome, Decisions& decisions) const {
  const CompiledBinding& binding = policy_.bindings()[number];
  const auto decide = [&](RuleStatus status, std::string_view message) {
    outcome.status = status;
    if (status == RuleStatus::kFail || source().fails_closed()) {
      decisions.push_back({&binding.source(), message});
    }
  };
  const auto evaluate = [&](const json::Value& params) {
    const RuleResponse response = policy_.Evaluate(request, &binding, params, world, arena);
    if (response.status == RuleStatus::kFail || response.status == RuleStatus::kError) {
      decide(response.status, response.message);
    } else if (response.status == RuleStatus::kPass && outcome.status == RuleStatus::kSkip) {
      outcome.status = RuleStatus::kPass;
    }
  };
  if (!params_[number]) return evaluate(json::Value());
  const auto params = params_[number]->Find(request.namespace_, world, arena);
  if (!params)
    return decide(RuleStatus::kError, arena.Copy("failed to configure policy: " + params.error().message()));
  if (params->empty() && params_[number]->denies_without()) {
    return decide(RuleStatus::kError, kNoParams);
  }
  for (const json::Value& one : *params) evaluate(one);
}

NativeMutation::NativeMutation(std::shared_ptr<const policy::MutatingAdmissionPolicy> source,
                               CompiledBindings bindings)
    : PolicyIdentity(*source, false),
      policy_(std::move(source), std::move(bindings)),
      params_(ParamsOf(this->source().param_kind, policy_.bindings())) {}

NativeMutation::Outcome NativeMutation::Apply(Request& request, const ports::World& world,
                                              Arena& arena) const {
  Outcome outcome;
  if (!IsAbout(source(), request)) return outcome;
  const auto matches = policy_.Matches(request);
  if (matches && !*matches) return outcome;
  for (std::size_t i = 0; i < policy_.bindings().size(); ++i) {
    const Result<void> applied = ApplyBinding(i, request, world, arena, outcome);
    if (applied) continue;
    outcome.status = RuleStatus::kError;
    if (!source().fails_closed()) continue;
    outcome.denied =
        Concat(arena, {"policy '", name(), "' with binding '", policy_.bindings()[i].source().metadata.name,
                       "' denied request: ", applied.error().message()});
    return outcome;
  }
  return outcome;
}

Result<void> NativeMutation::ApplyBinding(std::size_t number, Request& request, const ports::World& world,
                                          Arena& arena, Outcome& outcome) const {
  const CompiledBinding& binding = policy_.bindings()[number];
  const auto bound = binding.Matches(request);
  if (!bound || !policy_.Matches(request)) return Fail(ErrorCode::kEvaluation, std::string(kInvalidSelector));
  if (!*bound) return {};
  const auto apply = [&](const json::Value& params) -> Result<void> {
    EPHOR_ASSIGN(const RuleResponse response, policy_.Apply(request, &binding, params, world, arena));
    if (response.status == RuleStatus::kPass) outcome.status = RuleStatus::kPass;
    return {};
  };
  if (!params_[number]) return apply(json::Value());
  EPHOR_ASSIGN(const auto params, params_[number]->Find(request.namespace_, world, arena));
  if (params.empty() && params_[number]->denies_without()) {
    return Fail(ErrorCode::kEvaluation, std::string(kNoParams));
  }
  for (const json::Value& one : params) EPHOR_TRY(apply(one));
  return {};
}

}  // namespace ephor::engine
