#include "cel/eval/context.h"

namespace ephor::cel {

Value MakeError(Arena& arena, std::string_view message, std::uint32_t offset, ErrorCode code) {
  return Value::Failed(arena.New<ErrorInfo>(ErrorInfo{code, arena.Copy(message), offset}));
}

Value Call::Fail(std::string_view message, ErrorCode code) const {
  return MakeError(context.arena, message, offset, code);
}

Value Call::NoOverload(std::span<const Value> args) const {
  std::string message = "no such overload: " + std::string(function) + "(";
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (i > 0) message += ", ";
    message += TypeName(args[i]);
  }
  return Fail(message + ")");
}

}  // namespace ephor::cel
