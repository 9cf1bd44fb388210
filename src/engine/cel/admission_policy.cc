#include "engine/cel/admission_policy.h"

#include "cel/lib/environments.h"
#include "engine/observe/binding.h"
#include "json/builder.h"
#include "kube/metadata.h"

namespace ephor::engine {
namespace {

std::optional<MatchConstraints> Constraints(const policy::MatchConstraints* source) {
  if (source == nullptr) return std::nullopt;
  return MatchConstraints(*source, AbsentObject::kNever);
}

CelScope ScopeOf(const policy::ValidatingAdmissionPolicy& policy) {
  CelScope scope(cel::lib::NativePolicyEnv(policy.param_kind != nullptr), CelFamily::kKubernetes);
  scope.Declare(policy.variables);
  return scope;
}

}  // namespace

CompiledBinding::CompiledBinding(std::shared_ptr<const policy::AdmissionPolicyBinding> source)
    : source_(std::move(source)), constraints_(Constraints(source_->match_resources)) {
  if (source_->param_ref != nullptr && source_->param_ref->selector != nullptr)
    selector_ = StrictSelector(*source_->param_ref->selector);
}

Result<bool> CompiledBinding::Matches(const Request& request) const {
  if (!constraints_) return true;
  return constraints_->Matches(request);
}

json::Value CompiledBinding::ParamsOf(std::span<const json::Value> objects, Arena& arena) const {
  const policy::CelParamRef* reference = source_->param_ref;
  if (reference == nullptr) return json::Value();
  json::ArrayBuilder items(arena);
  for (const json::Value& object : objects) {
    const kube::Metadata metadata = kube::MetadataOf(object);
    if (selector_) {
      if (selector_->valid() && selector_->Matches(metadata.labels)) items.Add(object);
      continue;
    }
    const bool by_name = !reference->name.empty();
    const std::string_view wanted = by_name ? reference->name : reference->namespace_;
    if (!wanted.empty() && wanted == (by_name ? metadata.name : metadata.namespace_)) return object;
  }
  if (items.size() == 0) return json::Value();
  json::ObjectBuilder list(arena, 1);
  list.Set("items", items.Build());
  return list.Build();
}

CompiledBindings BindingsOf(const policy::Object& policy,
                            std::span<const std::shared_ptr<const policy::AdmissionPolicyBinding>> bindings) {
  // ValidatingAdmissionPolicyBinding, MutatingAdmissionPolicyBinding.
  constexpr std::string_view kBinding = "Binding";
  CompiledBindings compiled;
  for (const auto& binding : bindings) {
    const bool of_kind = binding->kind.size() == policy.kind.size() + kBinding.size() &&
                         binding->kind.starts_with(policy.kind) && binding->kind.ends_with(kBinding);
    if (of_kind && binding->policy_name == policy.metadata.name) compiled.emplace_back(binding);
  }
  return compiled;
}

CompiledAdmissionPolicy::CompiledAdmissionPolicy(
    std::shared_ptr<const policy::ValidatingAdmissionPolicy> source, CompiledBindings bindings)
    : PolicyIdentity(*source, false),
      source_(std::move(source)),
      bindings_(std::move(bindings)),
      constraints_(Constraints(source_->match_constraints)),
      scope_(ScopeOf(*source_)),
      conditions_(source_->match_conditions, scope_),
      validations_(source_->validations, scope_.env(), ""),
      annotations_(source_->audit_annotations, scope_.env()) {}

Result<bool> CompiledAdmissionPolicy::Matches(const Request& request) const {
  if (!constraints_) return true;
  return constraints_->Matches(request);
}

RuleResponse CompiledAdmissionPolicy::Evaluate(const Request& request, const CompiledBinding* binding,
                                               const json::Value& params, const ports::World& world,
                                               Arena& arena) const {
  RuleResponse response{.name = name()};
  if (binding != nullptr) {
    response.properties =
        std::span(arena.New<Property>(Property{"binding", binding->source().metadata.name}), 1);
  }
  const auto decided = [&](RuleStatus status, std::string_view message) {
    response.status = status;
    response.message = message;
    return response;
  };
  CelInput input = MakeCelInput(request, world, arena);
  input.params = params;
  if (!conditions_.empty()) {
    const auto hold = conditions_.Hold(input, world, arena);
    if (!hold && source_->fails_closed())
      return decided(RuleStatus::kError, arena.Copy(hold.error().message()));
    if (!hold || !*hold) return decided(RuleStatus::kSkip, "match conditions aren't met");
  }
  CelActivation activation(scope_, input, world, arena);
  const NativeValidations::Verdict verdict = validations_.Evaluate(activation);
  return decided(verdict.status, verdict.message);
}

CompiledAdmissionPolicy::Judgement CompiledAdmissionPolicy::Judge(const Request& request,
                                                                  const json::Value& params,
                                                                  const ports::World& world,
                                                                  Arena& arena) const {
  CelInput input = MakeCelInput(request, world, arena);
  input.params = params;
  if (!conditions_.empty()) {
    const auto hold = conditions_.Hold(input, world, arena);
    if (!hold) {
      const auto* failure = arena.New<NativeValidations::Verdict>(
          NativeValidations::Verdict{RuleStatus::kError, arena.Copy(hold.error().message()), {}});
      return {.applies = true, .failures = std::span(failure, 1), .annotations = {}};
    }
    if (!*hold) return {};
  }
  CelActivation activation(scope_, input, world, arena);
  const auto failures = validations_.Failures(activation);
  return {.applies = true, .failures = failures, .annotations = annotations_.Evaluate(activation)};
}

PolicyResponse Validate(const CompiledAdmissionPolicy& policy, const Request& request,
                        std::span<const json::Value> params, const ports::World& world, Arena& arena) {
  PolicyResponse response{.policy = &policy, .rules = {}, .resource = request.subject().object};
  if (const auto matches = policy.Matches(request); !matches || !*matches) return response;
  std::optional<RuleResponse> last;
  if (policy.bindings().empty()) last = policy.Evaluate(request, nullptr, json::Value(), world, arena);
  for (const CompiledBinding& binding : policy.bindings()) {
    ObservedBinding observed(request, binding);
    if (!observed.Matches()) continue;
    const json::Value given = binding.ParamsOf(params, arena);
    observed.Given(given);
    last = policy.Evaluate(request, &binding, given, world, arena);
  }
  if (last) response.rules = std::span(arena.New<RuleResponse>(*last), 1);
  return response;
}

}  // namespace ephor::engine
