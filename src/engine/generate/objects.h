// The objects that generate rules find and make.
#pragma once

#include <span>
#include <string_view>

#include "base/arena.h"
#include "json/value.h"
#include "kube/selector.h"

namespace ephor::engine {

struct ObjectId {
  std::string_view api_version;
  std::string_view kind;
  std::string_view namespace_;
  std::string_view name;

  bool operator==(const ObjectId&) const = default;
};

ObjectId IdOf(const json::Value& object);

// A cluster in small: what stands in for it while the rules of one policy are evaluated. Lives in the arena
// of that evaluation, as its objects do. Looking one up takes time proportional to their number, which is
// that of a trigger, its sources and what is made of them.
class Objects {
 public:
  explicit Objects(Arena& arena) : objects_(arena) {}

  // Adds the object, or replaces the one of the same identity.
  void Put(const json::Value& object);

  // Null where there is none; valid until the next Put.
  const json::Value* Find(const ObjectId& id) const;

  // All of a kind, in the namespace unless that is "", whose labels the selector selects; in the order in
  // which they were added.
  std::span<const json::Value> List(std::string_view api_version, std::string_view kind,
                                    std::string_view namespace_, const kube::LabelSelector& selector,
                                    Arena& arena) const;

 private:
  ArenaVector<json::Value> objects_;
};

}  // namespace ephor::engine
