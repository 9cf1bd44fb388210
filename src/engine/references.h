// `$(path)`: a string of a document that takes the text of another one.
#pragma once

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::engine {

// The document with all its references replaced. They depend on nothing but the document, so this happens
// once, when a policy is compiled. New parts are in the arena, the rest is shared. Anchors do not count in
// paths.
Result<json::Value> ResolveReferences(const json::Value& document, Arena& arena);

// Whether any string or key of the document holds a `$(`.
bool HasReferences(const json::Value& document);

// The path of a member below a path, as substitution's errors print it: '/' inside a key is written "\/".
std::string MemberPath(std::string_view parent, std::string_view key);

}  // namespace ephor::engine
