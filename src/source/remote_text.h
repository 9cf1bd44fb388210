// Files of web servers.
#pragma once

#include <string>

#include "base/result.h"

namespace ephor::source {

// What an http or https address answers: within 30 s, at most 16 MiB, after at most five redirects. A status
// other than 200 is an error: failed to process URL: HTTP 404 Not Found
Result<std::string> FetchText(const std::string& url);

}  // namespace ephor::source
