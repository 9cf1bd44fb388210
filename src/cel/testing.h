// Evaluation for tests: an expression and its variables in, text out.
#pragma once

#include <string>
#include <string_view>

#include "cel/lib/environments.h"
#include "cel/plan/noted_program.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::cel::testing {

inline constexpr PlanOptions kPlain{.fold = false, .paths = false, .sets = false, .prepare = false};

// The result as JSON; "error: ..." or the report of a compilation that fails. `vars` is a JSON object; names
// that the environment does not declare are declared as dyn.
inline std::string Evaluate(std::string_view expression, std::string_view vars = "{}",
                            std::shared_ptr<const Env> env = lib::ConformanceEnv(),
                            const CompileOptions& options = {}, std::uint64_t* cost = nullptr) {
  Arena arena;
  const Result<json::Value> given = json::Parse(vars, arena);
  if (!given) return "bad variables: " + given.error().message();
  Env::Builder builder(env);
  for (const json::Member& member : given->members()) {
    if (env->FindVariable(member.key()) == nullptr) builder.AddVariable(member.key(), &types::kDyn);
  }
  env = builder.Build();
  std::vector<Value> slots(env->slots());
  for (const json::Member& member : given->members()) {
    slots[env->FindVariable(member.key())->slot] = Value::Json(member.value);
  }
  const Result<Program> program = Program::Compile(expression, env, options);
  if (!program) return program.error().message();
  const ports::World world;
  Context context{arena, world};
  const auto text = [&](const Result<Value>& value) {
    if (!value) return "error: " + value.error().message();
    const Result<json::Value> plain = ToJson(*value, arena);
    return plain ? json::ToString(*plain) : "<" + std::string(TypeName(*value)) + ">";
  };
  const std::string result = text(program->Evaluate(slots, context));
  if (cost != nullptr) *cost = context.cost;
  // Notes change nothing, whatever is left out of the plan.
  const auto noted = NotedProgram::Of(*program);
  if (!noted) return options.check ? "does not compile with notes" : result;
  Notes notes;
  Context noted_context{arena, world};
  const std::string noted_result = text(noted->Evaluate(slots, noted_context, notes));
  if (options.check && noted_result != result) return "with notes: " + noted_result;
  return result;
}

}  // namespace ephor::cel::testing
