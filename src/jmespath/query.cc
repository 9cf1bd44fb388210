#include "jmespath/query.h"

#include "jmespath/evaluator.h"
#include "jmespath/optimize.h"
#include "jmespath/parser.h"
#include "jmespath/print.h"

namespace ephor::jmespath {
namespace {

// Programs beyond it can make results whose tree is exponentially larger than the memory they take, so the
// tree itself is charged for before it gets to a caller that would walk it.
constexpr std::uint64_t kHarmlessFanOut = 64;

}  // namespace

Result<Query> Query::Compile(std::string_view expression) {
  EPHOR_ASSIGN(std::unique_ptr<Program> program, Parse(expression));
  Optimize(*program);
  program->fan_out = FanOut(*program);
  return Query(std::shared_ptr<const Program>(std::move(program)));
}

Result<json::Value> Query::Evaluate(const json::Value& input, Env& env) const {
  Evaluator evaluator(*program_, env);
  json::Value result;
  const Status status = evaluator.Run(program_->root, input, result);
  if (status != Status::kOk) [[unlikely]]
    return std::unexpected(evaluator.TakeError(status));
  if (program_->fan_out > kHarmlessFanOut && !evaluator.ChargeTree(result)) [[unlikely]]
    return std::unexpected(evaluator.TakeError(Status::kError));
  return result;
}

std::string_view Query::text() const {
  return program_->text;
}

std::string Query::ToString() const {
  return PrintExpression(*program_, program_->root);
}

std::string Query::AstToString() const {
  return PrintTree(*program_);
}

}  // namespace ephor::jmespath
