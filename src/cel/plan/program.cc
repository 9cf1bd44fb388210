#include "cel/plan/program.h"

#include "cel/check/checker.h"
#include "cel/check/validate.h"
#include "cel/eval/code.h"
#include "cel/plan/planner.h"
#include "cel/syntax/parser.h"

namespace ephor::cel {

Result<Checked> ParseAndCheck(std::string_view text, const Env& env, Arena& arena, bool check) {
  std::vector<Issue> issues;
  Expr* expr = Parse(text, env.options().parse, arena, issues);
  if (expr == nullptr) return std::unexpected(IssuesToError(text, std::move(issues)));
  if (!check) {
    const CheckResult resolved = Resolve(*expr, env, arena);
    return Checked{resolved.type, expr, resolved.locals};
  }
  const CheckResult checked = Check(*expr, env, arena, issues);
  if (issues.empty()) ValidateLiterals(*expr, env, issues);
  if (!issues.empty()) return std::unexpected(IssuesToError(text, std::move(issues)));
  return Checked{checked.type, expr, checked.locals};
}

Result<std::shared_ptr<const Code>> CompileCode(std::string_view text, std::shared_ptr<const Env> env,
                                                const CompileOptions& options, Noting noting) {
  Arena arena(16 << 10);
  EPHOR_ASSIGN(const Checked checked, ParseAndCheck(text, *env, arena, options.check));
  auto code = std::make_shared<Code>();
  code->text = text;
  code->locals = checked.locals;
  code->type = CopyType(*checked.type, code->arena);
  code->env = std::move(env);
  if (options.plan.fold) {
    EPHOR_TRY(Fold(*checked.expr, *code->env, options.plan, checked.locals, code->arena));
  }
  EPHOR_TRY(Plan(*checked.expr, options.plan, noting, *code));
  return code;
}

Result<Value> ValueOrError(const Value& value, const Code& code) {
  if (!value.is_error()) return value;
  const ErrorInfo& error = value.error();
  return std::unexpected(
      Error(error.code, std::string(error.message)).At(PositionOf(code.text, error.offset)));
}

Result<Program> Program::Compile(std::string_view text, std::shared_ptr<const Env> env,
                                 const CompileOptions& options) {
  EPHOR_ASSIGN(auto code, CompileCode(text, std::move(env), options));
  return Program(std::move(code));
}

Value Program::Run(std::span<const Value> slots, Context& context) const {
  return Execute(*code_, slots, context);
}

Result<Value> Program::Evaluate(std::span<const Value> slots, Context& context) const {
  return ValueOrError(Run(slots, context), *code_);
}

const Type& Program::type() const {
  return *code_->type;
}
std::string_view Program::text() const {
  return code_->text;
}
const std::shared_ptr<const Env>& Program::env() const {
  return code_->env;
}

}  // namespace ephor::cel
