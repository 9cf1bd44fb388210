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

}  // namespace

NativePolicy::NativePolicy(std::shared_ptr<const policy::ValidatingAdmissionPolicy> source,
                           CompiledBindings bindings)
    : PolicyIdentity(*source, false), policy_(std::move(source), std::move(bindings)) {
  for (const CompiledBinding& binding : policy_.bindings()) {
    const policy::CelParamRef* reference = binding.source().param_ref;
    std::optional<ParamQuery>& query = params_.emplace_back();
    if (reference != nullptr && this->source().param_kind != nullptr) {
      query.emplace(*this->source().param_kind, *reference);
    }
  }
}

bool NativePolicy::Enforces(std::string_view, const json::Value&) const {
  return std::ranges::any_of(policy_.bindings(), [](const CompiledBinding& binding) {
    return std::ranges::find(binding.source().validation_actions, "Deny") !=
           binding.source().validation_actions.end();
  });
}

NativePolicy::Outcome NativePolicy::Decide(const Request& request, const ports::World& world,
                                           Arena& arena) const {
  Outcome outcome;
  const policy::MatchConstraints* constraints = source().match_constraints;
  if (constraints != nullptr && constraints->match_policy == "Exact" && WasConverted(request)) return outcome;
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
      decisions.push_back({&binding.source(), "failed to match: a selector is not valid"});
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
    return decide(RuleStatus::kError,
                  "failed to configure binding: no params found for policy binding with `Deny` "
                  "parameterNotFoundAction");
  }
  for (const json::Value& one : *params) evaluate(one);
}

}  // namespace ephor::engine
