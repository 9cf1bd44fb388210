#include "engine/cel/expressions.h"

#include "json/builder.h"
#include "ports/cluster.h"

namespace ephor::engine {
namespace {

constexpr std::string_view kVariables = "variables";

json::Value Text(std::string_view text) {
  return json::Value::String(text);
}

json::Value TextList(std::span<const std::string_view> texts, Arena& arena) {
  json::ArrayBuilder items(arena, texts.size());
  for (std::string_view text : texts) items.Add(Text(text));
  return items.Build();
}

// The AdmissionRequest that Kubernetes makes for expressions: without the objects, which are variables of
// their own.
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
  user.Set("username", Text(request.requester.username));
  const json::Value* source_user = request.variables.Find("userInfo");
  user.Set("uid", Text(source_user == nullptr ? std::string_view() : source_user->StringAt("uid")));
  user.Set("groups", TextList(request.requester.groups, arena));
  const json::Value* extra = source_user == nullptr ? nullptr : source_user->Find("extra");
  user.Set("extra", extra == nullptr ? json::Value::Object({}) : *extra);

  const Resource& subject = request.subject();
  json::ObjectBuilder members(arena, 14);
  members.Set("uid", Text(request.variables.StringAt("uid")));
  members.Set("kind", kind(request.kind));
  members.Set("resource", resource);
  members.Set("subResource", Text(""));
  members.Set("requestKind", kind(request.kind));
  members.Set("requestResource", resource);
  members.Set("requestSubResource", Text(""));
  members.Set("name", Text(subject.name));
  members.Set("namespace", Text(subject.namespace_));
  members.Set("operation", Text(request.operation));
  members.Set("userInfo", user.Build());
  members.Set("dryRun", json::Value::Bool(false));
  members.Set("options", json::Value());
  return members.Build();
}

cel::Value EvaluateVariable(std::string_view name, const CelExpression& expression,
                            std::span<const cel::Value> slots, cel::Context& context) {
  const auto failed = [&](std::string_view how, std::string_view error) {
    return cel::MakeError(context.arena,
                          "composited variable \"" + std::string(name) + "\" fails to " + std::string(how) +
                              ": " + std::string(error),
                          0);
  };
  if (!expression.program()) return failed("compile", expression.error());
  const auto value = expression.program()->Evaluate(slots, context);
  return value ? *value : failed("evaluate", value.error().message());
}

}  // namespace

CelInput MakeCelInput(const Request& request, const ports::World& world, Arena& arena) {
  CelInput input;
  input.object = request.object.object;
  input.old_object = request.old_object.object;
  input.request = RequestVariable(request, arena);
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

CelExpression::CelExpression(std::string_view text, std::shared_ptr<const cel::Env> env) : text_(text) {
  auto program = cel::Program::Compile(text, std::move(env));
  if (program) {
    program_ = *std::move(program);
  } else {
    error_ = "compilation error: compilation failed: " + program.error().message();
  }
}

CelScope::CelScope(std::shared_ptr<const cel::Env> base, std::span<const NamedExpression> variables) {
  std::vector<std::pair<std::string_view, const cel::Type*>> fields;
  const auto declare = [&] {
    cel::Env::Builder builder(base);
    builder.AddVariable(kVariables,
                        builder.AddStruct("kubernetes.variables", fields, &CelActivation::kVariablesType));
    return builder.Build();
  };
  variables_.reserve(variables.size());
  names_.reserve(variables.size());
  for (const NamedExpression& variable : variables) {
    names_.emplace_back(variable.name);
    const CelExpression& expression = variables_.emplace_back(variable.text, declare());
    // The type lives as long as the program, which is kept.
    fields.emplace_back(names_.back(),
                        expression.program() ? &expression.program()->type() : &cel::types::kDyn);
  }
  env_ = declare();
}

constexpr cel::OpaqueType CelActivation::kVariablesType{.name = "kubernetes.variables", .field = Variable};

struct CelActivation::State {
  const CelScope* scope;
  std::span<cel::Value> slots;
  std::span<cel::Value> values;  // of variables
  std::span<bool> evaluated;
};

CelActivation::CelActivation(const CelScope& scope, const CelInput& input, const ports::World& world,
                             Arena& arena)
    : context_{.arena = arena, .world = world}, state_(arena.New<State>()) {
  const std::size_t count = scope.variables_.size();
  *state_ = {&scope, arena.NewArray<cel::Value>(scope.env_->slots()), arena.NewArray<cel::Value>(count),
             arena.NewArray<bool>(count)};
  std::fill(state_->slots.begin(), state_->slots.end(), cel::Value::Null());
  std::fill(state_->evaluated.begin(), state_->evaluated.end(), false);
  const auto set = [&](std::string_view name, const cel::Value& value) {
    const cel::VariableDecl* variable = scope.env_->FindVariable(name);
    if (variable != nullptr && !variable->constant) state_->slots[variable->slot] = value;
  };
  set("object", cel::Value::Json(input.object));
  set("oldObject", cel::Value::Json(input.old_object));
  set("request", cel::Value::Json(input.request));
  set("namespaceObject", cel::Value::Json(input.namespace_object));
  set("params", cel::Value::Json(input.params));
  const cel::VariableDecl* variables = scope.env_->FindVariable(kVariables);
  state_->slots[variables->slot] = cel::Value::Opaque(&kVariablesType, state_, arena);
}

const cel::Value* CelActivation::Variable(const void* data, const json::Key& name, cel::Context& context) {
  const State& state = *static_cast<const State*>(data);
  for (std::size_t i = 0; i < state.values.size(); ++i) {
    if (state.scope->names_[i] != name.text) continue;
    if (!state.evaluated[i]) {
      const CelExpression& expression = state.scope->variables_[i];
      state.evaluated[i] = true;
      state.values[i] = EvaluateVariable(name.text, expression, state.slots, context);
    }
    return &state.values[i];
  }
  return nullptr;
}

Result<cel::Value> CelActivation::Evaluate(const CelExpression& expression) {
  if (!expression.program()) return Fail(ErrorCode::kInvalidPolicy, expression.error());
  if (context_.cost > cel::kCostPerPolicy) {
    return Fail(
        ErrorCode::kEvaluation,
        "validation failed due to running out of cost budget, no further validation rules will be run");
  }
  return expression.program()->Evaluate(state_->slots, context_);
}

}  // namespace ephor::engine
