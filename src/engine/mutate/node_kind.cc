#include "engine/mutate/node_kind.h"

#include <string>

#include "yaml/emit.h"

namespace ephor::engine {

std::string_view NodeKind(const json::Value& value) {
  if (value.is_object()) return "MappingNode";
  return value.is_array() ? "SequenceNode" : "ScalarNode";
}

std::unexpected<Error> WrongKind(std::string_view expected, const json::Value& got) {
  std::string message = "wrong node kind: expected ";
  message += expected;
  message += " but got ";
  message += NodeKind(got);
  message += ": node contents:\n";
  yaml::Emit(got, message);
  return Fail(ErrorCode::kEvaluation, std::move(message));
}

}  // namespace ephor::engine
