#include "engine/cel/validating_policy.h"

#include <algorithm>

#include "cel/lib/environments.h"
#include "engine/cel/policy_conditions.h"
#include "engine/run.h"

namespace ephor::engine {
namespace {

bool Mentions(const policy::ValidatingPolicy& policy, std::string_view name) {
  const auto in = [&](std::string_view text) { return text.find(name) != std::string_view::npos; };
  return std::any_of(policy.match_conditions.begin(), policy.match_conditions.end(),
                     [&](const auto& condition) { return in(condition.expression); }) ||
         std::any_of(policy.variables.begin(), policy.variables.end(),
                     [&](const auto& variable) { return in(variable.expression); }) ||
         std::any_of(policy.validations.begin(), policy.validations.end(),
                     [&](const auto& validation) {
                       return in(validation.expression) || in(validation.message_expression);
                     }) ||
         std::any_of(policy.audit_annotations.begin(), policy.audit_annotations.end(),
                     [&](const auto& annotation) { return in(annotation.value_expression); });
}

}  // namespace

CompiledValidatingPolicy::CompiledValidatingPolicy(std::shared_ptr<const policy::ValidatingPolicy> source)
    : PolicyIdentity(*source, source->is_namespaced()),
      source_(std::move(source)),
      scope_(cel::lib::ValidatingPolicyEnv(source_->is_namespaced())) {}

Result<std::shared_ptr<const CompiledValidatingPolicy>> CompiledValidatingPolicy::Compile(
    std::shared_ptr<const policy::ValidatingPolicy> source, CelExceptionList exceptions, SpecErrors* errors) {
  std::shared_ptr<CompiledValidatingPolicy> policy(new CompiledValidatingPolicy(std::move(source)));
  EPHOR_TRY(policy->CompileSpec(exceptions, errors));
  for (const auto& variant : policy->source_->variants) {
    EPHOR_ASSIGN(auto compiled, Compile(variant, exceptions, errors));
    policy->variants_.push_back(std::move(compiled));
  }
  return policy;
}

Result<void> CompiledValidatingPolicy::CompileSpec(CelExceptionList exceptions, SpecErrors* errors) {
  const policy::ValidatingPolicy& spec = *source_;
  SpecCompiler compiler(is_json() ? "" : "validating policy compiler 1.0");
  if (spec.match_constraints != nullptr && !is_json()) constraints_.emplace(*spec.match_constraints);
  // The conditions come before the variables, and cannot name them.
  const bool compiled =
      compiler.Conditions("spec.matchConditions", spec.match_conditions, scope_.env(), conditions_) &&
      compiler.Variables(spec.variables, scope_) &&
      validations_.Compile(spec.validations, scope_.env(), compiler) &&
      (is_json() || validations_.CompileAnnotations(spec.audit_annotations, scope_.env(), compiler)) &&
      exceptions_.Add(exceptions, spec, scope_.env(), compiler);
  if (!compiled) return std::unexpected(compiler.Failure(errors));
  // Conditions of exceptions may read it too.
  reads_namespace_ = !exceptions_.empty() || Mentions(spec, "namespaceObject");
  return {};
}

bool CompiledValidatingPolicy::Enforces(std::string_view, const json::Value&) const {
  const policy::StringList actions = source_->validation_actions;
  return actions.empty() || std::find(actions.begin(), actions.end(), "Deny") != actions.end();
}

RuleResponse CompiledValidatingPolicy::Judge(CelActivation& activation) const {
  Arena& arena = activation.arena();
  const auto failed = [&](const Error& error) {
    return RuleResponse{.name = "evaluation",
                        .status = RuleStatus::kError,
                        .message = Concat(arena, {"failed to load context: ", error.message()})};
  };
  activation.HideVariables();
  if (!exceptions_.empty()) {
    const auto exemption = exceptions_.Evaluate(source_->fails_closed(), activation);
    if (!exemption) return failed(exemption.error());
    if (exemption->full) return ExemptedResponse(*exemption, RuleType::kValidation, arena);
    if (exemption->allowed.is_object()) activation.SetExceptions(exemption->allowed);
  }
  if (!conditions_.empty()) {
    const auto hold = HoldAll(conditions_, source_->fails_closed(), activation);
    if (!hold) return failed(hold.error());
    if (!*hold) return {.status = RuleStatus::kSkip, .message = "skip"};
  }
  activation.ShowVariables();
  const auto judged = validations_.Evaluate(activation);
  return judged ? *judged : failed(judged.error());
}

PolicyResponse CompiledValidatingPolicy::Evaluate(const CelInput& input, const json::Value& resource,
                                                  const ports::World& world, Arena& arena) const {
  CelActivation activation(scope_, input, world, arena);
  if (source_->is_namespaced()) activation.SetOwnNamespace(namespace_());
  return {.policy = this,
          .rules = std::span(arena.New<RuleResponse>(Judge(activation)), 1),
          .resource = resource};
}

PolicyResponse Validate(const CompiledValidatingPolicy& policy, const Request& request,
                        const ports::World& world, Arena& arena) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.subject().object};
  if (!policy.constraints_) return response;
  const auto matches = policy.constraints_->Matches(request);
  if (!matches) {
    response.rules =
        std::span(arena.New<RuleResponse>(RuleResponse{
                      .name = "match",
                      .status = RuleStatus::kError,
                      .message = Concat(arena, {"failed to execute matching: ", matches.error().message()})}),
                  1);
    return response;
  }
  if (!*matches) return response;
  return policy.Evaluate(MakePolicyInput(request, policy.reads_namespace_, world, arena), response.resource,
                         world, arena);
}

PolicyResponse ValidateJson(const CompiledValidatingPolicy& policy, const json::Value& payload,
                            const ports::World& world, Arena& arena, Observer* observer) {
  return policy.Evaluate({.object = payload, .observer = observer}, payload, world, arena);
}

}  // namespace ephor::engine
