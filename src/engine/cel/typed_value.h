// Whether objects are of the types that Kubernetes gives their kinds, as its library for server-side apply
// (structured-merge-diff) checks them.
#pragma once

#include <cstdint>
#include <string>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "kube/schema.h"

namespace ephor::engine {

// What a value is to a merge. An object that is there may hold an element of a list with keys several times,
// and null for anything; a patch may not.
enum class TypedAs : std::uint8_t { kLive, kPatch };

// Fails with kEvaluation, naming each wrong place in the library's words:
//   .spec.nope: field not declared in schema
// Takes time that grows with the value; allocates from the arena, and else only where it fails.
Result<void> CheckType(const json::Value& value, const kube::Schema& schema, TypedAs as, Arena& arena);

// The paths of all arrays, maps and structs in the value that can only be replaced as a whole, joined with
// ", "; "" where there is none. What lies in maps of any keys is not looked at, as in Kubernetes.
std::string AtomicPaths(const json::Value& value, const kube::Schema& schema);

}  // namespace ephor::engine
