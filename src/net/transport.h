// One connected socket, with or without TLS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

struct ssl_st;

namespace ephor::net {

// Owns the (non-blocking) socket and the TLS session. Not thread-safe.
class Transport {
 public:
  enum class Status : std::uint8_t {
    kOk,
    kBlocked,  // try again when the socket is ready
    kClosed,   // the peer has ended its side in order
    kFailed,
  };
  struct Outcome {
    Status status;
    std::size_t bytes = 0;
  };

  // Who speaks first in the handshake.
  enum class Side : std::uint8_t { kServer, kClient };

  // A null session is plain TCP.
  Transport(int fd, ssl_st* session, Side side = Side::kServer);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  int fd() const { return fd_; }
  bool secure() const { return session_ != nullptr; }

  Status Handshake();
  // Whether the peer chose HTTP/2; known after the handshake.
  bool http2() const;

  Outcome Read(char* to, std::size_t size);
  // Whether Read has something that the socket no longer shows.
  bool has_pending() const;
  // As much as the socket takes. After kBlocked the next call must begin with the same bytes.
  Outcome Write(std::string_view bytes);

  // Tells the peer that nothing more will come; reading goes on.
  void FinishWriting();
  // Reads and drops raw bytes, for after FinishWriting.
  Outcome Discard();

 private:
  Outcome SessionOutcome(int result);

  int fd_;
  ssl_st* session_;
  bool broken_ = false;  // after a fatal TLS error nothing more may be said
};

}  // namespace ephor::net
