#include "engine/cel/expressions.h"

#include "engine/observe/cel.h"
#include "json/builder.h"
#include "ports/cluster.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kVariables = "variables";
const std::string kCompilationError = "compilation error: ";

json::Value Text(std::string_view text) {
  return json::Value::String(text);
}

json::Value TextList(std::span<const std::string_view> texts, Arena& arena) {
  json::ArrayBuilder items(arena, texts.size());
  for (std::string_view text : texts) items.Add(Text(text));
  return items.Build();
}

void SetText(json::ObjectBuilder& members, const json::Key& key, std::string_view text) {
  if (!text.empty()) members.Set(key, Text(text));
}

// The AdmissionRequest that Kubernetes makes for expressions: without the objects, which are variables of
// their own, and without what is empty.
json::Value RequestVariable(const Request& request, Arena& arena) {
  const auto kind = [&](const kube::GroupVersionKind& gvk) {
    json::ObjectBuilder members(arena, 3);
    members.Set("group", Text(gvk.group));
    members.Set("version", Text(gvk.version));
    members.Set("kind", Text(gvk.kind));
    return members.Build();
  };
  const json::Value* source_resource = request.variables.Find("resource");
  const json::Value resource = source_resource == nullptr ? json::Value::Object({}) : *source_resource;
  json::ObjectBuilder user(arena, 4);
  SetText(user, "username", request.requester.username);
  const json::Value* source_user = request.variables.Find("userInfo");
  if (source_user != nullptr) SetText(user, "uid", source_user->StringAt("uid"));
  if (!request.requester.groups.empty()) user.Set("groups", TextList(request.requester.groups, arena));
  const json::Value* extra = source_user == nullptr ? nullptr : source_user->Find("extra");
  if (extra != nullptr && extra->size() > 0) user.Set("extra", *extra);

  const Resource& subject = request.subject();
  json::ObjectBuilder members(arena, 12);
  members.Set("kind", kind(request.kind));
  members.Set("resource", resource);
  members.Set("requestKind", kind(request.kind));
  members.Set("requestResource", resource);
  SetText(members, "subResource", request.subresource);
  SetText(members, "requestSubResource", request.subresource);
  SetText(members, "name", subject.name);
  SetText(members, "namespace", subject.namespace_);
  members.Set("operation", Text(request.operation));
  members.Set("userInfo", user.Build());
  members.Set("dryRun", json::Value::Bool(false));
  members.Set("options", json::Value());
  return members.Build();
}

cel::Value EvaluateVariable(std::string_view name, const CelExpression& expression, CelFamily family,
                            std::span<const cel::Value> slots, cel::Context& context) {
  // Kyverno passes the error on as it is.
  const auto failed = [&](std::string_view how, std::string_view error) {
    return cel::MakeError(context.arena,
                          "composited variable \"" + std::string(name) + "\" fails to " + std::string(how) +
                              ": " + std::string(error),
                          0);
  };
  if (!expression.program()) return failed("compile", kCompilationError + expression.error());
  const cel::Value value = expression.program()->Run(slots, context);
  if (!value.is_error() || family == CelFamily::kKyverno) return value;
  return failed("evaluate", value.error().message);
}

// The object, or {} where there is none.
json::Value Present(const Resource& resource) {
  return resource.present() ? resource.object : json::Value::Object({});
}

// What is known of a namespace that the API server names and nobody describes: it has this name, and the
// label that Kubernetes gives to all.
json::Value NamedNamespace(std::string_view name, Arena& arena) {
  json::ObjectBuilder labels(arena, 1);
  labels.Set("kubernetes.io/metadata.name", Text(name));
  json::ObjectBuilder metadata(arena, 2);
  metadata.Set("name", Text(name));
  metadata.Set("labels", labels.Build());
  json::ObjectBuilder object(arena, 3);
  object.Set("apiVersion", Text("v1"));
  object.Set("kind", Text("Namespace"));
  object.Set("metadata", metadata.Build());
  return object.Build();
}

}  // namespace

CelInput MakeCelInput(const Request& request, const ports::World& world, Arena& arena) {
  CelInput input;
  input.observer = request.observer;
  input.object = request.object.object;
  input.old_object = request.old_object.object;
  input.request = RequestVariable(request, arena);
  if (request.namespace_object.is_object()) {
    input.namespace_object = request.namespace_object;
    return input;
  }
  const std::string_view namespace_ = request.kind.kind == "Namespace" ? "" : request.subject().namespace_;
  if (namespace_.empty()) return input;
  json::ObjectBuilder metadata(arena, 2);
  metadata.Set("name", Text(namespace_));
  // Without a cluster only the name is known.
  if (request.is_admission && world.cluster != nullptr) metadata.Set("labels", request.namespace_labels);
  json::ObjectBuilder object(arena, 1);
  object.Set("metadata", metadata.Build());
  input.namespace_object = object.Build();
  return input;
}

CelInput MakePolicyInput(const Request& request, bool reads_namespace, const ports::World& world,
                         Arena& arena) {
  CelInput input;
  input.observer = request.observer;
  input.object = Present(request.object);
  input.old_object = Present(request.old_object);
  input.request = request.variables;
  input.namespace_object = request.namespace_object;
  if (!reads_namespace || request.namespace_.empty() || !input.namespace_object.is_null() ||
      !request.is_admission) {
    return input;
  }
  if (world.cluster != nullptr) {
    const auto found = world.cluster->Get("v1", "namespaces", "", request.namespace_, arena);
    if (found && *found) {
      input.namespace_object = **found;
      return input;
    }
  }
  input.namespace_object = NamedNamespace(request.namespace_, arena);
  return input;
}

CelExpression::CelExpression(std::string_view text, std::shared_ptr<const cel::Env> env, CelOutput output,
                             std::string_view name)
    : name_(name), text_(text) {
  auto program = cel::Program::Compile(text, std::move(env));
  if (!program) {
    error_ = "compilation failed: " + program.error().message();
  } else if (!Gives(program->type(), output)) {
    error_ = MustEvaluateTo(output, program->type());
  } else {
    program_ = *std::move(program);
  }
}

CelScope::CelScope(std::shared_ptr<const cel::Env> base, CelFamily family)
    : base_(std::move(base)), family_(family) {
  Rebuild();
}

void CelScope::Declare(std::span<const policy::CelVariable> variables) {
  for (const policy::CelVariable& variable : variables)
    Declare(variable.name, CelExpression(variable.expression, env_));
}

void CelScope::Declare(std::string_view name, CelExpression expression) {
  names_.emplace_back(name);
  variables_.push_back(std::move(expression));
  Rebuild();
}

void CelScope::Rebuild() {
  std::vector<std::pair<std::string_view, const cel::Type*>> fields;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    // The type lives as long as the program, which is kept.
    const auto& program = variables_[i].program();
    fields.emplace_back(names_[i], program ? &program->type() : &cel::types::kDyn);
  }
  cel::Env::Builder builder(base_);
  const bool kyverno = family_ == CelFamily::kKyverno;
  builder.AddVariable(
      kVariables,
      builder.AddStruct(kyverno ? "kyverno.variables" : "kubernetes.variables", fields,
                        kyverno ? &CelActivation::kKyvernoVariables : &CelActivation::kKubernetesVariables));
  env_ = builder.Build();
  const auto slot = [&](std::string_view name) {
    const cel::VariableDecl* variable = env_->FindVariable(name);
    return variable == nullptr || variable->constant ? kNone : variable->slot;
  };
  slots_ = {slot("object"), slot("oldObject"),  slot("request"), slot("namespaceObject"),
            slot("params"), slot("exceptions"), slot(kVariables)};
}

constexpr cel::OpaqueType CelActivation::kKubernetesVariables{.name = "kubernetes.variables",
                                                              .field = Variable};
constexpr cel::OpaqueType CelActivation::kKyvernoVariables{.name = "kyverno.variables", .field = Variable};

CelActivation::CelActivation(const CelScope& scope, const CelInput& input, const ports::World& world,
                             Arena& arena)
    : context_{.arena = arena, .world = world}, state_(arena.New<State>()) {
  const std::size_t count = scope.variables_.size();
  state_->scope = &scope;
  state_->observer = input.observer;
  state_->slots = arena.NewArray<cel::Value>(scope.env_->slots());
  state_->values = arena.NewArray<cel::Value>(count);
  state_->evaluated = arena.NewArray<bool>(count);
  std::fill(state_->slots.begin(), state_->slots.end(), cel::Value::Null());
  std::fill(state_->evaluated.begin(), state_->evaluated.end(), false);
  const CelScope::Slots& slots = scope.slots_;
  const auto set = [&](std::uint32_t slot, const json::Value& value) {
    if (slot != CelScope::kNone) state_->slots[slot] = cel::Value::Json(value);
  };
  set(slots.object, input.object);
  set(slots.old_object, input.old_object);
  set(slots.request, input.request);
  set(slots.namespace_object, input.namespace_object);
  set(slots.params, input.params);
  state_->slots[slots.variables] = cel::Value::Opaque(
      scope.family_ == CelFamily::kKyverno ? &kKyvernoVariables : &kKubernetesVariables, state_, arena);
  static const json::Member kNoExceptions[] = {json::Member("allowedImages", json::Value::Array({})),
                                               json::Member("allowedValues", json::Value::Array({}))};
  SetExceptions(json::Value::Object(kNoExceptions));
}

const cel::Value* CelActivation::Variable(const void* data, const json::Key& name, cel::Context& context) {
  const State& state = *static_cast<const State*>(data);
  for (std::size_t i = 0; i < state.values.size(); ++i) {
    if (state.scope->names_[i] != name.text) continue;
    if (state.hidden) return &state.hidden_error;
    if (!state.evaluated[i]) {
      const CelExpression& expression = state.scope->variables_[i];
      state.evaluated[i] = true;
      ObservedCel observed(state.observer,
                           {.kind = StepKind::kVariable, .name = name.text, .text = expression.text()});
      state.values[i] = EvaluateVariable(name.text, expression, state.scope->family_, state.slots, context);
      observed.Tell(state.values[i], context.arena);
    }
    return &state.values[i];
  }
  return nullptr;
}

void CelActivation::Set(std::string_view name, const cel::Value& value) {
  const cel::VariableDecl* variable = state_->scope->env_->FindVariable(name);
  if (variable != nullptr && !variable->constant) state_->slots[variable->slot] = value;
}

void CelActivation::SetExceptions(const json::Value& exceptions) {
  const std::uint32_t slot = state_->scope->slots_.exceptions;
  if (slot != CelScope::kNone) state_->slots[slot] = cel::Value::Json(exceptions);
}

void CelActivation::SetObject(const json::Value& object) {
  const std::uint32_t slot = state_->scope->slots_.object;
  if (slot != CelScope::kNone) state_->slots[slot] = cel::Value::Json(object);
}

void CelActivation::Unset(std::string_view name) {
  Set(name, cel::MakeError(context_.arena, "no such attribute(s): " + std::string(name), 0));
}

void CelActivation::HideVariables() {
  state_->hidden = true;
  state_->hidden_error = cel::MakeError(context_.arena, "no such attribute(s): variables", 0);
}

Result<cel::Value> CelActivation::Evaluate(const CelExpression& expression) {
  ObservedCel observed(state_->observer,
                       {.kind = StepKind::kCel, .name = expression.name(), .text = expression.text()});
  auto value = expression.program() ? Run(*expression.program())
                                    : Fail(ErrorCode::kInvalidPolicy, kCompilationError + expression.error());
  observed.Tell(value, context_.arena);
  return value;
}

void CelActivation::TellNotReached(const CelExpression& expression) const {
  if (state_->observer == nullptr) [[likely]]
    return;
  state_->observer->Tell({.kind = StepKind::kCel, .name = expression.name(), .text = expression.text()},
                         {Verdict::kNotReached, {}, {}});
}

Result<cel::Value> CelActivation::Evaluate(const cel::Program& program) {
  ObservedCel observed(state_->observer, {.kind = StepKind::kCel, .text = program.text()});
  auto value = Run(program);
  observed.Tell(value, context_.arena);
  return value;
}

Result<cel::Value> CelActivation::Run(const cel::Program& program) {
  if (context_.cost > cel::kCostPerPolicy) {
    return Fail(
        ErrorCode::kEvaluation,
        "validation failed due to running out of cost budget, no further validation rules will be run");
  }
  if (state_->observer != nullptr) [[unlikely]]
    return EvaluateTold(program, state_->slots, context_, *state_->observer);
  return program.Evaluate(state_->slots, context_);
}

}  // namespace ephor::engine
