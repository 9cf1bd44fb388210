// Every bound that the server keeps, in one place.
#pragma once

#include <chrono>
#include <cstddef>

namespace ephor::net {

// What one client, or all of them together, may take. Whoever passes a bound is answered where that is still
// possible (the status in brackets) and disconnected; others do not notice.
struct ServerLimits {
  std::size_t max_body_bytes = 10 << 20;  // [413]
  std::size_t max_head_bytes = 16 << 10;  // request line and headers [431]
  std::size_t max_headers = 100;          // [431]
  // Over all connections. At the bound the connection that has been idle longest makes room.
  std::size_t max_connections = 10'000;
  std::size_t max_handshakes = 1'000;  // TLS handshakes under way
  // Bytes of unfinished requests and unsent answers over all connections [503].
  std::size_t max_buffered_bytes = 256 << 20;

  std::chrono::milliseconds handshake_timeout{10'000};
  // From the first byte of a request to the last of its head [408].
  std::chrono::milliseconds head_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};  // from the head to the last byte of the body [408]
  std::chrono::milliseconds idle_timeout{300'000};
  std::chrono::milliseconds write_timeout{30'000};   // without any progress
  std::chrono::milliseconds answer_timeout{60'000};  // for a handler that answers later [503]
  std::chrono::milliseconds linger_timeout{2'000};   // reading on after an answer that ends the connection

  // HTTP/2, a connection.
  std::size_t max_streams = 250;
  std::size_t max_resets_per_second = 100;
  std::size_t max_control_frames_per_second = 1'000;  // PING, SETTINGS, PRIORITY, empty DATA
};

}  // namespace ephor::net
