// Checks of JSON patches, which policies hold as text.
#include "base/quote.h"
#include "policy/checks.h"
#include "policy/variable_text.h"
#include "yaml/load.h"

namespace ephor::policy {
namespace {

using json::Value;

// The operations of a patch; what is no list of objects is an error. No patch at all has no operations.
Result<std::span<const Value>> Operations(std::string_view patch, Arena& arena) {
  EPHOR_ASSIGN(const Value document, yaml::Load(patch, arena));
  if (document.is_null()) return std::span<const Value>();
  const auto wrong = [](const Value& value, std::string_view type) {
    const std::string_view kind = value.is_string()   ? "string"
                                  : value.is_bool()   ? "bool"
                                  : value.is_number() ? "number"
                                  : value.is_array()  ? "array"
                                                      : "object";
    return Refuse(
        std::string("json: cannot unmarshal ").append(kind).append(" into Go value of type ").append(type));
  };
  if (!document.is_array()) return wrong(document, "jsonpatch.Patch");
  for (const Value& operation : document.items()) {
    if (!operation.is_object() && !operation.is_null()) return wrong(operation, "jsonpatch.Operation");
  }
  return document.items();
}

Result<std::string_view> PathOf(const Value& operation) {
  const Value* path = operation.Find("path");
  if (path == nullptr || path->is_null()) return Refuse("operation missing path field: missing value");
  return path->string_or("unknown");
}

}  // namespace

bool JsonPatchPathHasVariables(std::string_view patch) {
  Arena arena(4 << 10);
  const auto operations = Operations(patch, arena);
  if (!operations) return false;
  for (const Value& operation : *operations) {
    const auto path = PathOf(operation);
    if (!path) return false;
    if (HasVariables(*path)) return true;
  }
  return false;
}

Result<void> CheckJsonPatch(const Rule& rule, std::size_t index) {
  if (rule.mutate == nullptr || rule.mutate->patches_json6902.empty()) return {};
  const std::string place = Indexed("spec.rules", index);
  const auto bad_path = [&](std::string_view text) {
    return Refuse("path must begin with a forward slash: " + place + ": " + std::string(text));
  };
  Arena arena(4 << 10);
  const std::string patch = ReplaceVariables(rule.mutate->patches_json6902, "kyvernojsonpatchvariable");
  const auto operations = Operations(patch, arena);
  if (!operations) return bad_path(operations.error().message());
  for (const Value& operation : *operations) {
    const auto path = PathOf(operation);
    if (!path) return bad_path(path.error().message());
    if (!path->starts_with('/')) return bad_path(*path);
  }
  for (const Value& operation : *operations) {
    const Value* written = operation.Find("op");
    const std::string_view op = written != nullptr ? written->string_or("unknown") : "unknown";
    const bool needs_value = op == "add" || op == "replace" || op == "test";
    if (!needs_value && op != "remove" && op != "move" && op != "copy") {
      return Refuse("unexpected kind: " + place + ": " + std::string(op));
    }
    if (needs_value && operation.Find("value") == nullptr) {
      return Refuse("invalid value: " + place + ": operation, missing value field: missing value");
    }
  }
  return {};
}

}  // namespace ephor::policy
