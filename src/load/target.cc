#include "load/target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ephor::load {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

Bio Open(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Result<void> TrustOnly(SSL_CTX* context, const std::string& authority) {
  const Bio bio = Open(authority);
  int count = 0;
  while (X509* const certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
    X509_free(certificate);
    ++count;
  }
  ERR_clear_error();
  if (count == 0) return InvalidInput("the authority's file has no certificate");
  return {};
}

Result<void> Identify(SSL_CTX* context, const TargetOptions& options) {
  const Bio certificates = Open(options.certificate);
  X509* const leaf = PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr);
  bool good = leaf != nullptr && SSL_CTX_use_certificate(context, leaf) == 1;
  X509_free(leaf);
  while (good) {
    X509* const next = PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr);
    if (next == nullptr) break;
    good = SSL_CTX_add0_chain_cert(context, next) == 1;
  }
  if (!good) {
    ERR_clear_error();
    return InvalidInput("the client's certificate cannot be read");
  }
  const Bio keys = Open(options.key);
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(keys.get(), nullptr, nullptr, nullptr);
  good =
      key != nullptr && SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1;
  EVP_PKEY_free(key);
  ERR_clear_error();
  if (!good) return InvalidInput("the client's key cannot be read, or is not that of the certificate");
  return {};
}

}  // namespace

Result<std::unique_ptr<Target>> Target::Create(Url url, const TargetOptions& options) {
  std::unique_ptr<Target> target(new Target);
  target->url_ = std::move(url);
  target->protocol_ = options.protocol;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(target->url_.port);
  if (const int error = getaddrinfo(target->url_.host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return Fail(ErrorCode::kUnavailable, "host '" + target->url_.host + "': " + gai_strerror(error));
  }
  // IPv4 first: "localhost" is both, and servers often listen on that one alone.
  const addrinfo* chosen = found;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_family == AF_INET) {
      chosen = each;
      break;
    }
  }
  std::memcpy(&target->address_, chosen->ai_addr, chosen->ai_addrlen);
  target->address_size_ = chosen->ai_addrlen;
  freeaddrinfo(found);
  if (target->url_.secure) EPHOR_TRY(target->SetUpTls(options));
  return target;
}

Result<void> Target::SetUpTls(const TargetOptions& options) {
  tls_ = SSL_CTX_new(TLS_client_method());
  if (tls_ == nullptr) return Fail(ErrorCode::kInternal, "no memory for TLS");
  SSL_CTX_set_min_proto_version(tls_, TLS1_2_VERSION);
  if (options.tls_1_2) SSL_CTX_set_max_proto_version(tls_, TLS1_2_VERSION);
  SSL_CTX_set_mode(tls_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // The end of an answer is known from HTTP, so an end without TLS's own goodbye is an ordinary end.
  SSL_CTX_set_options(tls_, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_read_ahead(tls_, 1);  // one system call a record, not two
  static constexpr unsigned char kHttp1[] = "\x08http/1.1";
  static constexpr unsigned char kHttp2[] = "\x02h2";
  if (protocol_ == Protocol::kHttp2) {
    SSL_CTX_set_alpn_protos(tls_, kHttp2, sizeof kHttp2 - 1);
  } else {
    SSL_CTX_set_alpn_protos(tls_, kHttp1, sizeof kHttp1 - 1);
  }
  if (options.verify) {
    SSL_CTX_set_verify(tls_, SSL_VERIFY_PEER, nullptr);
    if (options.authority.empty()) {
      SSL_CTX_set_default_verify_paths(tls_);
    } else {
      EPHOR_TRY(TrustOnly(tls_, options.authority));
    }
  }
  if (!options.certificate.empty()) EPHOR_TRY(Identify(tls_, options));
  if (options.resume) {
    SSL_CTX_set_session_cache_mode(tls_, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_set_app_data(tls_, this);
    SSL_CTX_sess_set_new_cb(tls_, [](SSL* session, SSL_SESSION* given) {
      auto* const target = static_cast<Target*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(session)));
      SSL_SESSION_free(target->resumed_);
      target->resumed_ = given;
      return 1;  // it is ours now
    });
  }
  return {};
}

Target::~Target() {
  SSL_SESSION_free(resumed_);
  SSL_CTX_free(tls_);
}

bool Target::loopback() const {
  if (address_.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address_);
    return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
  }
  return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address_).sin6_addr);
}

std::string Target::address() const {
  char host[NI_MAXHOST] = "";
  getnameinfo(reinterpret_cast<const sockaddr*>(&address_), address_size_, host, sizeof host, nullptr, 0,
              NI_NUMERICHOST);
  const std::string port = ":" + std::to_string(url_.port);
  return address_.ss_family == AF_INET6 ? "[" + std::string(host) + "]" + port : host + port;
}

int Target::Connect() const {
  const int fd = socket(address_.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address_), address_size_) == 0 || errno == EINPROGRESS) {
    return fd;
  }
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

ssl_st* Target::NewSession() const {
  if (tls_ == nullptr) return nullptr;
  SSL* const session = SSL_new(tls_);
  if (session == nullptr) return nullptr;
  in6_addr numeric;
  const bool is_address = inet_pton(AF_INET, url_.host.c_str(), &numeric) == 1 ||
                          inet_pton(AF_INET6, url_.host.c_str(), &numeric) == 1;
  if (is_address) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), url_.host.c_str());
  } else {
    SSL_set_tlsext_host_name(session, url_.host.c_str());
    SSL_set1_host(session, url_.host.c_str());
  }
  if (resumed_ != nullptr) SSL_set_session(session, resumed_);
  return session;
}

}  // namespace ephor::load
