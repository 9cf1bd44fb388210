#include "engine/cel/deleting_policy.h"

#include "cel/lib/environments.h"
#include "engine/cel/policy_conditions.h"
#include "json/builder.h"
#include "policy/field_error.h"

namespace ephor::engine {
namespace {

// What is known of a namespace from the object itself.
json::Value NamespaceOf(const Resource& object, Arena& arena) {
  json::ObjectBuilder metadata(arena, 2);
  metadata.Set("name", json::Value::String(object.name));
  if (object.labels.is_object()) metadata.Set("labels", object.labels);
  json::ObjectBuilder built(arena, 1);
  built.Set("metadata", metadata.Build());
  return built.Build();
}

}  // namespace

CompiledDeletingPolicy::CompiledDeletingPolicy(std::shared_ptr<const policy::DeletingPolicy> source)
    : PolicyIdentity(*source, true),
      source_(std::move(source)),
      scope_(cel::lib::DeletingPolicyEnv(source_->is_namespaced())) {}

Result<std::shared_ptr<const CompiledDeletingPolicy>> CompiledDeletingPolicy::Compile(
    std::shared_ptr<const policy::DeletingPolicy> source, CelExceptionList exceptions, SpecErrors* errors) {
  std::shared_ptr<CompiledDeletingPolicy> policy(new CompiledDeletingPolicy(std::move(source)));
  EPHOR_TRY(policy->CompileSpec(exceptions, errors));
  return policy;
}

Result<void> CompiledDeletingPolicy::CompileSpec(CelExceptionList exceptions, SpecErrors* errors) {
  const policy::DeletingPolicy& spec = *source_;
  if (spec.match_constraints != nullptr) constraints_.emplace(*spec.match_constraints);
  SpecCompiler compiler("deleting policy compiler 1.18");
  // Conditions may name the variables here.
  const bool compiled = compiler.Variables(spec.variables, scope_) &&
                        compiler.Conditions("spec.conditions", spec.conditions, scope_.env(), conditions_) &&
                        exceptions_.Add(exceptions, spec, scope_.env(), compiler);
  if (!compiled) return std::unexpected(compiler.Failure(errors));
  auto schedule = CronSchedule::Parse(spec.schedule);
  if (!schedule) {
    return Fail(ErrorCode::kInvalidPolicy,
                policy::InvalidField("spec.schedule", spec.schedule,
                                     "schedule spec in the deletingPolicy is not in proper cron format: " +
                                         schedule.error().message()));
  }
  schedule_ = *std::move(schedule);
  return {};
}

Result<Deletion> CompiledDeletingPolicy::Judge(const Request& request, const ports::World& world,
                                               Arena& arena) const {
  if (!constraints_) return Deletion::kNotSelected;
  EPHOR_ASSIGN(const bool selected, constraints_->MatchesAnyOperation(request));
  if (!selected) return Deletion::kNotSelected;
  CelInput input = MakePolicyInput(request, true, world, arena);
  const bool is_namespace = request.kind.group.empty() && request.kind.kind == "Namespace";
  if (is_namespace && input.namespace_object.is_null()) {
    input.namespace_object = NamespaceOf(request.object, arena);
  }
  return Evaluate(input, world, arena);
}

Result<Deletion> CompiledDeletingPolicy::JudgeJson(const json::Value& payload, const ports::World& world,
                                                   Arena& arena, Observer* observer) const {
  return Evaluate({.object = payload, .observer = observer}, world, arena);
}

Result<Deletion> CompiledDeletingPolicy::Evaluate(const CelInput& input, const ports::World& world,
                                                  Arena& arena) const {
  CelActivation activation(scope_, input, world, arena);
  if (source_->is_namespaced()) activation.SetOwnNamespace(namespace_());
  for (const std::string_view name : {"request", "oldObject", "exceptions"}) activation.Unset(name);
  if (!exceptions_.empty()) {
    EPHOR_ASSIGN(const CelExemption exemption, exceptions_.Evaluate(true, activation));
    if (!exemption.matched.empty()) return Deletion::kKeep;
  }
  EPHOR_ASSIGN(const bool hold, HoldAll(conditions_, activation));
  return hold ? Deletion::kDelete : Deletion::kKeep;
}

}  // namespace ephor::engine
