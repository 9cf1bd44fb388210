// An expression on the first line, a JSON object with its variables on the rest: checking and evaluating end
// within their budget without a crash, and the optimized program gives what the plain one gives.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cel/lib/environments.h"
#include "cel/plan/program.h"
#include "json/parse.h"
#include "json/write.h"
#include "ports/clock.h"
#include "ports/random.h"

namespace ephor::cel {
namespace {

class FixedClock : public ports::Clock {
 public:
  Time Now() const override { return Time::FromUnix(1'700'000'000); }
};

class FixedRandom : public ports::Random {
 public:
  std::uint64_t Next() override { return 12345; }
};

struct Outcome {
  std::string text;
  bool out_of_budget = false;
};

Outcome Evaluate(const Program& program, std::span<const Value> slots) {
  FixedClock clock;
  FixedRandom random;
  const ports::World world{.clock = &clock, .random = &random};
  Arena arena;
  Context context{arena, world, 20'000};
  const Value value = program.Run(slots, context);
  if (context.cost > 20'000) return {"", true};
  if (value.is_error()) return {"error: " + std::string(value.error().message)};
  const Result<json::Value> plain = ToJson(value, arena);
  return {plain ? json::ToString(*plain) : std::string(TypeName(value))};
}

std::shared_ptr<const Env> WithVariables(const json::Value& object, std::shared_ptr<const Env> env) {
  Env::Builder builder(env);
  for (const json::Member& member : object.members()) {
    if (env->FindVariable(member.key()) == nullptr) builder.AddVariable(member.key(), &types::kDyn);
  }
  return builder.Build();
}

}  // namespace
}  // namespace ephor::cel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ephor;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  Arena arena;
  json::Value input = json::Value::Object({});
  if (line != std::string_view::npos) {
    if (auto parsed = json::Parse(text.substr(line + 1), arena); parsed && parsed->is_object())
      input = *parsed;
  }
  cel::lib::KyvernoDialect dialect;
  // The errors of constants are those of the evaluation, so that both programs have them at the same time.
  dialect.fold_and_validate = false;
  dialect.mutation_types = dialect.json_patches = true;
  for (const auto& base : {cel::lib::ConformanceEnv(), cel::lib::KyvernoEnv(dialect)}) {
    const auto env = cel::WithVariables(input, base);
    std::vector<cel::Value> slots(env->slots());
    for (const json::Member& member : input.members()) {
      const cel::VariableDecl* variable = env->FindVariable(member.key());
      if (!variable->constant) slots[variable->slot] = cel::Value::Json(member.value);
    }
    for (const bool check : {true, false}) {
      cel::CompileOptions optimized, plain;
      optimized.check = plain.check = check;
      plain.plan = {.fold = false, .paths = false, .sets = false, .prepare = false};
      const auto a = cel::Program::Compile(text.substr(0, line), env, optimized);
      const auto b = cel::Program::Compile(text.substr(0, line), env, plain);
      if (a.has_value() != b.has_value()) std::abort();
      if (!a) continue;
      const cel::Outcome x = cel::Evaluate(*a, slots), y = cel::Evaluate(*b, slots);
      // Constants cost nothing once they are computed, so a used up budget compares with nothing.
      if (!x.out_of_budget && !y.out_of_budget && x.text != y.text) std::abort();
    }
  }
  return 0;
}
