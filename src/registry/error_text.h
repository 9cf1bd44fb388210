// What a registry's refusal says.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"

namespace ephor::registry {

// "GET https://registry/v2/a/manifests/1: MANIFEST_UNKNOWN: manifest unknown", as go-containerregistry words
// it; where the body says nothing, the status. kNotFound for 404, else kUnavailable. Values of the query are
// left out.
Error RefusalOf(std::string_view method, std::string_view url, const net::ClientResponse& response);

// Whether another attempt may succeed: a server that is busy or broken.
bool IsTemporary(int status);

}  // namespace ephor::registry
