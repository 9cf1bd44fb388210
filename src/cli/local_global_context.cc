#include "cli/local_global_context.h"

#include <utility>

#include "base/quote.h"
#include "cli/apply_cleanup.h"
#include "engine/context.h"
#include "engine/expression.h"
#include "ports/cluster.h"

namespace ephor::cli {
namespace {

using json::Value;

// "/apis/apps/v1/namespaces/NAMESPACE/deployments".
std::string ListPath(const Value& resource) {
  const std::string_view group = resource.StringAt("group");
  std::string path = group.empty() ? "/api/" : "/apis/" + std::string(group) + "/";
  path += resource.StringAt("version");
  if (const std::string_view in_namespace = resource.StringAt("namespace"); !in_namespace.empty()) {
    path += "/namespaces/" + std::string(in_namespace);
  }
  path += '/';
  path += resource.StringAt("resource");
  return path;
}

}  // namespace

Result<LocalGlobalContext::Contents> LocalGlobalContext::ContentsOf(const Value& entry,
                                                                    const ports::World& world, Arena& arena) {
  const std::string name(entry.StringAt("metadata", "name"));
  const Value& resource = *entry.Find("spec", "kubernetesResource");
  Contents contents;
  const auto list = world.cluster->Call("GET", arena.Copy(ListPath(resource)), Value(), arena);
  if (!list) {
    return InvalidInput("failed to list resources for GlobalContextEntry " + name + ": " +
                        list.error().message());
  }
  const Value* items = list->Find("items");
  contents.objects = items == nullptr ? Value::Array({}) : *items;
  const Value* projections = entry.Find("spec", "projections");
  if (projections == nullptr || !projections->is_array()) return contents;
  engine::Context context(arena, world);
  for (const Value& projection : projections->items()) {
    const std::string_view projected = projection.StringAt("name");
    const engine::Expression query(projection.StringAt("jmesPath"));
    auto value = query.Apply(contents.objects, context);
    if (!value) {
      return InvalidInput("failed to apply projection " + GoQuote(projected) + " for GlobalContextEntry " +
                          name + ": " + value.error().message());
    }
    contents.projections.insert_or_assign(std::string(projected), *value);
  }
  return contents;
}

Result<LocalGlobalContext> LocalGlobalContext::Of(const source::ResourceInput& input,
                                                  const ports::World& world, Arena& arena) {
  LocalGlobalContext context;
  for (const source::ResourceDocument& document : input.documents()) {
    // Most inputs have none of them, and are not to be read twice for that.
    if (document.document.text.find("GlobalContextEntry") == std::string_view::npos) continue;
    const auto objects = source::DecodeResources(document, arena);
    if (!objects) continue;  // who judges the resources reports it
    for (const Value& object : *objects) {
      const Value* resource = object.Find("spec", "kubernetesResource");
      if (!IsGlobalContextEntry(object) || resource == nullptr || !resource->is_object()) continue;
      EPHOR_ASSIGN(Contents contents, ContentsOf(object, world, arena));
      context.entries_.insert_or_assign(std::string(object.StringAt("metadata", "name")),
                                        std::move(contents));
    }
  }
  return context;
}

Result<std::optional<Value>> LocalGlobalContext::Entry(std::string_view name, std::string_view projection,
                                                       Arena&) const {
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) return std::optional<Value>();
  if (projection.empty()) return std::optional<Value>(entry->second.objects);
  const auto projected = entry->second.projections.find(projection);
  if (projected != entry->second.projections.end()) return std::optional<Value>(projected->second);
  return Fail(ErrorCode::kNotFound, "projection " + GoQuote(projection) + " not found");
}

}  // namespace ephor::cli
