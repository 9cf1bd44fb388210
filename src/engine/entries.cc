#include "engine/entries.h"

#include "engine/context_entries/api_call.h"
#include "engine/context_entries/config_map.h"
#include "engine/context_entries/global_reference.h"
#include "engine/context_entries/image_registry.h"
#include "engine/context_entries/variable.h"

namespace ephor::engine {

Entries::Entries(std::span<const policy::ContextEntry> entries, std::string_view policy_namespace) {
  loaders_.reserve(entries.size());
  for (const policy::ContextEntry& entry : entries) {
    if (entry.variable != nullptr) {
      loaders_.push_back(std::make_unique<VariableEntry>(entry.name, *entry.variable));
    } else if (entry.config_map != nullptr) {
      loaders_.push_back(std::make_unique<ConfigMapEntry>(entry.name, *entry.config_map, policy_namespace));
    } else if (entry.api_call != nullptr) {
      loaders_.push_back(std::make_unique<ApiCallEntry>(entry, policy_namespace));
    } else if (entry.global_reference != nullptr) {
      loaders_.push_back(std::make_unique<GlobalReferenceEntry>(entry.name, *entry.global_reference));
    } else if (entry.image_registry != nullptr) {
      loaders_.push_back(std::make_unique<ImageRegistryEntry>(entry.name, *entry.image_registry));
    }
  }
}

}  // namespace ephor::engine
