#include <optional>

#include "jmespath/functions/families.h"
#include "json/parse.h"
#include "yaml/load.h"

namespace ephor::jmespath::functions {

Result<Value> ParseJson(Invocation& in) {
  if (!in.Charge(1 + in[0].size())) return in.OutOfBudget();
  auto value = json::Parse(in.text(0), in.arena());
  if (!value) return EvaluationError(value.error().message());
  return *value;
}

// The first document of the text; of equal keys the last wins.
Result<Value> ParseYaml(Invocation& in) {
  if (!in.Charge(1 + in[0].size())) return in.OutOfBudget();
  std::optional<Result<yaml::Document>> first;
  yaml::LoadAll(in.text(0), in.arena(),
                [&](Result<yaml::Document> document) {
                  first = std::move(document);
                  return false;
                },
                nullptr, {.unique_keys = false});
  if (!first) return Value::Null();
  if (!*first) return EvaluationError(first->error().message());
  const Value* root = (*first)->root;
  return root != nullptr ? *root : Value::Null();
}

}  // namespace ephor::jmespath::functions
