#include "engine/entries.h"

#include "engine/context_entries/api_call.h"
#include "engine/context_entries/config_map.h"
#include "engine/context_entries/global_reference.h"
#include "engine/context_entries/image_registry.h"
#include "engine/context_entries/variable.h"

namespace ephor::engine {

namespace {

// Null for an entry that says nothing.
std::unique_ptr<Loader> LoaderOf(const policy::ContextEntry& entry, std::string_view policy_namespace) {
  if (entry.variable != nullptr) return std::make_unique<VariableEntry>(entry.name, *entry.variable);
  if (entry.config_map != nullptr) {
    return std::make_unique<ConfigMapEntry>(entry.name, *entry.config_map, policy_namespace);
  }
  if (entry.api_call != nullptr) return std::make_unique<ApiCallEntry>(entry, policy_namespace);
  if (entry.global_reference != nullptr) {
    return std::make_unique<GlobalReferenceEntry>(entry.name, *entry.global_reference);
  }
  if (entry.image_registry != nullptr) {
    return std::make_unique<ImageRegistryEntry>(entry.name, *entry.image_registry);
  }
  return nullptr;
}

}  // namespace

Entries::Entries(std::span<const policy::ContextEntry> entries, std::string_view policy_namespace) {
  loaders_.reserve(entries.size());
  for (const policy::ContextEntry& entry : entries) {
    std::unique_ptr<Loader> loader = LoaderOf(entry, policy_namespace);
    if (loader == nullptr) continue;
    loader->set_source(entry.source);
    loaders_.push_back(std::move(loader));
  }
}

}  // namespace ephor::engine
