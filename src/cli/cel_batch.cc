#include "cli/cel_batch.h"

#include <string>

#include "cel/lib/environments.h"
#include "cel/plan/program.h"
#include "cli/cel_values.h"
#include "cli/system_world.h"
#include "json/builder.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::cli {
namespace {

bool ReadLine(std::FILE* in, std::string& line) {
  line.clear();
  char buffer[1 << 16];
  while (std::fgets(buffer, sizeof buffer, in) != nullptr) {
    line += buffer;
    if (line.back() == '\n') return true;
  }
  return !line.empty();
}

bool Flag(const json::Value& request, std::string_view name) {
  const json::Value* value = request.Find(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

// One declaration of "type_env": a variable, or a function with its overloads.
Result<void> Declare(const json::Value& declaration, cel::Env::Builder& builder) {
  Arena& arena = builder.arena();
  const std::string_view name = arena.Copy(declaration.StringAt("name"));
  if (const json::Value* type = declaration.Find("type")) {
    EPHOR_ASSIGN(const cel::Type* const parsed, ReadTaggedType(*type, arena));
    builder.AddVariable(name, parsed);
    return {};
  }
  const json::Value* overloads = declaration.Find("overloads");
  if (overloads == nullptr) return InvalidInput("a declaration has a type or overloads");
  for (const json::Value& overload : overloads->items()) {
    std::vector<const cel::Type*> params;
    if (const json::Value* list = overload.Find("params")) {
      for (const json::Value& param : list->items()) {
        EPHOR_ASSIGN(const cel::Type* const parsed, ReadTaggedType(param, arena));
        params.push_back(parsed);
      }
    }
    const json::Value* result = overload.Find("result");
    if (result == nullptr) return InvalidInput("an overload has a result");
    EPHOR_ASSIGN(const cel::Type* const parsed, ReadTaggedType(*result, arena));
    builder.AddFunction(name, params, parsed, Flag(overload, "instance"));
  }
  return {};
}

struct Prepared {
  std::shared_ptr<const cel::Env> env;
  std::vector<cel::Value> slots;
};

json::Value NoExceptions(Arena& arena) {
  json::ObjectBuilder exceptions(arena, 2);
  exceptions.Set("allowedImages", json::Value::Array({}));
  exceptions.Set("allowedValues", json::Value::Array({}));
  return exceptions.Build();
}

// The environment of a request and the values of its variables.
Result<Prepared> Prepare(const json::Value& request, Arena& arena) {
  const std::string_view name = request.StringAt("env");
  if (name == "vpol" || name == "vap") {
    Prepared prepared{name == "vpol" ? cel::lib::ValidatingPolicyEnv() : cel::lib::AdmissionPolicyEnv(), {}};
    prepared.slots.resize(prepared.env->slots());
    const auto bind = [&](std::string_view variable, const json::Value& value) {
      const cel::VariableDecl* decl = prepared.env->FindVariable(variable);
      if (decl != nullptr && !decl->constant) prepared.slots[decl->slot] = cel::Value::Json(value);
    };
    bind("exceptions", NoExceptions(arena));
    if (const json::Value* vars = request.Find("vars"); vars != nullptr && vars->is_object()) {
      for (const json::Member& member : vars->members()) bind(member.key(), member.value);
    }
    return prepared;
  }
  cel::Env::Builder builder(cel::lib::ConformanceEnv());
  builder.options().container = request.StringAt("container");
  builder.options().disable_macros = Flag(request, "disable_macros");
  if (const json::Value* declarations = request.Find("type_env")) {
    for (const json::Value& declaration : declarations->items()) EPHOR_TRY(Declare(declaration, builder));
  }
  Prepared prepared{builder.Build(), {}};
  prepared.slots.resize(prepared.env->slots());
  if (const json::Value* bindings = request.Find("bindings"); bindings != nullptr && bindings->is_object()) {
    for (const json::Member& member : bindings->members()) {
      const cel::VariableDecl* variable = prepared.env->FindVariable(member.key());
      if (variable == nullptr) continue;
      EPHOR_ASSIGN(prepared.slots[variable->slot], ReadTaggedValue(member.value, arena));
    }
  }
  return prepared;
}

json::Value Reply(std::string_view key, std::string_view text, Arena& arena) {
  json::ObjectBuilder reply(arena, 1);
  reply.Set(key, json::Value::String(arena.Copy(text)));
  return reply.Build();
}

json::Value Answer(const json::Value& request, const ports::World& world, Arena& arena) {
  const bool conformance = request.StringAt("env") == "conformance" || request.Find("env") == nullptr;
  Result<Prepared> prepared = Prepare(request, arena);
  if (!prepared) return Reply("error", prepared.error().message(), arena);
  cel::CompileOptions options;
  options.check = !Flag(request, "disable_check");
  const Result<cel::Program> program =
      cel::Program::Compile(request.StringAt("expr"), prepared->env, options);
  if (!program) return Reply("compile_error", program.error().message(), arena);
  json::ObjectBuilder reply(arena, 2);
  reply.Set("type", conformance ? TaggedType(program->type(), arena)
                                : json::Value::String(arena.Copy(program->type().DeclaredText())));
  if (!Flag(request, "check_only")) {
    cel::Context context{arena, world};
    const Result<cel::Value> value = program->Evaluate(prepared->slots, context);
    if (!value) return Reply("error", value.error().message(), arena);
    const cel::WalkBudget budget;
    reply.Set("value", TaggedValue(*value, arena));
  }
  return reply.Build();
}

}  // namespace

Result<int> RunCelBatch(Context& context) {
  const SystemWorld system;
  std::string line, out;
  while (ReadLine(context.in, line)) {
    Arena arena;
    const Result<json::Value> request = json::Parse(line, arena);
    const json::Value reply =
        request ? Answer(*request, system.ports(), arena) : Reply("error", request.error().message(), arena);
    out.clear();
    json::Write(reply, out);
    out += '\n';
    context.Print(out);
    std::fflush(context.out);
  }
  return 0;
}

}  // namespace ephor::cli
