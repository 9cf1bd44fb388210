#include "registry/client.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/arena.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "base/quote.h"
#include "json/parse.h"
#include "json/value.h"
#include "net/http_client.h"
#include "net/url.h"
#include "registry/challenge.h"
#include "registry/error_text.h"
#include "registry/plain_http.h"

namespace ephor::registry {
namespace {

constexpr std::size_t kMaxManifestBytes = 8 << 20;
constexpr std::size_t kMaxTokenBytes = 64 << 10;
constexpr int kMaxRedirects = 5;
// Of registries, and of repositories with their tokens: both are named by whoever names an image. What is
// forgotten is asked for again.
constexpr std::size_t kMaxRemembered = 4096;
constexpr std::chrono::milliseconds kConnectTimeout{10'000};
constexpr std::chrono::milliseconds kPatienceWithTls{300};

constexpr std::string_view kAcceptedManifests =
    "application/vnd.docker.distribution.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.v1+prettyjws, "
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json";

std::string Escaped(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      escaped += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    escaped += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return escaped;
}

std::string WithoutParameters(std::string_view media_type) {
  media_type = media_type.substr(0, media_type.find(';'));
  while (media_type.ends_with(' ')) media_type.remove_suffix(1);
  return std::string(media_type);
}

}  // namespace

bool IsDigest(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  return text.size() == kPrefix.size() + 64 && text.starts_with(kPrefix) &&
         std::all_of(text.begin() + kPrefix.size(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

struct Client::State {
  explicit State(ClientOptions given) : options(std::move(given)), http({.rules = options.rules}) {}

  // How a registry is reached, as its first answer has shown.
  struct Endpoint {
    std::string scheme;
    std::optional<Challenge> challenge;
  };

  const ClientOptions options;
  net::HttpClient http;
  std::mutex mutex;
  std::map<std::string, Endpoint> endpoints;          // by registry, and whether plain HTTP is allowed
  std::map<std::string, std::string> authorizations;  // by registry, repository and actions

  // The value that is kept; the mutex is held.
  template <class T>
  static const T& Remember(std::map<std::string, T>& all, const std::string& key, T value) {
    if (all.size() >= kMaxRemembered) all.clear();
    return all.insert_or_assign(key, std::move(value)).first->second;
  }
};

// The requests of one call, to one repository.
class Client::Connection {
 public:
  Connection(State& state, const Repository& repository, std::string_view actions)
      : state_(state),
        repository_(repository),
        scope_("repository:" + repository.name + ":" + std::string(actions)),
        plain_http_(repository.allow_insecure || MaySpeakPlainHttp(repository.registry)) {}

  struct Call {
    std::string_view method = "GET";
    std::string path;  // below the repository, or a whole URL that the registry has given
    std::vector<net::HeaderView> headers;
    std::string_view body;
    std::size_t max_bytes = kMaxManifestBytes;
  };

  // A response of one of the statuses; any other is an error.
  Result<net::ClientResponse> Send(const Call& call, std::initializer_list<int> expected) {
    EPHOR_ASSIGN(const State::Endpoint endpoint, FindEndpoint());
    const std::string base = endpoint.scheme + "://" + repository_.registry;
    const std::string url = call.path.find("://") == std::string::npos
                                ? base + "/v2/" + repository_.name + "/" + call.path
                                : call.path;
    const bool authorizes = endpoint.challenge.has_value() && OfRegistry(url, base);
    std::string authorization;
    if (authorizes) {
      EPHOR_ASSIGN(authorization, Authorize(*endpoint.challenge, false));
    }
    for (bool repeated = false;; repeated = true) {
      EPHOR_ASSIGN(net::ClientResponse response, SendPatiently(call, url, authorization));
      if (std::find(expected.begin(), expected.end(), response.status) != expected.end()) return response;
      const auto challenge = ChallengeOf(response);
      // Once more, with a token for what the registry says that it wants.
      if (response.status != 401 || repeated || !challenge || !OfRegistry(url, base)) {
        return std::unexpected(RefusalOf(call.method, url, response));
      }
      EPHOR_ASSIGN(authorization, Authorize(*challenge, true));
    }
  }

 private:
  static bool OfRegistry(const std::string& url, const std::string& base) {
    const auto a = net::Url::Parse(url), b = net::Url::Parse(base);
    return a && b && a->SameOrigin(*b);
  }

  static std::optional<Challenge> ChallengeOf(const net::ClientResponse& response) {
    for (const auto& [name, value] : response.headers) {
      if (name != "www-authenticate") continue;
      for (Challenge& challenge : ParseChallenges(value)) {
        if (challenge.scheme == "basic" || challenge.scheme == "bearer") return std::move(challenge);
      }
    }
    return std::nullopt;
  }

  net::ClientRequest Request(std::string_view method, std::string_view url) const {
    return {.method = method,
            .url = url,
            .ca_bundle = state_.options.ca_bundle,
            .timeout = state_.options.timeout,
            .deadline = repository_.deadline,
            .max_redirects = kMaxRedirects};
  }

  // Asks for "/v2/", by TLS and then, where that is allowed, without. Once a registry.
  Result<State::Endpoint> FindEndpoint() {
    const std::string key = repository_.registry + (plain_http_ ? " http" : "");
    {
      const std::lock_guard lock(state_.mutex);
      const auto known = state_.endpoints.find(key);
      if (known != state_.endpoints.end()) return known->second;
    }
    // A server that does not speak TLS may leave us waiting rather than refuse, so plain HTTP is tried soon.
    struct Attempt {
      const char* scheme;
      std::chrono::milliseconds patience;
    };
    constexpr Attempt kTlsOnly[] = {{"https", kConnectTimeout}};
    constexpr Attempt kBoth[] = {
        {"https", kPatienceWithTls}, {"http", kConnectTimeout}, {"https", kConnectTimeout}};
    std::optional<Error> failure;
    for (const auto& [scheme, patience] : plain_http_ ? std::span<const Attempt>(kBoth) : kTlsOnly) {
      const std::string url = std::string(scheme) + "://" + repository_.registry + "/v2/";
      net::ClientRequest request = Request("GET", url);
      request.connect_timeout = patience;
      const auto response = state_.http.Send(request);
      if (!response) {
        failure = response.error();
        continue;
      }
      if (response->status != 200 && response->status != 401) {
        return std::unexpected(RefusalOf("GET", url, *response));
      }
      State::Endpoint endpoint{scheme, ChallengeOf(*response)};
      if (response->status == 200) endpoint.challenge.reset();
      const std::lock_guard lock(state_.mutex);
      return State::Remember(state_.endpoints, key, std::move(endpoint));
    }
    return std::unexpected(*std::move(failure));
  }

  Result<net::ClientResponse> SendPatiently(const Call& call, const std::string& url,
                                            const std::string& authorization) {
    std::vector<net::HeaderView> headers = call.headers;
    if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
    net::ClientRequest request = Request(call.method, url);
    request.headers = headers;
    request.body = call.body;
    request.max_body_bytes = call.max_bytes;
    for (const std::chrono::milliseconds wait : state_.options.retry_after) {
      auto response = state_.http.Send(request);
      const bool again = response ? IsTemporary(response->status)
                                  : response.error().message().find("reset by peer") != std::string::npos;
      if (!again || wait >= repository_.deadline.Left()) return response;
      std::this_thread::sleep_for(wait);
    }
    return state_.http.Send(request);
  }

  Result<std::optional<Credentials>> FindCredentials() const {
    for (const auto& source : state_.options.keychain) {
      EPHOR_ASSIGN(auto found, source->Find(repository_.registry, repository_.name));
      if (found) return found;
    }
    return std::optional<Credentials>();
  }

  static std::string BasicOf(const Credentials& credentials) {
    return "Basic " + Base64Encode(credentials.username + ":" + credentials.password);
  }

  // The value of the header Authorization; "" where the registry is to be asked anonymously.
  Result<std::string> Authorize(const Challenge& challenge, bool renew) {
    const std::string key = repository_.registry + " " + scope_;
    if (!renew) {
      const std::lock_guard lock(state_.mutex);
      const auto known = state_.authorizations.find(key);
      if (known != state_.authorizations.end()) return known->second;
    }
    EPHOR_ASSIGN(const std::optional<Credentials> credentials, FindCredentials());
    std::string authorization;
    if (challenge.scheme == "basic") {
      if (credentials) authorization = BasicOf(*credentials);
    } else if (credentials && !credentials->registry_token.empty()) {
      authorization = "Bearer " + credentials->registry_token;
    } else {
      EPHOR_ASSIGN(const std::string token, FetchToken(challenge, credentials));
      authorization = "Bearer " + token;
    }
    const std::lock_guard lock(state_.mutex);
    return State::Remember(state_.authorizations, key, std::move(authorization));
  }

  // A registry must not send credentials into the network of whoever asks it.
  Result<net::Url> RealmOf(const Challenge& challenge) const {
    EPHOR_ASSIGN(net::Url realm, net::Url::Parse(challenge.Parameter("realm")));
    const auto registry = net::Url::Parse(realm.scheme + "://" + repository_.registry);
    if (registry && realm.SameOrigin(*registry)) return realm;
    if (realm.scheme == "http" && !repository_.allow_insecure) {
      return InvalidInput("the token server " + GoQuote(realm.Shown()) + " of " + repository_.registry +
                          " does not speak https");
    }
    if (IsInternalAddress(realm.host)) {
      return InvalidInput("the token server " + GoQuote(realm.Shown()) + " of " + repository_.registry +
                          " is an internal address");
    }
    return realm;
  }

  Result<std::string> FetchToken(const Challenge& challenge, const std::optional<Credentials>& credentials) {
    EPHOR_ASSIGN(const net::Url realm, RealmOf(challenge));
    const std::string service(challenge.Parameter("service"));
    const std::string asked(challenge.Parameter("scope"));
    if (credentials && !credentials->identity_token.empty()) {
      const std::string form =
          "grant_type=refresh_token&refresh_token=" + Escaped(credentials->identity_token) +
          "&service=" + Escaped(service) + "&scope=" + Escaped(scope_) + "&client_id=ephor";
      const net::HeaderView type{"Content-Type", "application/x-www-form-urlencoded"};
      net::ClientRequest request = Request("POST", realm.text);
      request.headers = std::span(&type, 1);
      request.body = form;
      request.max_body_bytes = kMaxTokenBytes;
      EPHOR_ASSIGN(const net::ClientResponse response, state_.http.Send(request));
      // Servers that know only GET.
      if (response.status != 404) return TokenOf("POST", realm.text, response);
    }
    std::string url = realm.text;
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += "scope=" + Escaped(scope_);
    if (!asked.empty() && asked != scope_) url += "&scope=" + Escaped(asked);
    if (!service.empty()) url += "&service=" + Escaped(service);
    const std::string basic =
        credentials && !credentials->username.empty() ? BasicOf(*credentials) : std::string();
    const net::HeaderView header{"Authorization", basic};
    net::ClientRequest request = Request("GET", url);
    if (!basic.empty()) request.headers = std::span(&header, 1);
    request.max_body_bytes = kMaxTokenBytes;
    EPHOR_ASSIGN(const net::ClientResponse response, state_.http.Send(request));
    return TokenOf("GET", url, response);
  }

  static Result<std::string> TokenOf(std::string_view method, std::string_view url,
                                     const net::ClientResponse& response) {
    if (response.status != 200) return std::unexpected(RefusalOf(method, url, response));
    Arena arena;
    const auto body = json::Parse(response.body, arena);
    if (!body) return InvalidInput("unexpected bearer response: " + body.error().message());
    for (const std::string_view name : {"access_token", "token"}) {
      if (!body->StringAt(name).empty()) return std::string(body->StringAt(name));
    }
    return InvalidInput("no token in bearer response");
  }

  State& state_;
  const Repository& repository_;
  const std::string scope_;
  const bool plain_http_;
};

Client::Client(ClientOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Client::~Client() = default;

Result<Manifest> Client::GetManifest(const Repository& repository, std::string_view identifier) {
  Connection connection(*state_, repository, "pull");
  EPHOR_ASSIGN(net::ClientResponse response, connection.Send({.path = "manifests/" + std::string(identifier),
                                                              .headers = {{"Accept", kAcceptedManifests}}},
                                                             {200}));
  Manifest manifest{.media_type = WithoutParameters(response.Header("content-type")),
                    .digest = "sha256:" + Sha256Hex(response.body),
                    .bytes = std::move(response.body)};
  if (IsDigest(identifier) && manifest.digest != identifier) {
    return InvalidInput("manifest digest: " + GoQuote(manifest.digest) +
                        " does not match requested digest: " + GoQuote(identifier) + " for " +
                        GoQuote(repository.registry + "/" + repository.name));
  }
  return manifest;
}

Result<std::string> Client::ResolveDigest(const Repository& repository, std::string_view tag) {
  Connection connection(*state_, repository, "pull");
  EPHOR_ASSIGN(const net::ClientResponse response,
               connection.Send({.method = "HEAD",
                                .path = "manifests/" + std::string(tag),
                                .headers = {{"Accept", kAcceptedManifests}}},
                               {200}));
  const std::string_view digest = response.Header("docker-content-digest");
  if (IsDigest(digest) && (!IsDigest(tag) || digest == tag)) return std::string(digest);
  // Some registries leave it out.
  EPHOR_ASSIGN(const Manifest manifest, GetManifest(repository, tag));
  return manifest.digest;
}

Result<std::string> Client::GetBlob(const Repository& repository, std::string_view digest,
                                    std::size_t max_bytes) {
  if (!IsDigest(digest)) return InvalidInput("unsupported digest " + GoQuote(digest));
  Connection connection(*state_, repository, "pull");
  EPHOR_ASSIGN(net::ClientResponse response,
               connection.Send({.path = "blobs/" + std::string(digest), .max_bytes = max_bytes}, {200}));
  const std::string found = "sha256:" + Sha256Hex(response.body);
  if (found == digest) return std::move(response.body);
  return InvalidInput("error verifying sha256 checksum: got " + GoQuote(found) + ", want " + GoQuote(digest));
}

Result<void> Client::PushBlob(const Repository& repository, std::string_view digest, std::string_view bytes) {
  Connection connection(*state_, repository, "push,pull");
  const std::string name(digest);
  EPHOR_ASSIGN(const net::ClientResponse known,
               connection.Send({.method = "HEAD", .path = "blobs/" + name}, {200, 404}));
  if (known.status == 200) return {};
  EPHOR_ASSIGN(const net::ClientResponse started,
               connection.Send({.method = "POST", .path = "blobs/uploads/"}, {201, 202}));
  if (started.status == 201) return {};
  EPHOR_ASSIGN(const net::Url base, net::Url::Parse(started.url));
  EPHOR_ASSIGN(const net::Url location, base.Resolve(started.Header("location")));
  const std::string target = location.text + (location.text.find('?') == std::string::npos ? "?" : "&") +
                             "digest=" + Escaped(digest);
  EPHOR_TRY(connection.Send({.method = "PUT",
                             .path = target,
                             .headers = {{"Content-Type", "application/octet-stream"}},
                             .body = bytes},
                            {201}));
  return {};
}

Result<void> Client::PushManifest(const Repository& repository, std::string_view identifier,
                                  std::string_view media_type, std::string_view bytes) {
  Connection connection(*state_, repository, "push,pull");
  EPHOR_TRY(connection.Send({.method = "PUT",
                             .path = "manifests/" + std::string(identifier),
                             .headers = {{"Content-Type", media_type}},
                             .body = bytes},
                            {200, 201, 202}));
  return {};
}

}  // namespace ephor::registry
