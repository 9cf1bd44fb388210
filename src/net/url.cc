#include "net/url.h"

#include <charconv>
#include <memory>

#include "base/quote.h"
#include "net/curl_library.h"

namespace ephor::net {
namespace {

class Parser {
 public:
  explicit Parser(const CurlLibrary& curl) : curl_(curl), url_(curl.url()) {}
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { curl_.url_cleanup(url_); }

  // A text that follows an address is resolved against it.
  Result<void> Set(std::string_view text) {
    const std::string terminated(text);
    if (terminated.find('\0') != std::string::npos) {
      return InvalidInput("parse " + GoQuote(text) + ": invalid control character in URL");
    }
    const CURLUcode code =
        curl_.url_set(url_, CURLUPART_URL, terminated.c_str(), CURLU_URLENCODE | CURLU_ALLOW_SPACE);
    if (code == CURLUE_OK) return {};
    if (code == CURLUE_UNSUPPORTED_SCHEME || code == CURLUE_BAD_SCHEME) {
      return InvalidInput("unsupported protocol scheme " + GoQuote(text.substr(0, text.find(':'))));
    }
    return InvalidInput("parse " + GoQuote(text) + ": " + curl_.url_strerror(code));
  }

  Result<Url> Read() {
    Url url;
    url.scheme = Part(CURLUPART_SCHEME, 0);
    if (url.scheme != "http" && url.scheme != "https") {
      return InvalidInput("unsupported protocol scheme " + GoQuote(url.scheme));
    }
    url.host = Part(CURLUPART_HOST, 0);
    if (url.host.starts_with('[') && url.host.ends_with(']')) {
      url.host = url.host.substr(1, url.host.size() - 2);
    }
    for (char& c : url.host) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    while (url.host.ends_with('.')) url.host.pop_back();
    if (url.host.empty()) return InvalidInput("no Host in request URL");
    const std::string port = Part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
    std::from_chars(port.data(), port.data() + port.size(), url.port);
    url.path = Part(CURLUPART_PATH, 0);
    // A fragment is never sent.
    curl_.url_set(url_, CURLUPART_FRAGMENT, nullptr, 0);
    url.text = Part(CURLUPART_URL, 0);
    return url;
  }

 private:
  std::string Part(CURLUPart part, unsigned flags) {
    char* text = nullptr;
    if (curl_.url_get(url_, part, &text, flags) != CURLUE_OK || text == nullptr) return {};
    std::string copy(text);
    free(text);  // of the allocator that libcurl was initialized with: malloc's
    return copy;
  }

  const CurlLibrary& curl_;
  CURLU* url_;
};

}  // namespace

Result<Url> Url::Parse(std::string_view text) {
  EPHOR_ASSIGN(const CurlLibrary* const curl, CurlLibrary::Load());
  // Otherwise libcurl would guess a scheme.
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return InvalidInput("unsupported protocol scheme \"\"");
  Parser parser(*curl);
  EPHOR_TRY(parser.Set(text));
  EPHOR_ASSIGN(Url url, parser.Read());
  // libcurl takes the first part of the path for a host that is missing.
  if (text.substr(separator + 3).starts_with('/')) return InvalidInput("no Host in request URL");
  return url;
}

Result<Url> Url::Resolve(std::string_view location) const {
  EPHOR_ASSIGN(const CurlLibrary* const curl, CurlLibrary::Load());
  Parser parser(*curl);
  EPHOR_TRY(parser.Set(text));
  EPHOR_TRY(parser.Set(location));
  return parser.Read();
}

std::string Url::Shown() const {
  std::string shown = scheme + "://";
  const bool is_ipv6 = host.find(':') != std::string::npos;
  shown += is_ipv6 ? "[" + host + "]" : host;
  if (port != (scheme == "https" ? 443 : 80)) shown += ":" + std::to_string(port);
  return shown + path;
}

}  // namespace ephor::net
