// The OpenAPI schemas of the API structs, made from their tables.
#pragma once

#include "base/arena.h"
#include "json/value.h"
#include "policy/descriptors.h"

namespace ephor::policy {

// The schema of a struct in one version (kV1 or kV2beta1), with a description of each field: what decode.h
// enforces. In the arena and in constants.
json::Value SchemaOf(const Table& table, Versions version, Arena& arena);

}  // namespace ephor::policy
