// Context entries compiled: what a rule's `context` declares, loaded when a query first mentions it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/context.h"
#include "policy/types.h"

namespace ephor::engine {

// The entries of one `context` list. Immutable, safe from any thread; the policy must outlive it.
class Entries {
 public:
  Entries() = default;
  // `policy_namespace` is a Policy's own namespace, which bounds what its entries may read; "" for a
  // ClusterPolicy.
  Entries(std::span<const policy::ContextEntry> entries, std::string_view policy_namespace);

  // Registers the entries with the context, in order.
  void AddTo(Context& context) const {
    for (const auto& loader : loaders_) context.Add(*loader);
  }

  // In order.
  std::span<const std::unique_ptr<const Loader>> loaders() const { return loaders_; }

 private:
  std::vector<std::unique_ptr<const Loader>> loaders_;
};

}  // namespace ephor::engine
