// Requests of the Model Context Protocol, as JSON-RPC carries them.
#pragma once

#include "base/result.h"
#include "cel/check/library.h"

namespace ephor::cel::lib {

// mcp.Parse(body), and the arguments of a request: GetStringArgument and its like.
const Library& ModelContext();

inline constexpr std::string_view kModelContextRequest = "mcp.MCPRequest";

// A request of its text, in the arena: Method, ID and, of the parameters, the one that the method has. Fails
// for what is no such request.
Result<Value> ParseModelContext(std::string_view body, Arena& arena);
// The same of the body of any HTTP request: of one that cannot be read no more than the method, if it has
// one.
Value ModelContextOf(std::string_view body, Arena& arena);

}  // namespace ephor::cel::lib
