// What policies of external authorizers have beside the rest: requests as such services get them, and
// answers.
#pragma once

#include "base/result.h"
#include "cel/check/library.h"

namespace ephor::cel::lib {

// http.Allowed(), http.Denied(reason), headers and query parameters of a request.
const Library& HttpAuthorization();
// envoy.Allowed(), envoy.Denied(status) and what changes them.
const Library& EnvoyAuthorization();
// jwt.Decode(token, secret), jwks.Fetch(url).
const Library& WebTokens();

inline constexpr std::string_view kHttpCheckRequest = "http.CheckRequest";
inline constexpr std::string_view kHttpCheckResponse = "http.CheckResponse";
inline constexpr std::string_view kEnvoyCheckRequest = "envoy.service.auth.v3.CheckRequest";
inline constexpr std::string_view kEnvoyCheckResponse = "envoy.service.auth.v3.CheckResponse";

// A request of its JSON; what the JSON leaves out is empty. In the arena. Fails for members of the wrong
// type, and for an Envoy request also for those that there are not.
Result<Value> HttpCheckRequest(const json::Value& source, Arena& arena);
Result<Value> EnvoyCheckRequest(const json::Value& source, Arena& arena);

// What an answer says.
struct Authorization {
  bool allowed = false;
  std::string_view reason;  // of HTTP
  std::int64_t status = 0;  // of Envoy
};
// Of a value of kHttpCheckResponse or kEnvoyCheckResponse.
Authorization AuthorizationOf(const Value& response);

}  // namespace ephor::cel::lib
