// A program that notes what its parts come to.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "cel/eval/notes.h"
#include "cel/plan/program.h"

namespace ephor::cel {

// The same code as the program's, with one more instruction after each part that copies what is on the stack.
// Results, errors and costs are the same.
class NotedProgram {
 public:
  // Compiles the program's text once more, when it is first asked. The program keeps it, since values may
  // view its constants. Nothing for a program that was compiled without being checked. From any thread.
  static std::optional<NotedProgram> Of(const Program& program);

  // As Program::Evaluate. The notes' values live as long as the context's arena, the slots' values
  // and the program that this was made of.
  Result<Value> Evaluate(std::span<const Value> slots, Context& context, Notes& notes) const;

  // By number; as long as this.
  std::span<const NoteSite> sites() const;

 private:
  explicit NotedProgram(std::shared_ptr<const Code> code) : code_(std::move(code)) {}
  std::shared_ptr<const Code> code_;
};

}  // namespace ephor::cel
