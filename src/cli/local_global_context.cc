#include "cli/local_global_context.h"

#include <utility>

namespace ephor::cli {

using json::Value;

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
      if (!engine::IsGlobalContextEntry(object) || resource == nullptr || !resource->is_object()) continue;
      EPHOR_ASSIGN(engine::GlobalContents contents, engine::ListGlobalContext(object, world, arena));
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
  EPHOR_ASSIGN(const Value value, entry->second.Find(projection));
  return std::optional(value);
}

}  // namespace ephor::cli
