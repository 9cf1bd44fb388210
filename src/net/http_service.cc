#include "net/http_service.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include "net/http_client.h"
#include "net/url.h"

namespace ephor::net {
namespace {

constexpr int kMaxRedirects = 5;
constexpr std::size_t kMaxTokenBytes = 64 << 10;

// A Service's name as the cluster's own DNS has it. Elsewhere the token has no business.
bool IsOfCluster(std::string_view host) {
  for (const std::string_view end : {".svc", ".svc.cluster.local"}) {
    if (host.ends_with(end) && host.find('.') < host.size() - end.size()) return true;
  }
  return false;
}

std::string ReadToken(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(kMaxTokenBytes, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.pop_back();
  return text;
}

bool NamesAuthorization(std::span<const HeaderView> headers) {
  constexpr std::string_view kName = "authorization";
  return std::any_of(headers.begin(), headers.end(), [&](const HeaderView& header) {
    return std::equal(kName.begin(), kName.end(), header.first.begin(), header.first.end(),
                      [](char a, char b) { return a == (b | 0x20); });
  });
}

class NetworkService final : public ports::HttpService {
 public:
  explicit NetworkService(HttpServiceOptions options)
      : options_(std::move(options)), client_({.rules = options_.rules}) {}

  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override {
    std::vector<HeaderView> headers(request.headers.begin(), request.headers.end());
    std::string authorization;
    if (request.wants_token && !options_.token_file.empty() && !NamesAuthorization(headers)) {
      EPHOR_ASSIGN(const Url url, Url::Parse(request.url));
      if (IsOfCluster(url.host)) authorization = "Bearer " + ReadToken(options_.token_file);
      if (authorization.size() > 7) headers.emplace_back("Authorization", authorization);
    }
    EPHOR_ASSIGN(ClientResponse response, client_.Send({.method = request.method,
                                                        .url = request.url,
                                                        .headers = headers,
                                                        .body = request.body,
                                                        .ca_bundle = request.ca_bundle,
                                                        .timeout = options_.timeout,
                                                        .deadline = request.deadline,
                                                        .max_body_bytes = options_.max_response_bytes,
                                                        .max_redirects = kMaxRedirects}));
    EPHOR_ASSIGN(const Url url, Url::Parse(response.url));
    return ports::HttpResponse{response.status, std::move(response.body), url.Shown()};
  }

 private:
  const HttpServiceOptions options_;
  HttpClient client_;
};

}  // namespace

std::unique_ptr<ports::HttpService> MakeHttpService(HttpServiceOptions options) {
  return std::make_unique<NetworkService>(std::move(options));
}

}  // namespace ephor::net
