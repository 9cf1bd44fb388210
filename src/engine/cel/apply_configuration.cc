#include "engine/cel/apply_configuration.h"

#include <optional>

#include "cel/lib/mutation.h"
#include "engine/cel/structured_merge.h"
#include "engine/cel/typed_value.h"
#include "json/builder.h"
#include "kube/gvk.h"
#include "kube/schema.h"

namespace ephor::engine {
namespace {

Result<json::Value> Apply(const json::Value& patch, const json::Value& object,
                          const ApplyConfigurationRules& rules, Arena& arena) {
  std::optional<kube::Schema> schema = kube::Schema::OfKind(
      kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind")));
  if (!schema && rules.unknown_kinds) schema = kube::Schema::Any();
  if (!schema) return Fail(ErrorCode::kEvaluation, "type converter must not be nil");
  if (auto checked = CheckType(patch, *schema, TypedAs::kPatch, arena); !checked) {
    return std::unexpected(
        std::move(checked).error().Within("failed to convert patch object to typed object"));
  }
  if (!rules.atomics) {
    const std::string atomics = AtomicPaths(patch, *schema);
    if (!atomics.empty()) {
      return Fail(ErrorCode::kEvaluation,
                  "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: " + atomics);
    }
  }
  if (auto checked = CheckType(object, *schema, TypedAs::kLive, arena); !checked) {
    return std::unexpected(
        std::move(checked).error().Within("failed to convert original object to typed object"));
  }
  return MergeTyped(object, patch, *schema, arena);
}

}  // namespace

Result<json::Value> ApplyConfiguration(const cel::Value& patch, const json::Value& object,
                                       const ApplyConfigurationRules& rules, Arena& arena) {
  if (auto checked = cel::lib::CheckTypeNames(patch); !checked) {
    return std::unexpected(std::move(checked).error().Within("type mismatch"));
  }
  EPHOR_ASSIGN(json::Value configuration, cel::ToJson(patch, arena));
  for (const char* name : {"apiVersion", "kind"}) {
    const json::Key key(name);
    const json::Value* value = object.Find(key);
    configuration = json::WithMember(configuration, key, value == nullptr ? json::Value() : *value, arena);
  }
  auto applied = Apply(configuration, object, rules, arena);
  if (!applied) return std::unexpected(std::move(applied).error().Within("error applying patch"));
  return applied;
}

}  // namespace ephor::engine
