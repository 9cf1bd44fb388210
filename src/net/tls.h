// The TLS side of a server: protocol versions, suites, certificate, resumption.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace ephor::net {

// Certificate chain (leaf first) and private key, as PEM.
struct KeyPair {
  std::string certificate;
  std::string key;
};

// TLS 1.2 and 1.3 with forward-secret AEAD suites only, ALPN h2 and http/1.1, stateless session tickets that
// all I/O threads share. Safe from any thread.
class TlsContext {
 public:
  // Fails with the place of the trouble: no certificate, no key, or the two do not belong together.
  static Result<std::unique_ptr<TlsContext>> Create(const KeyPair& pair);
  ~TlsContext();

  // New connections get the new certificate, tickets given before stay good. On an error the old one stays.
  Result<void> Replace(const KeyPair& pair);

  // A session for an accepted connection; the caller frees it. Null when memory is short.
  ssl_st* NewSession() const;

 private:
  TlsContext() = default;

  mutable std::mutex mutex_;
  ssl_ctx_st* context_ = nullptr;
};

}  // namespace ephor::net
