// HTTP services as evaluation sees them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/deadline.h"
#include "base/result.h"

namespace ephor::ports {

struct HttpRequest {
  std::string_view method;  // "GET", "POST"
  std::string_view url;
  std::span<const std::pair<std::string_view, std::string_view>> headers;
  std::string_view body;
  std::string_view ca_bundle;  // PEM; "" for the system's
  bool wants_token = false;    // the caller's own token may go with it, if there is one for such services
  Deadline deadline;           // when the response is of no use any more
};

struct HttpResponse {
  int status = 0;
  std::string body;
  // Of whoever answered, without user and query: for messages. "" where nobody did.
  std::string url = {};
};

class HttpService {
 public:
  virtual ~HttpService() = default;
  // Whether it records anything at all; where not, nobody needs to know what would be asked.
  virtual bool HasRecordings() const { return false; }
  // Whether it answers such a call, also of a path of the API server, from a recording instead of asking
  // anybody. From any thread; from memory.
  virtual bool IsRecorded(std::string_view method, std::string_view url) const {
    (void)method, (void)url;
    return false;
  }
  // Any status is a response; kUnavailable where there is none, kInvalidInput where the request is not
  // allowed or the response is larger than allowed. From any thread. May block.
  virtual Result<HttpResponse> Send(const HttpRequest& request) = 0;
};

}  // namespace ephor::ports
