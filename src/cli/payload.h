// Payloads that are no resources: what policies in JSON mode, and those for authorizers, judge.
#pragma once

#include <string>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::cli {

// The object in a .json, .yaml or .yml file, in the arena. Numbers of JSON files are doubles, as the
// reference reads them. Fails for other names, several documents, and what is no object.
Result<json::Value> LoadPayload(const std::string& path, Arena& arena);

// The JSON of a request of an external authorizer, in the arena.
Result<json::Value> LoadAuthorizerRequest(const std::string& path, Arena& arena);

}  // namespace ephor::cli
