// The server under load: its address and how to speak with it.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "load/request.h"

struct ssl_ctx_st;
struct ssl_st;
struct ssl_session_st;

namespace ephor::load {

enum class Protocol : std::uint8_t { kHttp1, kHttp2 };

struct TargetOptions {
  Protocol protocol = Protocol::kHttp1;
  bool verify = false;      // the server's certificate
  std::string authority;    // PEM, by which it is verified; empty: those of the system
  std::string certificate;  // of the client, PEM with its chain
  std::string key;
  bool resume = false;   // TLS sessions, on new connections
  bool tls_1_2 = false;  // and no newer version; else the newest that the server has
};

// Not thread-safe; outlives the connections to it.
class Target {
 public:
  // Looks up the host's address. Fails with kUnavailable where it has none, with kInvalidInput for a bad
  // certificate or key.
  static Result<std::unique_ptr<Target>> Create(Url url, const TargetOptions& options);
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  const Url& url() const { return url_; }
  Protocol protocol() const { return protocol_; }
  // Whether nothing leaves this machine.
  bool loopback() const;
  std::string address() const;  // as text, with the port

  // A non-blocking socket that is connected or about to be; -1 with errno where that failed.
  int Connect() const;
  // For the next connection; the caller frees it. Null for plain HTTP.
  ssl_st* NewSession() const;

 private:
  Target() = default;
  Result<void> SetUpTls(const TargetOptions& options);

  Url url_;
  Protocol protocol_ = Protocol::kHttp1;
  sockaddr_storage address_{};
  socklen_t address_size_ = 0;
  ssl_ctx_st* tls_ = nullptr;
  ssl_session_st* resumed_ = nullptr;  // the latest session that the server gave
};

}  // namespace ephor::load
