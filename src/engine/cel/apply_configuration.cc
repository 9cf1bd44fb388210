#include "engine/cel/apply_configuration.h"

#include <optional>

#include "cel/lib/mutation.h"
#include "engine/cel/structured_merge.h"
#include "engine/cel/typed_value.h"
#include "json/builder.h"
#include "kube/gvk.h"
#include "kube/schema.h"
#include "ports/custom_types.h"

namespace ephor::engine {
namespace {

std::optional<kube::Schema> SchemaOf(const json::Value& object, const ports::World& world) {
  const auto kind = kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind"));
  if (const auto known = kube::Schema::OfKind(kind)) return known;
  if (world.custom_types == nullptr) return std::nullopt;
  const json::Value* schema = world.custom_types->SchemaOf(kind.group, kind.version, kind.kind);
  return schema == nullptr ? std::nullopt : std::optional(kube::Schema::OfDefinition(*schema));
}

Result<json::Value> Apply(const json::Value& patch, const json::Value& object,
                          const ApplyConfigurationRules& rules, const ports::World& world, Arena& arena) {
  std::optional<kube::Schema> schema = SchemaOf(object, world);
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
                                       const ApplyConfigurationRules& rules, const ports::World& world,
                                       Arena& arena) {
  if (auto checked = cel::lib::CheckTypeNames(patch); !checked) {
    return std::unexpected(std::move(checked).error().Within("type mismatch"));
  }
  EPHOR_ASSIGN(json::Value configuration, cel::ToJson(patch, arena));
  for (const char* name : {"apiVersion", "kind"}) {
    const json::Key key(name);
    const json::Value* value = object.Find(key);
    configuration = json::WithMember(configuration, key, value == nullptr ? json::Value() : *value, arena);
  }
  auto applied = Apply(configuration, object, rules, world, arena);
  if (!applied) return std::unexpected(std::move(applied).error().Within("error applying patch"));
  return applied;
}

}  // namespace ephor::engine
