#include "cel/plan/noted_program.h"

#include "cel/plan/planner.h"

namespace ephor::cel {

std::optional<NotedProgram> NotedProgram::Of(const Program& program) {
  auto code = CompileCode(program.text(), program.env(), {}, Noting::kParts);
  if (!code) return std::nullopt;
  return NotedProgram(*std::move(code));
}

Result<Value> NotedProgram::Evaluate(std::span<const Value> slots, Context& context, Notes& notes) const {
  return ValueOrError(Execute(*code_, slots, context, &notes), *code_);
}

std::span<const NoteSite> NotedProgram::sites() const {
  return code_->sites;
}

}  // namespace ephor::cel
