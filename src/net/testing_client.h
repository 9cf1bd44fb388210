// A plain blocking client for tests of the server: it sends exactly the bytes it is given.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;
struct ssl_session_st;

namespace ephor::net {

struct TestAnswer {
  int status = 0;  // 0: the connection ended before a whole answer came
  std::string head;
  std::string body;

  // The value of a header by its exact name; "" where there is none.
  std::string Header(std::string_view name) const;
};

class TestClient {
 public:
  enum class Protocol : std::uint8_t { kPlain, kTls, kTlsHttp2 };

  // Connects to a port of 127.0.0.1. Reads give up after some seconds. The certificate is not checked unless
  // an authority is given.
  TestClient(std::uint16_t port, Protocol protocol, const std::string& authority = {},
             ssl_session_st* resume = nullptr);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  // Whether a handshake succeeds that offers one version and, up to TLS 1.2, certain suites.
  static bool Handshakes(std::uint16_t port, int version, const char* suites);

  bool connected() const { return connected_; }
  bool resumed() const;
  std::string tls_version() const;
  std::string alpn() const;
  ssl_session_st* TakeSession();  // for another client; the caller frees it

  bool Send(std::string_view bytes);
  // Below TLS, as a broken client would.
  bool SendRaw(std::string_view bytes);
  void EndOutput();  // half-close, with TLS after its own goodbye
  void Reset();      // closes with a TCP reset

  TestAnswer Read(bool head_method = false);
  std::string ReadSome();
  // Whether the server ends the connection within the time.
  bool ClosedWithin(std::chrono::milliseconds time);

 private:
  int fd_ = -1;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* session_ = nullptr;
  bool connected_ = false;
  std::string buffer_;
};

// "POST <path> HTTP/1.1" with that body.
std::string PostText(std::string_view path, std::string_view body, std::string_view more_headers = {});

}  // namespace ephor::net
