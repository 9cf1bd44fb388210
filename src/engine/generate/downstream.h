// What a generate rule makes of its data or of a source: the object as the background controller writes it.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "engine/generate/objects.h"
#include "json/value.h"

namespace ephor::engine {

// Who makes an object, which its labels tell.
struct Origin {
  std::string_view policy;
  std::string_view policy_namespace;  // "" of a ClusterPolicy
  std::string_view rule;
  json::Value trigger;
};

// A copy of a source for a namespace: without what the API server has written into it, with the labels of its
// source, and without owners where it changes its namespace.
json::Value CopyOf(const json::Value& source, std::string_view target_namespace, Arena& arena);

// The content under the target's identity, with the labels of its origin. A kind that the content names wins
// over the target's.
json::Value Downstream(const json::Value& content, const ObjectId& target, const Origin& origin,
                       Arena& arena);

}  // namespace ephor::engine
