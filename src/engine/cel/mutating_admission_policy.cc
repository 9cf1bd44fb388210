#include "engine/cel/mutating_admission_policy.h"

#include "cel/lib/environments.h"
#include "engine/observe/binding.h"

namespace ephor::engine {
namespace {

CelScope ScopeOf(const policy::MutatingAdmissionPolicy& policy) {
  CelScope scope(cel::lib::NativePolicyEnv(policy.param_kind != nullptr, true), CelFamily::kKubernetes);
  scope.Declare(policy.variables);
  return scope;
}

RuleResponse Failed(RuleResponse response, const Error& error, Arena& arena) {
  response.status = RuleStatus::kError;
  response.message = arena.Copy(error.message());
  return response;
}

}  // namespace

CompiledMutatingAdmissionPolicy::CompiledMutatingAdmissionPolicy(
    std::shared_ptr<const policy::MutatingAdmissionPolicy> source, CompiledBindings bindings)
    : PolicyIdentity(*source, false),
      source_(std::move(source)),
      bindings_(std::move(bindings)),
      scope_(ScopeOf(*source_)),
      conditions_(source_->match_conditions, scope_) {
  if (source_->match_constraints != nullptr) {
    constraints_.emplace(*source_->match_constraints, AbsentObject::kNever);
  }
  mutations_.Compile(source_->mutations, scope_.env());
}

Result<bool> CompiledMutatingAdmissionPolicy::Matches(const Request& request) const {
  if (!constraints_) return true;
  return constraints_->Matches(request);
}

RuleResponse CompiledMutatingAdmissionPolicy::Apply(Request& request, const CompiledBinding* binding,
                                                    const json::Value& params, const ports::World& world,
                                                    Arena& arena) const {
  RuleResponse response{.name = name(), .type = RuleType::kMutation};
  if (binding != nullptr) {
    response.properties =
        std::span(arena.New<Property>(Property{"mapBinding", binding->source().metadata.name}), 1);
  }
  CelInput input = MakeCelInput(request, world, arena);
  input.params = params;
  if (!conditions_.empty()) {
    const auto hold = conditions_.Hold(input, world, arena);
    if (!hold && source_->fails_closed()) return Failed(response, hold.error(), arena);
    if (!hold || !*hold) {
      response.status = RuleStatus::kSkip;
      response.message = "match conditions aren't met";
      return response;
    }
  }
  for (std::size_t i = 0; i < mutations_.size(); ++i) {
    // Variables are evaluated anew for each: they see what it sees.
    CelActivation activation(scope_, input, world, arena);
    const auto changed = mutations_.ApplyOne(i, input.object, {.unknown_kinds = true}, activation);
    if (changed) {
      input.object = *changed;
    } else if (response.status != RuleStatus::kError) {
      response = Failed(response, changed.error(), arena);
    }
  }
  request.object = Resource(input.object);
  if (response.status != RuleStatus::kError) response.message = "mutation is successfully applied";
  return response;
}

PolicyResponse Mutate(const CompiledMutatingAdmissionPolicy& policy, const Request& request,
                      std::span<const json::Value> params, const ports::World& world, Arena& arena) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.object.object};
  if (const auto matches = policy.Matches(request); !matches || !*matches) return response;
  Request current = request;
  std::optional<RuleResponse> last;
  const auto apply = [&](const CompiledBinding* binding, const json::Value& given) {
    const Resource before = current.object;
    const RuleResponse applied = policy.Apply(current, binding, given, world, arena);
    if (applied.status == RuleStatus::kError) {
      current.object = before;
    } else {
      last = applied;
    }
  };
  if (policy.bindings().empty()) apply(nullptr, json::Value());
  for (const CompiledBinding& binding : policy.bindings()) {
    ObservedBinding observed(current, binding);
    if (!observed.Matches()) continue;
    const json::Value given = binding.ParamsOf(params, arena);
    observed.Given(given);
    apply(&binding, given);
  }
  if (last) response.rules = std::span(arena.New<RuleResponse>(*last), 1);
  response.resource = current.object.object;
  return response;
}

}  // namespace ephor::engine
