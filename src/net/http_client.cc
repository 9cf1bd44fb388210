#include "net/http_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

#include "base/quote.h"
#include "net/curl_library.h"
#include "net/resolve.h"
#include "net/url.h"

namespace ephor::net {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxHeadBytes = 256 << 10;
constexpr std::size_t kMaxIdleHandles = 16;
constexpr long kConnectionsOfHandle = 8;

bool IsTokenByte(unsigned char c) {
  if (c <= ' ' || c >= 0x7f) return false;
  return std::strchr("()<>@,;:\\\"/[]?={}", c) == nullptr;
}

bool EqualFolded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

// Whoever could put a line break into a header could add others.
Result<void> CheckHeaders(std::span<const HeaderView> headers) {
  for (const auto& [name, value] : headers) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), IsTokenByte)) {
      return InvalidInput("invalid header field name " + GoQuote(name));
    }
    const bool valid = std::all_of(value.begin(), value.end(), [](char c) {
      return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
    });
    if (!valid) return InvalidInput("invalid header field value for " + GoQuote(name));
  }
  return {};
}

bool IsSecret(std::string_view header) {
  for (const std::string_view name : {"authorization", "cookie", "proxy-authorization"}) {
    if (EqualFolded(header, name)) return true;
  }
  return false;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// "Get", "Post": as Go names a method in errors.
std::string VerbOf(std::string_view method) {
  std::string verb(method);
  for (std::size_t i = 1; i < verb.size(); ++i) {
    if (verb[i] >= 'A' && verb[i] <= 'Z') verb[i] = static_cast<char>(verb[i] - 'A' + 'a');
  }
  return verb;
}

std::string Seconds(std::chrono::milliseconds time) {
  const auto milliseconds = time.count();
  if (milliseconds % 1000 == 0) return std::to_string(milliseconds / 1000) + "s";
  return std::to_string(milliseconds) + "ms";
}

}  // namespace

std::string_view ClientResponse::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

// Handles that are not in use; each keeps its connections.
class HttpClient::Pool {
 public:
  ~Pool() {
    for (CURL* handle : idle_) curl_->easy_cleanup(handle);
  }

  CURL* Take(const CurlLibrary& curl) {
    const std::lock_guard lock(mutex_);
    if (curl_ == nullptr) curl_ = &curl;  // others read it without the lock, after their own Take
    if (idle_.empty()) return curl.easy_init();
    CURL* const handle = idle_.back();
    idle_.pop_back();
    return handle;
  }
  void Return(CURL* handle) {
    curl_->easy_reset(handle);
    {
      const std::lock_guard lock(mutex_);
      if (idle_.size() < kMaxIdleHandles) {
        idle_.push_back(handle);
        return;
      }
    }
    curl_->easy_cleanup(handle);
  }

 private:
  std::mutex mutex_;
  std::vector<CURL*> idle_;
  const CurlLibrary* curl_ = nullptr;  // set once a handle has been taken
};

// One request and its response, without redirects.
class HttpClient::Exchange {
 public:
  Exchange(const HttpClientOptions& options, Pool& pool, const CurlLibrary& curl)
      : options_(options), pool_(pool), curl_(curl), handle_(pool.Take(curl)) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    if (handle_ != nullptr) pool_.Return(handle_);
    curl_.slist_free_all(headers_);
    curl_.slist_free_all(addresses_);
  }

  Result<ClientResponse> Run(const ClientRequest& request, const Url& url, Clock::time_point deadline) {
    if (handle_ == nullptr) return Fail(ErrorCode::kUnavailable, "no memory for a request");
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    max_body_bytes_ = request.max_body_bytes;
    if (left.count() <= 0) return Failed(request, url, TimeIsOver(request, request.timeout));
    if (options_.rules) EPHOR_TRY(Pin(request, url, deadline));
    EPHOR_TRY(SetHeaders(request));
    SetTransport(request, url, left);
    SetMethod(request);
    const CURLcode code = curl_.easy_perform(handle_);
    if (refusal_) return Failed(request, url, refusal_->message(), ErrorCode::kInvalidInput);
    if (too_large_) {
      return InvalidInput("response length must be less than max allowed response length of " +
                          std::to_string(max_body_bytes_));
    }
    if (head_bytes_ > kMaxHeadBytes) return Failed(request, url, "the headers of the answer are too large");
    if (code == CURLE_SSL_CACERT_BADFILE && !request.ca_bundle.empty()) {
      return InvalidInput("the CA bundle has no certificate that can be read");
    }
    if (code != CURLE_OK) return Failed(request, url, ReasonOf(code, request));
    long status = 0;
    curl_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    response_.url = url.text;
    return std::move(response_);
  }

 private:
  template <class T>
  void Set(CURLoption option, T value) {
    curl_.easy_setopt(handle_, option, value);
  }

  static std::unexpected<Error> Failed(const ClientRequest& request, const Url& url,
                                       const std::string& reason, ErrorCode code = ErrorCode::kUnavailable) {
    return Fail(code, VerbOf(request.method) + " " + GoQuote(url.Shown()) + ": " + reason);
  }

  // Resolves the host, checks every address, and has libcurl dial one of these.
  Result<void> Pin(const ClientRequest& request, const Url& url, Clock::time_point deadline) {
    if (auto allowed = options_.rules->CheckUrl(url); !allowed) return allowed;
    const auto addresses = Resolve(url.host, deadline);
    if (!addresses) return Failed(request, url, addresses.error().message());
    const std::string place = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    // With "+" the entry ends with libcurl's own cache of names.
    std::string entry = "+" + place + ":" + std::to_string(url.port) + ":";
    for (const ResolvedAddress& address : *addresses) {
      const auto allowed = options_.rules->CheckAddress(address.address(), url.host, url.port);
      if (!allowed) return Failed(request, url, allowed.error().message(), ErrorCode::kInvalidInput);
      if (!entry.ends_with(':')) entry += ',';
      const std::string text = address.text();
      entry += text.find(':') == std::string::npos ? text : "[" + text + "]";
    }
    addresses_ = curl_.slist_append(addresses_, entry.c_str());
    Set(CURLOPT_RESOLVE, addresses_);
    host_ = url.host;
    port_ = url.port;
    return {};
  }

  Result<void> SetHeaders(const ClientRequest& request) {
    EPHOR_TRY(CheckHeaders(request.headers));
    const auto add = [&](const std::string& line) { headers_ = curl_.slist_append(headers_, line.c_str()); };
    bool names_type = false;
    for (const auto& [name, value] : request.headers) {
      names_type = names_type || EqualFolded(name, "content-type");
      // libcurl takes a header without a value as one to leave out, unless it ends in ';'.
      std::string line(name);
      line += value.empty() ? ";" : ": ";
      add(line.append(value));
    }
    add("Expect:");
    if (!names_type) add("Content-Type:");
    Set(CURLOPT_HTTPHEADER, headers_);
    return {};
  }

  void SetTransport(const ClientRequest& request, const Url& url, std::chrono::milliseconds left) {
    Set(CURLOPT_URL, url.text.c_str());
    Set(CURLOPT_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_USERAGENT, options_.user_agent.c_str());
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    Set(CURLOPT_FOLLOWLOCATION, 0L);
    Set(CURLOPT_MAXCONNECTS, kConnectionsOfHandle);
    Set(CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    const auto connect =
        std::max<std::chrono::milliseconds::rep>(1, std::min(left.count(), request.connect_timeout.count()));
    Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect));
    Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!request.ca_bundle.empty()) {
      curl_blob blob{const_cast<char*>(request.ca_bundle.data()), request.ca_bundle.size(), CURL_BLOB_NOCOPY};
      Set(CURLOPT_CAINFO_BLOB, &blob);
      Set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    if (options_.rules) {
      Set(CURLOPT_PROXY, "");
      Set(CURLOPT_OPENSOCKETFUNCTION, &Exchange::OpenSocket);
      Set(CURLOPT_OPENSOCKETDATA, this);
    }
    Set(CURLOPT_ERRORBUFFER, error_text_.data());
    Set(CURLOPT_HEADERFUNCTION, &Exchange::TakeHeader);
    Set(CURLOPT_HEADERDATA, this);
    Set(CURLOPT_WRITEFUNCTION, &Exchange::TakeBody);
    Set(CURLOPT_WRITEDATA, this);
  }

  void SetMethod(const ClientRequest& request) {
    if (request.method == "HEAD") {
      Set(CURLOPT_NOBODY, 1L);
      return;
    }
    if (request.method == "GET" && request.body.empty()) return;
    method_.assign(request.method);
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    Set(CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
    Set(CURLOPT_CUSTOMREQUEST, method_.c_str());
  }

  // The last word on what is dialled: whatever libcurl made of the name.
  static curl_socket_t OpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& exchange = *static_cast<Exchange*>(self);
    auto allowed = exchange.options_.rules->CheckAddress(address->addr, exchange.host_, exchange.port_);
    if (!allowed) {
      exchange.refusal_ = std::move(allowed).error();
      return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  static std::size_t TakeHeader(char* data, std::size_t, std::size_t size, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    exchange.head_bytes_ += size;
    if (exchange.head_bytes_ > kMaxHeadBytes) return 0;
    std::string_view line(data, size);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {
      exchange.response_.headers.clear();  // of an interim response (1xx)
      return size;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    std::string name(line.substr(0, colon));
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    exchange.response_.headers.emplace_back(std::move(name), value);
    return size;
  }

  static std::size_t TakeBody(char* data, std::size_t, std::size_t size, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    std::string& body = exchange.response_.body;
    if (exchange.max_body_bytes_ != 0 && size > exchange.max_body_bytes_ - body.size()) {
      exchange.too_large_ = true;
      return 0;
    }
    body.append(data, size);
    return size;
  }

  std::string ReasonOf(CURLcode code, const ClientRequest& request) {
    long system_error = 0;
    curl_.easy_getinfo(handle_, CURLINFO_OS_ERRNO, &system_error);
    switch (code) {
      case CURLE_OPERATION_TIMEDOUT:
        return TimeIsOver(request, std::min(request.timeout, TimeWaited(request)));
      case CURLE_COULDNT_RESOLVE_HOST:
        return "no such host";
      case CURLE_COULDNT_CONNECT:
        return system_error != 0 ? std::string("connect: ") + std::strerror(static_cast<int>(system_error))
                                 : std::string("cannot connect");
      case CURLE_PEER_FAILED_VERIFICATION:
        return "the server's certificate is not trusted: " + ErrorText(code);
      case CURLE_GOT_NOTHING:
        return "the server ended the connection without an answer";
      case CURLE_WEIRD_SERVER_REPLY:
      case CURLE_UNSUPPORTED_PROTOCOL:
        return "the answer is not HTTP";
      case CURLE_PARTIAL_FILE:
        return "the answer ended before its end";
      default:
        return ErrorText(code);
    }
  }

  static std::string TimeIsOver(const ClientRequest& request, std::chrono::milliseconds timeout) {
    // libcurl may give up a little early.
    if (request.deadline.Left() < std::chrono::milliseconds(5))
      return "no answer in the time that was left for it";
    return "no answer within " + Seconds(timeout);
  }

  std::string ErrorText(CURLcode code) const {
    return error_text_[0] != '\0' ? std::string(error_text_.data()) : std::string(curl_.easy_strerror(code));
  }

  // Which of the two times is over.
  std::chrono::milliseconds TimeWaited(const ClientRequest& request) {
    curl_off_t connected = 0;
    curl_.easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME_T, &connected);
    return connected == 0 ? request.connect_timeout : request.timeout;
  }

  const HttpClientOptions& options_;
  Pool& pool_;
  const CurlLibrary& curl_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  curl_slist* addresses_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::string method_;
  std::string host_;
  std::uint16_t port_ = 0;
  ClientResponse response_;
  std::size_t head_bytes_ = 0;
  std::size_t max_body_bytes_ = 0;
  bool too_large_ = false;
  std::optional<Error> refusal_;
};

HttpClient::HttpClient(HttpClientOptions options)
    : options_(std::move(options)), pool_(std::make_unique<Pool>()) {}
HttpClient::~HttpClient() = default;

Result<ClientResponse> HttpClient::Send(const ClientRequest& request) {
  EPHOR_ASSIGN(const CurlLibrary* const curl, CurlLibrary::Load());
  const auto deadline = Deadline::In(request.timeout).Sooner(request.deadline).when();
  EPHOR_ASSIGN(Url url, Url::Parse(request.url));
  ClientRequest next = request;
  std::vector<HeaderView> headers(request.headers.begin(), request.headers.end());
  for (int redirects = 0;; ++redirects) {
    next.headers = headers;
    EPHOR_ASSIGN(ClientResponse response, Exchange(options_, *pool_, *curl).Run(next, url, deadline));
    const std::string_view location = response.Header("location");
    if (request.max_redirects == 0 || !IsRedirect(response.status) || location.empty()) return response;
    if (redirects == request.max_redirects) {
      return Fail(ErrorCode::kUnavailable, VerbOf(request.method) + " " + GoQuote(url.Shown()) +
                                               ": stopped after " + std::to_string(redirects) + " redirects");
    }
    EPHOR_ASSIGN(Url target, url.Resolve(location));
    if (url.scheme == "https" && target.scheme == "http") {
      return Fail(ErrorCode::kUnavailable, VerbOf(request.method) + " " + GoQuote(url.Shown()) +
                                               ": redirected from https to " + GoQuote(target.Shown()));
    }
    const bool keeps_method = response.status == 307 || response.status == 308 || next.method == "HEAD";
    if (!keeps_method) {
      next.method = "GET";
      next.body = {};
      std::erase_if(headers, [](const HeaderView& header) {
        return EqualFolded(header.first, "content-type") || EqualFolded(header.first, "content-length");
      });
    }
    if (!url.SameOrigin(target)) {
      std::erase_if(headers, [](const HeaderView& header) { return IsSecret(header.first); });
    }
    url = std::move(target);
  }
}

}  // namespace ephor::net
