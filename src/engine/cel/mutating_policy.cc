#include "engine/cel/mutating_policy.h"

#include <algorithm>

#include "cel/lib/environments.h"
#include "engine/cel/audit_annotations.h"
#include "engine/cel/identifiers.h"
#include "engine/cel/policy_conditions.h"
#include "engine/run.h"
#include "policy/field_error.h"

namespace ephor::engine {
namespace {

bool Mentions(const policy::MutatingPolicy& policy, std::string_view name) {
  const auto in = [&](std::string_view text) { return text.find(name) != std::string_view::npos; };
  const auto in_patch = [&](const policy::CelPatch* patch) {
    return patch != nullptr && in(patch->expression);
  };
  return std::any_of(policy.match_conditions.begin(), policy.match_conditions.end(),
                     [&](const auto& condition) { return in(condition.expression); }) ||
         std::any_of(policy.variables.begin(), policy.variables.end(),
                     [&](const auto& variable) { return in(variable.expression); }) ||
         std::any_of(policy.mutations.begin(), policy.mutations.end(),
                     [&](const auto& mutation) {
                       return in_patch(mutation.json_patch) || in_patch(mutation.apply_configuration);
                     }) ||
         std::any_of(policy.audit_annotations.begin(), policy.audit_annotations.end(),
                     [&](const auto& annotation) { return in(annotation.value_expression); });
}

// A MutatingAdmissionPolicy made of this policy would evaluate its conditions before its variables. False
// where one is made and a condition names them.
bool CheckNativeConditions(const policy::MutatingPolicy& policy, SpecCompiler& compiler) {
  if (!policy.autogen.mutating_admission_policy.enabled.value_or(false)) return true;
  bool fine = true;
  for (std::size_t i = 0; i < policy.match_conditions.size(); ++i) {
    if (!NamesIdentifier(policy.match_conditions[i].expression, "variables")) continue;
    compiler.Refuse(policy::ForbiddenField(
        "spec.matchConditions[" + std::to_string(i) + "].expression",
        "variables cannot be referenced in matchConditions when spec.autogen.mutatingAdmissionPolicy.enabled "
        "is "
        "true; native MutatingAdmissionPolicy evaluates match conditions before variables, so inline the "
        "expression instead"));
    fine = false;
  }
  return fine;
}

}  // namespace

CompiledMutatingPolicy::CompiledMutatingPolicy(std::shared_ptr<const policy::MutatingPolicy> source)
    : PolicyIdentity(*source, true),
      source_(std::move(source)),
      scope_(cel::lib::MutatingPolicyEnv(source_->is_namespaced())) {}

Result<std::shared_ptr<const CompiledMutatingPolicy>> CompiledMutatingPolicy::Compile(
    std::shared_ptr<const policy::MutatingPolicy> source, CelExceptionList exceptions, SpecErrors* errors) {
  std::shared_ptr<CompiledMutatingPolicy> policy(new CompiledMutatingPolicy(std::move(source)));
  EPHOR_TRY(policy->CompileSpec(exceptions, errors));
  for (const auto& variant : policy->source_->variants) {
    EPHOR_ASSIGN(auto compiled, Compile(variant, exceptions, errors));
    policy->variants_.push_back(std::move(compiled));
  }
  return policy;
}

Result<void> CompiledMutatingPolicy::CompileSpec(CelExceptionList exceptions, SpecErrors* errors) {
  const policy::MutatingPolicy& spec = *source_;
  SpecCompiler compiler("");
  if (spec.match_constraints != nullptr) constraints_.emplace(*spec.match_constraints);
  const policy::TargetMatchConstraints* targets = spec.target_match_constraints;
  if (targets != nullptr && !targets->resource_rules.empty()) target_constraints_.emplace(*targets);
  const auto compile_targets = [&] {
    if (targets == nullptr || targets->expression.empty()) return true;
    target_expression_ = compiler.Compile("spec.targetMatchConstraints.expression", targets->expression,
                                          scope_.env(), CelOutput::kMap);
    return target_expression_.has_value();
  };
  // Conditions may name the variables here.
  const bool compiled =
      CheckNativeConditions(spec, compiler) && compiler.Variables(spec.variables, scope_) &&
      compiler.Conditions("spec.matchConditions", spec.match_conditions, scope_.env(), conditions_) &&
      compile_targets() &&
      compiler.Conditions("spec.targetMatchConditions", spec.target_match_conditions, scope_.env(),
                          target_conditions_) &&
      exceptions_.Add(exceptions, spec, scope_.env(), compiler) &&
      compiler.AuditAnnotations(spec.audit_annotations, scope_.env(), annotations_) &&
      mutations_.Compile(spec.mutations, scope_.env(), compiler);
  if (!compiled) return std::unexpected(compiler.Failure(errors));
  // Conditions of exceptions may read it too.
  reads_namespace_ = !exceptions_.empty() || Mentions(spec, "namespaceObject");
  return {};
}

bool CompiledMutatingPolicy::mutates_requests() const {
  const policy::TargetMatchConstraints* targets = source_->target_match_constraints;
  return targets == nullptr || (targets->resource_rules.empty() && targets->expression.empty());
}

void CompiledMutatingPolicy::Prepare(CelActivation& activation) const {
  if (source_->is_namespaced()) activation.SetOwnNamespace(namespace_());
}

Result<RuleResponse> CompiledMutatingPolicy::Change(const CelInput& input,
                                                    std::span<const CelExpression> conditions,
                                                    CelActivation& activation, json::Value& mutated) const {
  if (!exceptions_.empty()) {
    activation.HideVariables();
    EPHOR_ASSIGN(const CelExemption exemption, exceptions_.Evaluate(true, activation));
    if (exemption.full) return ExemptedResponse(exemption, RuleType::kMutation, activation.arena());
    if (exemption.allowed.is_object()) activation.SetExceptions(exemption.allowed);
    activation.ShowVariables();
  }
  EPHOR_ASSIGN(const bool hold, HoldAll(conditions, activation));
  if (!hold) return RuleResponse{.type = RuleType::kMutation, .status = RuleStatus::kSkip, .message = "skip"};
  const ApplyConfigurationRules rules{.atomics = source_->evaluation.use_server_side_apply};
  EPHOR_ASSIGN(const json::Value object, mutations_.Apply(input.object, rules, activation));
  EPHOR_ASSIGN(const std::span<const Property> properties, EvaluateAnnotations(annotations_, activation));
  mutated = object;
  return RuleResponse{.type = RuleType::kMutation, .message = "success", .properties = properties};
}

RuleResponse CompiledMutatingPolicy::Evaluate(const CelInput& input,
                                              std::span<const CelExpression> conditions,
                                              const ports::World& world, Arena& arena,
                                              json::Value& mutated) const {
  CelActivation activation(scope_, input, world, arena);
  Prepare(activation);
  const auto changed = Change(input, conditions, activation, mutated);
  if (changed) return *changed;
  return {.name = "evaluation",
          .type = RuleType::kMutation,
          .status = RuleStatus::kError,
          .message = Concat(arena, {"failed to evaluate policy: ", changed.error().message()})};
}

PolicyResponse Mutate(const CompiledMutatingPolicy& policy, const Request& request, const ports::World& world,
                      Arena& arena) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.subject().object};
  const auto matches = policy.constraints_ ? policy.constraints_->Matches(request) : Result<bool>(true);
  if (matches && !*matches) return response;
  auto* rule = arena.New<RuleResponse>();
  response.rules = std::span(rule, 1);
  if (!matches) {
    *rule = {.name = "match",
             .status = RuleStatus::kError,
             .message = Concat(arena, {"failed to execute matching: ", matches.error().message()})};
    return response;
  }
  const CelInput input = MakePolicyInput(request, policy.reads_namespace_, world, arena);
  *rule = policy.Evaluate(input, policy.conditions_, world, arena, response.resource);
  return response;
}

PolicyResponse MutateTarget(const CompiledMutatingPolicy& policy, const Request& trigger,
                            const json::Value& target, const ports::World& world, Arena& arena) {
  CelInput input;
  input.observer = trigger.observer;
  input.object = target;
  input.request = trigger.variables;
  json::Value mutated;
  auto* rule =
      arena.New<RuleResponse>(policy.Evaluate(input, policy.target_conditions_, world, arena, mutated));
  // Nothing but a pass makes an object.
  if (rule->status == RuleStatus::kPass) rule->patched_target = mutated.is_object() ? mutated : target;
  return {.policy = &policy, .rules = std::span(rule, 1), .resource = trigger.subject().object};
}

Result<bool> MatchesTrigger(const CompiledMutatingPolicy& policy, const Request& request,
                            const ports::World& world, Arena& arena) {
  if (policy.constraints_) {
    EPHOR_ASSIGN(const bool matches, policy.constraints_->Matches(request));
    if (!matches) return false;
  }
  const CelInput input = MakePolicyInput(request, policy.reads_namespace_, world, arena);
  CelActivation activation(policy.scope_, input, world, arena);
  policy.Prepare(activation);
  return HoldAll(policy.conditions_, activation);
}

Result<bool> MatchesTarget(const CompiledMutatingPolicy& policy, const Request& target) {
  const auto& constraints = policy.target_constraints_ ? policy.target_constraints_ : policy.constraints_;
  return constraints ? constraints->MatchesAnyOperation(target) : Result<bool>(true);
}

Result<json::Value> FindTargets(const CompiledMutatingPolicy& policy, const Request& trigger,
                                const ports::World& world, Arena& arena) {
  CelInput input;
  input.observer = trigger.observer;
  input.object = trigger.subject().object;
  input.request = trigger.variables;
  CelActivation activation(policy.scope_, input, world, arena);
  policy.Prepare(activation);
  EPHOR_ASSIGN(const cel::Value targets, activation.Evaluate(*policy.target_expression_));
  return cel::ToJson(targets, arena);
}

}  // namespace ephor::engine
