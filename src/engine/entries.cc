#include "engine/entries.h"

#include "engine/context_entries/variable.h"

namespace ephor::engine {

Entries::Entries(std::span<const policy::ContextEntry> entries, std::string_view) {
  loaders_.reserve(entries.size());
  for (const policy::ContextEntry& entry : entries) {
    if (entry.variable != nullptr)
      loaders_.push_back(std::make_unique<VariableEntry>(entry.name, *entry.variable));
  }
}

}  // namespace ephor::engine
