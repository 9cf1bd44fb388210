#include "engine/cel/authorization_policy.h"

#include "cel/lib/authorization.h"
#include "cel/lib/environments.h"
#include "engine/cel/policy_conditions.h"
#include "engine/cel/spec_compiler.h"
#include "engine/run.h"
#include "policy/field_error.h"

namespace ephor::engine {
namespace {

bool IsEnvoy(const policy::ValidatingPolicy& policy) {
  return policy.evaluation.mode == "Envoy";
}

}  // namespace

bool CompiledAuthorizationPolicy::IsOne(const policy::ValidatingPolicy& policy) {
  return !policy.is_namespaced() && (policy.evaluation.mode == "HTTP" || IsEnvoy(policy));
}

CompiledAuthorizationPolicy::CompiledAuthorizationPolicy(
    std::shared_ptr<const policy::ValidatingPolicy> source)
    : PolicyIdentity(*source, false),
      source_(std::move(source)),
      scope_(cel::lib::AuthorizationEnv(IsEnvoy(*source_))) {}

Result<std::shared_ptr<const CompiledAuthorizationPolicy>> CompiledAuthorizationPolicy::Compile(
    std::shared_ptr<const policy::ValidatingPolicy> source) {
  std::shared_ptr<CompiledAuthorizationPolicy> policy(new CompiledAuthorizationPolicy(std::move(source)));
  EPHOR_TRY(policy->CompileSpec());
  return policy;
}

Result<void> CompiledAuthorizationPolicy::CompileSpec() {
  const policy::ValidatingPolicy& spec = *source_;
  SpecCompiler compiler("");
  if (!compiler.Conditions("spec.matchConditions", spec.match_conditions, scope_.env(), conditions_) ||
      !compiler.Variables(spec.variables, scope_)) {
    return std::unexpected(compiler.Failure());
  }
  const std::string_view wanted =
      is_for_envoy() ? cel::lib::kEnvoyCheckResponse : cel::lib::kHttpCheckResponse;
  for (std::size_t i = 0; i < spec.validations.size(); ++i) {
    const std::string path = "spec.validations[" + std::to_string(i) + "].expression";
    const std::string_view text = spec.validations[i].expression;
    auto program = compiler.Compile(path, text, scope_.env(), CelOutput::kAny);
    if (!program) return std::unexpected(compiler.Failure());
    const cel::Type& type = program->program()->type();
    if (!type.is(cel::TypeKind::kNull) && !(type.is(cel::TypeKind::kStruct) && type.name() == wanted)) {
      return Fail(ErrorCode::kInvalidPolicy,
                  policy::InvalidField(
                      path, text, "rule response output is expected to be of type " + std::string(wanted)));
    }
    validations_.push_back(*std::move(program));
  }
  return {};
}

RuleResponse CompiledAuthorizationPolicy::Decide(CelActivation& activation) const {
  Arena& arena = activation.arena();
  RuleResponse response{.name = name(), .status = RuleStatus::kSkip, .message = "request does not match"};
  // Where a policy fails open, an error is no decision.
  const auto failed = [&](const Error& error) {
    if (!source_->fails_closed()) return response;
    response.status = RuleStatus::kError;
    response.message = arena.Copy(error.message());
    return response;
  };
  activation.HideVariables();
  const auto hold = HoldAll(conditions_, activation);
  if (!hold) return failed(hold.error());
  if (!*hold) return response;
  activation.ShowVariables();
  for (const CelExpression& validation : validations_) {
    const auto value = activation.Evaluate(validation);
    if (!value) return failed(value.error());
    if (value->is_null()) continue;
    const cel::lib::Authorization answer = cel::lib::AuthorizationOf(*value);
    response.status = answer.allowed ? RuleStatus::kPass : RuleStatus::kFail;
    if (answer.allowed) {
      response.message = "request allowed";
    } else if (is_for_envoy()) {
      response.message = arena.Copy("request denied with status code " + std::to_string(answer.status));
    } else {
      response.message = Concat(arena, {"request denied, reason: ", answer.reason});
    }
    return response;
  }
  return response;
}

Result<PolicyResponse> CompiledAuthorizationPolicy::Judge(const json::Value& payload,
                                                          const ports::World& world, Arena& arena,
                                                          Observer* observer) const {
  EPHOR_ASSIGN(const cel::Value request, is_for_envoy() ? cel::lib::EnvoyCheckRequest(payload, arena)
                                                        : cel::lib::HttpCheckRequest(payload, arena));
  CelActivation activation(scope_, {.observer = observer}, world, arena);
  activation.Set("object", request);
  return PolicyResponse{.policy = this,
                        .rules = std::span(arena.New<RuleResponse>(Decide(activation)), 1),
                        .resource = json::Value::Object({})};
}

}  // namespace ephor::engine
