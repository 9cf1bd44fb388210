#include "engine/cel/generating_policy.h"

#include <algorithm>

#include "base/quote.h"
#include "cel/lib/environments.h"
#include "engine/cel/audit_annotations.h"
#include "engine/cel/generated_objects.h"
#include "engine/cel/policy_conditions.h"
#include "engine/run.h"
#include "policy/field_error.h"

namespace ephor::engine {

CompiledGeneratingPolicy::CompiledGeneratingPolicy(std::shared_ptr<const policy::GeneratingPolicy> source)
    : PolicyIdentity(*source, true),
      source_(std::move(source)),
      scope_(cel::lib::GeneratingPolicyEnv(source_->is_namespaced())) {}

Result<std::shared_ptr<const CompiledGeneratingPolicy>> CompiledGeneratingPolicy::Compile(
    std::shared_ptr<const policy::GeneratingPolicy> source, CelExceptionList exceptions, SpecErrors* errors) {
  std::shared_ptr<CompiledGeneratingPolicy> policy(new CompiledGeneratingPolicy(std::move(source)));
  EPHOR_TRY(policy->CompileSpec(exceptions, errors));
  return policy;
}

Result<void> CompiledGeneratingPolicy::CompileSpec(CelExceptionList exceptions, SpecErrors* errors) {
  const policy::GeneratingPolicy& spec = *source_;
  SpecCompiler compiler("generating policy compiler 2.0");
  if (spec.match_constraints != nullptr) constraints_.emplace(*spec.match_constraints);
  const bool compiled =
      compiler.Conditions("spec.matchConditions", spec.match_conditions, scope_.env(), conditions_) &&
      compiler.Variables(spec.variables, scope_) && CompileGenerations(compiler) &&
      compiler.AuditAnnotations(spec.audit_annotations, scope_.env(), annotations_) &&
      exceptions_.Add(exceptions, spec, scope_.env(), compiler);
  if (!compiled) return std::unexpected(compiler.Failure(errors));
  // Conditions of exceptions may read it too.
  reads_namespace_ = !exceptions_.empty() || MentionsNamespace();
  return {};
}

bool CompiledGeneratingPolicy::CompileGenerations(SpecCompiler& compiler) {
  for (std::size_t i = 0; i < source_->generate.size(); ++i) {
    const policy::CelGeneration& generation = source_->generate[i];
    const std::string path = "spec.generate[" + std::to_string(i) + "]";
    if (generation.template_ == nullptr && generation.expression.empty()) {
      compiler.Refuse(policy::RequiredField(path, "one of expression or template must be set"));
      return false;
    }
    if (generation.template_ == nullptr) {
      auto program =
          compiler.Compile(path + ".expression", generation.expression, scope_.env(), CelOutput::kBool);
      if (!program) return false;
      generations_.emplace_back(*std::move(program));
      continue;
    }
    if (!generation.expression.empty()) {
      compiler.Refuse(
          policy::InvalidField(path, *generation.source, "only one of expression or template may be set"));
      return false;
    }
    auto compiled = GenerationTemplate::Compile(*generation.template_, scope_.env());
    if (!compiled) {
      compiler.Refuse(policy::InvalidField(path + ".template.value", generation.template_->value,
                                           compiled.error().message()));
      return false;
    }
    generations_.emplace_back(*std::move(compiled));
  }
  return true;
}

bool CompiledGeneratingPolicy::MentionsNamespace() const {
  const auto in = [](std::string_view text) {
    return text.find("namespaceObject") != std::string_view::npos;
  };
  const policy::GeneratingPolicy& spec = *source_;
  return std::any_of(spec.match_conditions.begin(), spec.match_conditions.end(),
                     [&](const auto& condition) { return in(condition.expression); }) ||
         std::any_of(spec.variables.begin(), spec.variables.end(),
                     [&](const auto& variable) { return in(variable.expression); }) ||
         std::any_of(spec.generate.begin(), spec.generate.end(),
                     [&](const auto& generation) {
                       return in(generation.expression) ||
                              (generation.template_ != nullptr && in(generation.template_->value));
                     }) ||
         std::any_of(spec.audit_annotations.begin(), spec.audit_annotations.end(),
                     [&](const auto& annotation) { return in(annotation.value_expression); });
}

// A document's namespace is what it says itself; those of a namespaced policy stay in its own.
Result<void> CompiledGeneratingPolicy::Apply(const GenerationTemplate& source, ports::Generator& generator,
                                             CelActivation& activation) const {
  auto objects = source.Render(activation);
  if (!objects) {
    return std::unexpected(std::move(objects).error().Within("failed to render generation template"));
  }
  const std::string_view own = namespace_();
  const auto namespace_of = [&](const json::Value& object) {
    const std::string_view written = object.StringAt("metadata", "namespace");
    return written.empty() ? own : written;
  };
  for (const json::Value& object : *objects) {
    if (own.empty() || namespace_of(object) == own) continue;
    return Fail(ErrorCode::kEvaluation, "cross-namespace generation denied: a policy in namespace " +
                                            GoQuote(own) + " cannot generate resources into namespace " +
                                            GoQuote(namespace_of(object)));
  }
  // In groups of one namespace, in the order in which the namespaces come up.
  const std::span<bool> done = activation.arena().NewArray<bool>(objects->size());
  std::fill(done.begin(), done.end(), false);
  for (std::size_t i = 0; i < objects->size(); ++i) {
    if (done[i]) continue;
    ArenaVector<json::Value> group(activation.arena());
    const std::string_view namespace_ = namespace_of((*objects)[i]);
    for (std::size_t k = i; k < objects->size(); ++k) {
      if (done[k] || namespace_of((*objects)[k]) != namespace_) continue;
      done[k] = true;
      group.push_back((*objects)[k]);
    }
    auto applied = generator.Apply(namespace_, group.span());
    if (!applied) return std::unexpected(std::move(applied).error().Within("failed to generate resources"));
  }
  return {};
}

Result<std::optional<RuleResponse>> CompiledGeneratingPolicy::Make(const Request& request,
                                                                   const ports::World& world,
                                                                   Arena& arena) const {
  GeneratedObjects made(arena, request.observer);
  ports::World own_world = world;
  own_world.generator = &made;
  CelActivation activation(scope_, MakePolicyInput(request, reads_namespace_, world, arena), own_world,
                           arena);
  if (source_->is_namespaced()) activation.SetOwnNamespace(namespace_());
  activation.HideVariables();
  if (!exceptions_.empty()) {
    EPHOR_ASSIGN(const CelExemption exemption, exceptions_.Evaluate(true, activation));
    if (exemption.full) return ExemptedResponse(exemption, RuleType::kGeneration, arena);
    if (exemption.allowed.is_object()) activation.SetExceptions(exemption.allowed);
  }
  EPHOR_ASSIGN(const bool hold, HoldAll(conditions_, activation));
  if (!hold) return std::nullopt;
  activation.ShowVariables();
  for (const auto& generation : generations_) {
    if (const auto* expression = std::get_if<CelExpression>(&generation)) {
      // Whether it is true says nothing: what counts is what it has made on the way.
      EPHOR_TRY(activation.Evaluate(*expression));
    } else {
      EPHOR_TRY(Apply(std::get<GenerationTemplate>(generation), made, activation));
    }
  }
  EPHOR_ASSIGN(const std::span<const Property> properties, EvaluateAnnotations(annotations_, activation));
  return RuleResponse{.name = name(),
                      .type = RuleType::kGeneration,
                      .message = "policy evaluated successfully",
                      .properties = properties,
                      .generated = made.objects()};
}

PolicyResponse Generate(const CompiledGeneratingPolicy& policy, const Request& request,
                        const ports::World& world, Arena& arena) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.subject().object};
  if (!policy.constraints_) return response;
  const auto failed = [&](std::string_view what, const Error& error) {
    response.rules =
        std::span(arena.New<RuleResponse>(RuleResponse{.name = policy.name(),
                                                       .type = RuleType::kGeneration,
                                                       .status = RuleStatus::kError,
                                                       .message = Concat(arena, {what, error.message()})}),
                  1);
    return response;
  };
  // The reference takes the namespace from the new object, which a DELETE does not have.
  Request trigger = request;
  trigger.namespace_ = request.object.namespace_;
  const auto matches = policy.constraints_->Matches(trigger);
  if (!matches) return failed("failed to execute matching: ", matches.error());
  if (!*matches) return response;
  const auto made = policy.Make(request, world, arena);
  if (!made) return failed("failed to evaluate policy: ", made.error());
  if (*made) response.rules = std::span(arena.New<RuleResponse>(**made), 1);
  return response;
}

}  // namespace ephor::engine
