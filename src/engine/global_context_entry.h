// The contents of a GlobalContextEntry: what it lists or what a call answers, and its projections.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "ports/world.h"

namespace ephor::engine {

struct GlobalContents {
  json::Value root;
  std::map<std::string, json::Value, std::less<>> projections;

  // The root where no projection is named. kNotFound where there is none of the name.
  Result<json::Value> Find(std::string_view projection) const;
};

// Whether an object is such an entry.
bool IsGlobalContextEntry(const json::Value& object);

// The entry's kubernetesResource: the objects of the world's cluster in the order of their names. Values are
// in the arena or the cluster's.
Result<GlobalContents> ListGlobalContext(const json::Value& entry, const ports::World& world, Arena& arena);

// The answer to the entry's apiCall, asked once, by the world's deadline; in the arena. May block.
Result<GlobalContents> CallGlobalContext(const json::Value& entry, const ports::World& world, Arena& arena);

}  // namespace ephor::engine
