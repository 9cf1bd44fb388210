#include "cli/cel_run.h"

#include "cel/check/estimate.h"
#include "cel/lib/environments.h"
#include "cel/lib/manual.h"
#include "cel/plan/program.h"
#include "cel/syntax/parser.h"
#include "cel/syntax/print.h"
#include "cel/syntax/token.h"
#include "cli/cel_values.h"
#include "cli/system_world.h"
#include "json/builder.h"
#include "json/write.h"
#include "source/paths.h"
#include "source/text.h"
#include "yaml/load.h"

namespace ephor::cli {
namespace {

Result<std::string> ReadFile(const std::string& path) {
  auto text = source::Text::OfFile(source::CleanPath(path));
  if (!text) return InvalidInput("failed to read " + path + ": " + text.error().message());
  return std::string(text->bytes());
}

// Those given as arguments, then those in files; the one on standard input where there are none.
Result<std::vector<std::string>> ReadExpressions(const Context& context, const CelFlags& flags) {
  std::vector<std::string> expressions = flags.expressions;
  for (const std::string& file : flags.files) {
    EPHOR_ASSIGN(std::string expression, ReadFile(file));
    expressions.push_back(std::move(expression));
  }
  if (expressions.empty()) {
    EPHOR_ASSIGN(const source::Text text, source::Text::OfStream(context.in));
    expressions.emplace_back(text.bytes());
  }
  for (std::string& expression : expressions) {
    while (expression.ends_with('\n') || expression.ends_with(' ')) expression.pop_back();
  }
  return expressions;
}

std::shared_ptr<const cel::Env> EnvironmentOf(const CelFlags& flags) {
  return cel::lib::FindEnv(flags.environment.empty() ? "vpol" : flags.environment);
}

struct Variable {
  std::string name;
  json::Value value;
};

// NAME=JSON or NAME=@FILE.
Result<Variable> ReadVariable(const std::string& text, Arena& arena) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return InvalidInput("--var wants NAME=JSON or NAME=@FILE, got " + text);
  std::string document = text.substr(equals + 1);
  if (document.starts_with('@')) {
    EPHOR_ASSIGN(document, ReadFile(document.substr(1)));
  }
  EPHOR_ASSIGN(const json::Value value, yaml::Load(document, arena));
  return Variable{text.substr(0, equals), json::DeepCopy(value, arena)};
}

Result<std::vector<Variable>> ReadVariables(const CelFlags& flags, Arena& arena) {
  std::vector<Variable> variables;
  for (const std::string& text : flags.variables) {
    EPHOR_ASSIGN(Variable variable, ReadVariable(text, arena));
    variables.push_back(std::move(variable));
  }
  if (!flags.input.empty()) {
    EPHOR_ASSIGN(Variable object, ReadVariable("object=@" + flags.input, arena));
    variables.push_back(std::move(object));
  }
  return variables;
}

// Parts that a value shares are written each time: what is small in memory can be a text without end.
Result<std::string> TextOf(const cel::Value& value, Arena& arena) {
  const cel::WalkBudget budget;
  const Result<json::Value> plain = cel::ToJson(value, arena);
  if (plain) return json::ToString(*plain);
  const json::Value tagged = TaggedValue(value, arena);
  if (budget.exhausted()) return Fail(ErrorCode::kEvaluation, "the result is too large to print");
  return json::ToString(tagged);
}

void Complain(const Context& context, const Error& error) {
  const std::string line = error.message() + "\n";
  std::fwrite(line.data(), 1, line.size(), context.err);
}

}  // namespace

Result<int> CelEval(Context& context, const CelFlags& flags) {
  EPHOR_ASSIGN(const std::vector<std::string> expressions, ReadExpressions(context, flags));
  Arena arena;
  EPHOR_ASSIGN(const std::vector<Variable> variables, ReadVariables(flags, arena));
  cel::Env::Builder builder(EnvironmentOf(flags));
  const std::shared_ptr<const cel::Env> base = EnvironmentOf(flags);
  for (const Variable& variable : variables) {
    if (base->FindVariable(variable.name) == nullptr) builder.AddVariable(variable.name, &cel::types::kDyn);
  }
  const std::shared_ptr<const cel::Env> env = builder.Build();
  std::vector<cel::Value> slots(env->slots());
  for (const Variable& variable : variables) {
    const cel::VariableDecl* decl = env->FindVariable(variable.name);
    if (!decl->constant) slots[decl->slot] = cel::Value::Json(variable.value);
  }
  const SystemWorld system;
  const ports::World world = system.ports();
  int exit_code = 0;
  for (const std::string& expression : expressions) {
    cel::Context evaluation{arena, world};
    const Result<cel::Program> program = cel::Program::Compile(expression, env);
    const Result<cel::Value> value =
        program ? program->Evaluate(slots, evaluation) : std::unexpected(program.error());
    const Result<std::string> text = value ? TextOf(*value, arena) : std::unexpected(value.error());
    if (text) {
      context.Print(*text + "\n");
    } else {
      Complain(context, text.error());
      exit_code = 1;
    }
    if (flags.cost && program) {
      context.Print("cost: " + std::to_string(evaluation.cost) + " of " +
                    std::to_string(evaluation.cost_limit) + "\n");
    }
  }
  return exit_code;
}

namespace {

// The environment with the variables of --declare.
Result<std::shared_ptr<const cel::Env>> DeclaredEnvironment(const CelFlags& flags) {
  cel::Env::Builder builder(EnvironmentOf(flags));
  for (const std::string& text : flags.declarations) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return InvalidInput("--declare wants NAME=TYPE, got " + text);
    }
    EPHOR_TRY(builder.AddVariable(text.substr(0, equals), text.substr(equals + 1)));
  }
  return builder.Build();
}

// What checking an expression tells: its type, and what an evaluation costs.
struct Verdict {
  std::string type;
  cel::Range cost;
};

Result<Verdict> CheckExpression(const std::string& expression, const std::shared_ptr<const cel::Env>& env,
                                const cel::SizeHints& sizes) {
  // Constants are computed too: what fails there is an error of the expression.
  EPHOR_ASSIGN(const cel::Program program, cel::Program::Compile(expression, env));
  Arena arena;
  EPHOR_ASSIGN(const cel::Checked checked, cel::ParseAndCheck(expression, *env, arena));
  return Verdict{program.type().DeclaredText(), cel::EstimateCost(*checked.expr, sizes)};
}

std::string CostText(const cel::Range& cost) {
  std::string text = std::to_string(cost.min);
  if (cost.max == cel::Range::kUnbounded) return text + " or more";
  if (cost.max != cost.min) text += " to " + std::to_string(cost.max);
  return text;
}

// One line. A cost without bound has no "max".
std::string VerdictLine(const std::string& expression, const Result<Verdict>& verdict) {
  Arena arena;
  json::ObjectBuilder line(arena);
  line.Set("expression", json::Value::String(expression));
  if (verdict) {
    json::ObjectBuilder cost(arena);
    const auto add = [&](std::string_view name, std::uint64_t value) {
      if (value <= std::numeric_limits<std::int64_t>::max()) {
        cost.Set(name, json::Value::Int(static_cast<std::int64_t>(value)));
      }
    };
    add("min", verdict->cost.min);
    add("max", verdict->cost.max);
    line.Set("type", json::Value::String(verdict->type));
    line.Set("cost", cost.Build());
  } else {
    line.Set("error", json::Value::String(verdict.error().message()));
  }
  return json::ToString(line.Build()) + "\n";
}

}  // namespace

Result<int> CelCheck(Context& context, const CelFlags& flags) {
  EPHOR_ASSIGN(const std::vector<std::string> expressions, ReadExpressions(context, flags));
  cel::SizeHints sizes;
  for (const std::string& size : flags.sizes) EPHOR_TRY(sizes.Add(size));
  EPHOR_ASSIGN(const std::shared_ptr<const cel::Env> env, DeclaredEnvironment(flags));
  int exit_code = 0;
  for (const std::string& expression : expressions) {
    const Result<Verdict> verdict = CheckExpression(expression, env, sizes);
    if (!verdict) exit_code = 1;
    if (flags.json) {
      context.Print(VerdictLine(expression, verdict));
    } else if (verdict) {
      context.Print(verdict->type + "\ncost: " + CostText(verdict->cost) + "\n");
    } else {
      Complain(context, verdict.error());
    }
  }
  return exit_code;
}

Result<int> CelFunctions(Context& context, const CelFlags& flags) {
  context.Print(flags.environment.empty() ? cel::lib::FunctionManual()
                                          : cel::lib::FunctionTable(*EnvironmentOf(flags)));
  return 0;
}

Result<int> CelFormat(Context& context, const CelFlags& flags) {
  EPHOR_ASSIGN(const std::vector<std::string> expressions, ReadExpressions(context, flags));
  int exit_code = 0;
  for (const std::string& expression : expressions) {
    Arena arena;
    std::vector<cel::Issue> issues;
    const cel::Expr* tree =
        cel::Parse(expression, cel::lib::ConformanceEnv()->options().parse, arena, issues);
    if (tree == nullptr) {
      Complain(context, cel::IssuesToError(expression, std::move(issues)));
      exit_code = 1;
    } else if (cel::HasComment(expression)) {
      Complain(context,
               Error(ErrorCode::kInvalidInput, "the expression holds comments, which would be lost"));
      exit_code = 1;
    } else {
      context.Print(cel::Print(*tree, {.width = flags.width}) + "\n");
    }
  }
  return exit_code;
}

}  // namespace ephor::cli
