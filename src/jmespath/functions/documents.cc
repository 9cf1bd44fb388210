#include "jmespath/functions/families.h"
#include "json/parse.h"

namespace ephor::jmespath::functions {

Result<Value> ParseJson(Invocation& in) {
  if (!in.Charge(1 + in[0].size())) return in.OutOfBudget();
  auto value = json::Parse(in.text(0), in.arena());
  if (!value) return EvaluationError(value.error().message());
  return *value;
}

}  // namespace ephor::jmespath::functions
