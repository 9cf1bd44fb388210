#include "engine/cel/json_patches.h"

#include <optional>
#include <string>

#include "cel/lib/mutation.h"
#include "json/patch.h"
#include "json/write.h"

namespace ephor::engine {
namespace {

Result<json::Operation> OperationOf(const cel::Value& patch, Arena& arena) {
  if (!cel::lib::IsPatchOperation(patch)) {
    return Fail(ErrorCode::kEvaluation,
                "type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
  }
  const cel::lib::PatchOperation& source = cel::lib::PatchOperationOf(patch);
  const std::optional<json::PatchOp> op = json::PatchOpOf(source.op);
  if (!op) return Fail(ErrorCode::kEvaluation, "JSON Patch: Unexpected kind: " + std::string(source.op));
  json::Operation operation{.op = *op, .path = source.path, .from = source.from, .value = {}};
  if (source.value != nullptr) {
    if (cel::lib::IsObject(*source.value)) {
      auto checked = cel::lib::CheckTypeNames(*source.value);
      if (!checked) return std::unexpected(std::move(checked).error().Within("type mismatch"));
    }
    auto value = cel::ToJson(*source.value, arena);
    if (!value) {
      return std::unexpected(std::move(value).error().Within(
          "JSONPath valueExpression evaluated to a type that could not marshal to JSON"));
    }
    operation.value = *value;
  }
  return operation;
}

}  // namespace

Result<json::Value> ApplyJsonPatches(const cel::Value& patches, const json::Value& object, Arena& arena) {
  const std::span<json::Operation> operations = arena.NewArray<json::Operation>(patches.size());
  for (std::uint32_t i = 0; i < patches.size(); ++i) {
    EPHOR_ASSIGN(operations[i], OperationOf(patches.At(i), arena));
  }
  auto patched = json::ApplyPatch(object, operations, arena);
  if (!patched) {
    if (json::IsFailedTest(patched.error())) return object;
    return std::unexpected(std::move(patched).error().Within("JSON Patch"));
  }
  if (patched->StringAt("kind").empty()) {
    return Fail(ErrorCode::kEvaluation,
                "Internal error occurred: Object 'Kind' is missing in '" + json::ToString(*patched) + "'");
  }
  return patched;
}

}  // namespace ephor::engine
