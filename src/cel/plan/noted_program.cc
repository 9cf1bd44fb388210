#include "cel/plan/noted_program.h"

#include "cel/plan/planner.h"

namespace ephor::cel {

std::optional<NotedProgram> NotedProgram::Of(const Program& program) {
  const Code& code = *program.code_;
  std::call_once(code.noted_once, [&] {
    if (auto noted = CompileCode(program.text(), program.env(), {}, Noting::kParts))
      code.noted = *std::move(noted);
  });
  if (code.noted == nullptr) return std::nullopt;
  return NotedProgram(code.noted);
}

Result<Value> NotedProgram::Evaluate(std::span<const Value> slots, Context& context, Notes& notes) const {
  return ValueOrError(Execute(*code_, slots, context, &notes), *code_);
}

std::span<const NoteSite> NotedProgram::sites() const {
  return code_->sites;
}

}  // namespace ephor::cel
