#include "source/remote_text.h"

#include "net/http.h"
#include "net/http_client.h"

namespace ephor::source {

Result<std::string> FetchText(const std::string& url) {
  net::HttpClient client;
  EPHOR_ASSIGN(net::ClientResponse response, client.Send({.url = url, .max_redirects = 5}));
  if (response.status == 200) return std::move(response.body);
  return Fail(response.status == 404 ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
              "failed to process URL: HTTP " + std::to_string(response.status) + " " +
                  std::string(net::ReasonPhrase(response.status)));
}

}  // namespace ephor::source
