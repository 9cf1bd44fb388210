#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <utility>

namespace ephor::net {
namespace {

// Kubernetes' own limit for such texts is far below.
constexpr std::size_t kMaxPemBytes = 256 << 10;

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

std::unexpected<Error> TlsError(std::string what) {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  if (reason != nullptr) what.append(": ").append(reason);
  return InvalidInput(std::move(what));
}

std::unique_ptr<BIO, FreeBio> OpenText(std::string_view text) {
  return std::unique_ptr<BIO, FreeBio>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A key with a passphrase is an error, not a question on the terminal.
int NoPassphrase(char*, int, int, void*) {
  return -1;
}

Result<void> UseChain(SSL_CTX* context, std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return InvalidInput("the certificate file is too large");
  const auto bio = OpenText(pem);
  const std::unique_ptr<X509, FreeCertificate> leaf(
      PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassphrase, nullptr));
  if (leaf == nullptr) return TlsError("no certificate in PEM form");
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1) return TlsError("the certificate cannot be used");
  while (X509* issuer = PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, issuer) != 1) {
      X509_free(issuer);
      return TlsError("the certificate's chain cannot be used");
    }
  }
  ERR_clear_error();  // the end of the text is reported as an error
  return {};
}

Result<void> UseKey(SSL_CTX* context, std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return InvalidInput("the key file is too large");
  const auto bio = OpenText(pem);
  const std::unique_ptr<EVP_PKEY, FreeKey> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr) return TlsError("no private key in PEM form");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    return TlsError("the key does not fit the certificate");
  if (SSL_CTX_check_private_key(context) != 1) return TlsError("the key does not fit the certificate");
  return {};
}

int SelectProtocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                   unsigned int in_size, void*) {
  static constexpr unsigned char kOffered[] = "\x02h2\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOffered, sizeof kOffered - 1, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Result<std::unique_ptr<SSL_CTX, FreeContext>> MakeContext(const KeyPair& pair) {
  std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const c = context.get();
  if (c == nullptr) return TlsError("cannot set up TLS");
  // The suites of the reference for TLS 1.2; those of TLS 1.3 are all of that kind.
  static constexpr char kSuites[] =
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
      "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
      "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
  if (SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(c, kSuites) != 1 ||
      SSL_CTX_set1_groups_list(c, "X25519:P-256:P-384") != 1) {
    return TlsError("cannot set up TLS");
  }
  // The smallest AES first: all are beyond breaking, and it is the fastest.
  SSL_CTX_set_ciphersuites(c, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                             SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Idle connections hold no record buffers.
  SSL_CTX_set_mode(
      c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(c, 1);  // header and content of a record in one system call
  // Resumption by tickets alone: the cache in the context would be a lock between the threads.
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(c, 1);
  SSL_CTX_set_alpn_select_cb(c, SelectProtocol, nullptr);
  EPHOR_TRY(UseChain(c, pair.certificate));
  EPHOR_TRY(UseKey(c, pair.key));
  return context;
}

// Makes tickets of the old context good for the new one.
void ShareTickets(SSL_CTX* from, SSL_CTX* to) {
  std::array<unsigned char, 128> keys;
  const long size = SSL_CTX_get_tlsext_ticket_keys(from, nullptr, 0);
  if (size <= 0 || static_cast<std::size_t>(size) > keys.size()) return;
  if (SSL_CTX_get_tlsext_ticket_keys(from, keys.data(), size) == 1) {
    SSL_CTX_set_tlsext_ticket_keys(to, keys.data(), size);
  }
  OPENSSL_cleanse(keys.data(), keys.size());
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::Create(const KeyPair& pair) {
  EPHOR_ASSIGN(auto context, MakeContext(pair));
  std::unique_ptr<TlsContext> tls(new TlsContext);
  tls->context_ = context.release();
  return tls;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

Result<void> TlsContext::Replace(const KeyPair& pair) {
  EPHOR_ASSIGN(auto context, MakeContext(pair));
  SSL_CTX* old = nullptr;
  {
    const std::lock_guard lock(mutex_);
    ShareTickets(context_, context.get());
    old = std::exchange(context_, context.release());
  }
  SSL_CTX_free(old);  // sessions hold it as long as they need it
  return {};
}

ssl_st* TlsContext::NewSession() const {
  const std::lock_guard lock(mutex_);
  return SSL_new(context_);
}

}  // namespace ephor::net
