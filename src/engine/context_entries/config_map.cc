#include "engine/context_entries/config_map.h"

#include "json/builder.h"
#include "json/write.h"
#include "ports/cluster.h"

namespace ephor::engine {

ConfigMapEntry::ConfigMapEntry(std::string_view name, const policy::ConfigMapReference& source,
                               std::string_view policy_namespace)
    : Loader(name),
      map_name_(json::Value::String(source.name)),
      map_namespace_(json::Value::String(source.namespace_)),
      policy_namespace_(policy_namespace) {}

Result<std::string> ConfigMapEntry::Text(const Template& part, std::string_view field,
                                         Context& context) const {
  const auto fail = [&](const std::string& reason) {
    return Fail(ErrorCode::kEvaluation, "failed to substitute variables in context " + std::string(name()) +
                                            " configMap." + std::string(field) + " " +
                                            std::string(part.document().string_or("")) + ": " + reason);
  };
  const auto value = part.Substitute(context);
  if (!value) return fail(value.error().message());
  if (!value->is_string()) return fail("expected string, got " + json::ToString(*value));
  return std::string(value->as_string());
}

Result<json::Value> ConfigMapEntry::Read(Context& context) const {
  EPHOR_ASSIGN(const std::string map_name, Text(map_name_, "name", context));
  EPHOR_ASSIGN(std::string map_namespace, Text(map_namespace_, "namespace", context));
  if (map_namespace.empty()) map_namespace = policy_namespace_.empty() ? "default" : policy_namespace_;
  if (!policy_namespace_.empty() && map_namespace != policy_namespace_) {
    return Fail(ErrorCode::kEvaluation, "context entry " + std::string(name()) + ": configMap namespace \"" +
                                            map_namespace + "\" is different from policy namespace \"" +
                                            policy_namespace_ + "\"");
  }
  const std::string place = "failed to get configmap " + map_namespace + "/" + map_name + " : ";
  const auto found =
      context.world().cluster->Get("v1", "configmaps", map_namespace, map_name, context.arena());
  if (!found) return Fail(found.error().code(), place + found.error().message());
  if (!*found) return Fail(ErrorCode::kNotFound, place + "configmaps \"" + map_name + "\" not found");
  static constexpr json::Key kData("data"), kMetadata("metadata");
  const json::Value* data = (*found)->Find(kData);
  const json::Value* metadata = (*found)->Find(kMetadata);
  json::ObjectBuilder entry(context.arena());
  entry.Set(kData, data == nullptr ? json::Value() : *data);
  entry.Set(kMetadata, metadata == nullptr ? json::Value() : *metadata);
  return entry.Build();
}

Result<std::optional<json::Value>> ConfigMapEntry::Load(Context& context) const {
  if (context.world().cluster == nullptr || !context.world().cluster->resolves_config_maps()) {
    return std::optional<json::Value>();
  }
  auto entry = Read(context);
  if (entry) return std::optional<json::Value>(*entry);
  return Fail(entry.error().code(), "failed to retrieve config map for context entry " + std::string(name()) +
                                        ": " + entry.error().message());
}

}  // namespace ephor::engine
