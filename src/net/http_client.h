// An HTTP client that bounds everything and dials only where it may.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "net/egress_rules.h"

namespace ephor::net {

using HeaderView = std::pair<std::string_view, std::string_view>;

struct ClientRequest {
  std::string_view method = "GET";  // GET, HEAD, POST, PUT, PATCH, DELETE
  std::string_view url;             // http or https
  std::span<const HeaderView> headers;
  std::string_view body;
  std::string_view ca_bundle;  // PEM: only what these sign is trusted; "" for the system's authorities
  // For the whole exchange, with the resolving of names and redirects; and for one connection, with TLS.
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds connect_timeout{10'000};
  Deadline deadline;                      // of whoever waits, where that is sooner
  std::size_t max_body_bytes = 16 << 20;  // of the response; 0 for any
  int max_redirects = 0;                  // 0: a redirect is a response like any other
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in the order received
  std::string body;
  std::string url;  // of the response, after redirects

  // The first value of a header by its name in lower case, or "".
  std::string_view Header(std::string_view name) const;
};

struct HttpClientOptions {
  // Where requests may go, redirects included; without, everywhere. With it no proxy is used, because a proxy
  // would dial for us.
  std::optional<EgressRules> rules;
  std::string user_agent = "ephor";
};

// Sends requests with libcurl: TLS 1.2 or later, HTTP/1.1 and HTTP/2, connections kept and used again.
// Nothing is taken from .netrc, no cookies are kept, other schemes are not spoken.
//
// Redirects lose Authorization, Cookie and Proxy-Authorization when host, port or scheme change, are never
// followed from https to http, and turn a POST into a GET unless the status is 307 or 308.
//
// Any thread may send; one waits in Send until its response is there or its time is over. Costs nothing
// before the first request, which loads the library.
class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any status is a response. Errors: kInvalidInput where the request makes no sense or is not allowed (the
  // address, a header, the PEM text), and where the response is larger than allowed, in the words
  // "response length must be less than max allowed response length of N"; kUnavailable where none came, as
  // `Get "https://host/path": reason`.
  Result<ClientResponse> Send(const ClientRequest& request);

 private:
  class Pool;
  class Exchange;
  HttpClientOptions options_;
  std::unique_ptr<Pool> pool_;
};

}  // namespace ephor::net
