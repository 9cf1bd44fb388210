// Where the HTTP calls of policies may go, by flags and environment.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "net/http_service.h"

namespace ephor::cli {

// Entries as EgressRules takes them. Where a list is empty, the reference's environment variable stands in
// for it (FLAG_HTTP_BLOCKLIST, FLAG_HTTP_ALLOWLIST; entries separated by commas), then the default.
Result<net::HttpServiceOptions> HttpOptionsOf(std::vector<std::string> blocked,
                                              std::vector<std::string> allowed);

}  // namespace ephor::cli
