// Whether objects are of the types that Kubernetes gives their kinds, as its library for server-side apply
// (structured-merge-diff) checks them.
#pragma once

#include <string>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "kube/schema.h"

namespace ephor::engine {

// May an associative list hold one element several times? What is stored already may.
enum class Duplicates : std::uint8_t { kAllowed, kRefused };

// Fails with kEvaluation, naming each wrong place in the library's words:
//   .spec.nope: field not declared in schema
// Takes time that grows with the value; allocates from the arena, and else only where it fails.
Result<void> CheckType(const json::Value& value, const kube::Schema& schema, Duplicates duplicates,
                       Arena& arena);

// The paths of all arrays, maps and structs in the value that can only be replaced as a whole, joined with
// ", "; "" where there is none. What lies in maps of any keys is not looked at, as in Kubernetes.
std::string AtomicPaths(const json::Value& value, const kube::Schema& schema);

}  // namespace ephor::engine
