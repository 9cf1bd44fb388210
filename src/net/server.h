// The server: listening sockets, I/O threads, and an orderly end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "net/http.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/tls.h"

namespace ephor::net {

// One address with what answers there. Handler and certificate outlive the server.
struct Endpoint {
  std::string address;  // "host:port" or "[host]:port"; an empty host is all addresses, port 0 any free one
  Handler* handler = nullptr;
  const TlsContext* tls = nullptr;  // null: plain HTTP/1.1, for loopback
};

// What the server has seen since its start, over all threads.
struct ServerStatistics {
  std::uint64_t connections = 0;  // now
  std::uint64_t buffered_bytes = 0;
  std::uint64_t accepted = 0, requests = 0, handshake_failures = 0, timeouts = 0, evicted = 0, refused = 0,
                abusive = 0;
};

// One event loop a thread, each with connections of its own, and one thread that accepts. A new connection
// goes to the loop with the fewest: the kernel's choice (SO_REUSEPORT) is by hash, and would put both of two
// busy connections on one core every other time.
//
//   EPHOR_ASSIGN(auto server, Server::Start(endpoints, ServerLimits(), 2));
//   ... wait for SIGTERM ...
//   server->Drain(std::chrono::seconds(30));
class Server {
 public:
  // Listens and serves at once. Fails with the address that cannot be bound. Ignores SIGPIPE in the process,
  // and raises its limit of open files as far as it may.
  static Result<std::unique_ptr<Server>> Start(std::span<const Endpoint> endpoints,
                                               const ServerLimits& limits, unsigned threads);
  // Ends all connections at once.
  ~Server();

  // The port of an endpoint, in the order in which they were given.
  std::uint16_t port(std::size_t endpoint) const { return ports_[endpoint]; }

  // Stops accepting, lets requests under way be answered, tells clients to go elsewhere, and ends what is
  // left at the deadline. Returns whether all ended by themselves. The server cannot be used again.
  bool Drain(std::chrono::milliseconds deadline);

  ServerStatistics statistics() const;

 private:
  Server() = default;
  Result<void> Listen(const Endpoint& endpoint);
  void Accept();
  void AcceptFrom(std::size_t endpoint);
  void StopAccepting();
  void Join();

  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<int> sockets_;
  std::vector<std::uint16_t> ports_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
  int stop_accepting_ = -1;  // an eventfd
  struct Running;
  std::shared_ptr<Running> running_;
};

}  // namespace ephor::net
