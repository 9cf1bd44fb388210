// ApplyConfiguration: an Object that an expression has made, merged into the object that it is about.
#pragma once

#include "base/arena.h"
#include "base/result.h"
#include "cel/eval/value.h"
#include "json/value.h"
#include "ports/world.h"

namespace ephor::engine {

struct ApplyConfigurationRules {
  // Whether the patch may name what can only be replaced as a whole; it then replaces it.
  bool atomics = false;
  // Whether objects of kinds of which no types are known are merged as if their lists were atomic. Else
  // they are an error.
  bool unknown_kinds = false;
};

// The object with the patch, which must be an Object{...}, merged into it by the types of the object's kind.
// Those of custom resources are asked of the world. In the arena, sharing what did not change. Errors
// (kEvaluation) are in the words of the API server:
//   type mismatch: unexpected type name "Object.wrong", expected "Object.spec", which matches ...
//   error applying patch: failed to convert patch object to typed object: .spec.nope: field not declared in
//   schema
Result<json::Value> ApplyConfiguration(const cel::Value& patch, const json::Value& object,
                                       const ApplyConfigurationRules& rules, const ports::World& world,
                                       Arena& arena);

}  // namespace ephor::engine
