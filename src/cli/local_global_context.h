// The global context of `apply`: GlobalContextEntry documents among the resources, filled from the others.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "engine/global_context_entry.h"
#include "json/value.h"
#include "ports/global_context.h"
#include "ports/world.h"
#include "source/resources.h"

namespace ephor::cli {

// Immutable; any thread may call it.
class LocalGlobalContext final : public ports::GlobalContext {
 public:
  // The entries of kubernetesResources, with the objects of the world's cluster in the order of their names,
  // and their projections. Entries of API calls are left out: there is no API server to call. Values are in
  // the arena or the cluster, which must outlive it. Fails with the first entry that cannot be made.
  static Result<LocalGlobalContext> Of(const source::ResourceInput& input, const ports::World& world,
                                       Arena& arena);

  // Whether there is any entry at all.
  bool empty() const { return entries_.empty(); }

  Result<std::optional<json::Value>> Entry(std::string_view name, std::string_view projection,
                                           Arena& arena) const override;

 private:
  std::map<std::string, engine::GlobalContents, std::less<>> entries_;
};

}  // namespace ephor::cli
