#include "net/server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <utility>

namespace ephor::net {
namespace {

constexpr int kBacklog = 1024;
// How many connections are accepted before the stop signal is looked at again.
constexpr int kAcceptsPerTurn = 64;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

struct HostPort {
  std::string host, port;
};

Result<HostPort> SplitAddress(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return InvalidInput("address '" + address + "' has no port");
  HostPort parts{address.substr(0, colon), address.substr(colon + 1)};
  if (parts.host.starts_with('[') && parts.host.ends_with(']')) {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  }
  const bool digits = !parts.port.empty() && parts.port.size() <= 5 &&
                      parts.port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoi(parts.port) > 65535)
    return InvalidInput("address '" + address + "' has no valid port");
  return parts;
}

int BindOne(const addrinfo& address, bool both_families) {
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1, off = 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ai_family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, both_families ? &off : &on, sizeof on);
  }
  if (bind(fd, address.ai_addr, address.ai_addrlen) == 0 && listen(fd, kBacklog) == 0) return fd;
  const int cause = errno;
  close(fd);
  errno = cause;
  return -1;
}

std::uint16_t BoundPort(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

ServerLimits ShareOf(ServerLimits limits, unsigned threads) {
  const auto share = [threads](std::size_t& bound) { bound = std::max<std::size_t>(bound / threads, 1); };
  share(limits.max_connections);
  share(limits.max_handshakes);
  share(limits.max_buffered_bytes);
  return limits;
}

}  // namespace

// How many loops have not ended. Shared with their threads.
struct Server::Running {
  std::mutex mutex;
  std::condition_variable changed;
  unsigned loops = 0;
};

Result<std::unique_ptr<Server>> Server::Start(std::span<const Endpoint> endpoints, const ServerLimits& limits,
                                              unsigned threads) {
  std::signal(SIGPIPE, SIG_IGN);
  RaiseFileLimit();
  threads = std::max(threads, 1u);
  std::unique_ptr<Server> server(new Server);
  for (const Endpoint& endpoint : endpoints) EPHOR_TRY(server->Listen(endpoint));
  server->stop_accepting_ = eventfd(0, EFD_CLOEXEC);
  server->running_ = std::make_shared<Running>();
  server->running_->loops = threads;
  for (unsigned i = 0; i < threads; ++i) {
    server->loops_.push_back(std::make_unique<Loop>(ShareOf(limits, threads), i));
    server->threads_.emplace_back([loop = server->loops_.back().get(), running = server->running_] {
      loop->Run();
      const std::lock_guard lock(running->mutex);
      --running->loops;
      running->changed.notify_all();
    });
  }
  server->acceptor_ = std::thread([self = server.get()] { self->Accept(); });
  return server;
}

Server::~Server() {
  StopAccepting();
  for (const auto& loop : loops_) loop->mailbox()->PostStop();
  Join();
  if (stop_accepting_ >= 0) close(stop_accepting_);
}

Result<void> Server::Listen(const Endpoint& endpoint) {
  EPHOR_ASSIGN(const HostPort parts, SplitAddress(endpoint.address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failure =
      getaddrinfo(parts.host.empty() ? nullptr : parts.host.c_str(), parts.port.c_str(), &hints, &list);
  if (failure != 0)
    return InvalidInput("cannot listen on '" + endpoint.address + "': " + gai_strerror(failure));
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(list);
  // For all addresses the IPv6 wildcard serves both families, where the machine has IPv6.
  const bool all = parts.host.empty();
  int fd = -1;
  for (const int family : {all ? AF_INET6 : AF_UNSPEC, all ? AF_INET : AF_UNSPEC}) {
    for (const addrinfo* one = list; one != nullptr && fd < 0; one = one->ai_next) {
      if (family == AF_UNSPEC || one->ai_family == family) fd = BindOne(*one, all);
    }
  }
  if (fd < 0) {
    return Fail(ErrorCode::kUnavailable,
                "cannot listen on '" + endpoint.address + "': " + std::strerror(errno));
  }
  sockets_.push_back(fd);
  ports_.push_back(BoundPort(fd));
  listeners_.push_back(std::make_unique<Listener>(Listener{endpoint.handler, endpoint.tls}));
  return {};
}

void Server::Accept() {
  std::vector<pollfd> watched;
  for (const int fd : sockets_) watched.push_back({fd, POLLIN, 0});
  watched.push_back({stop_accepting_, POLLIN, 0});
  while (true) {
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched.back().revents != 0) return;
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      if (watched[i].revents != 0) AcceptFrom(i);
    }
  }
}

void Server::AcceptFrom(std::size_t endpoint) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    const int fd = accept4(sockets_[endpoint], nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      // Out of files or memory: wait for connections to end rather than spin.
      if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) {
        pollfd stop{stop_accepting_, POLLIN, 0};
        poll(&stop, 1, 50);
      }
      return;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto& least_busy =
        *std::min_element(loops_.begin(), loops_.end(), [](const auto& a, const auto& b) {
          return a->mailbox()->connections.load(std::memory_order_relaxed) <
                 b->mailbox()->connections.load(std::memory_order_relaxed);
        });
    least_busy->mailbox()->PostConnection({fd, listeners_[endpoint].get()});
  }
}

void Server::StopAccepting() {
  if (!acceptor_.joinable()) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = write(stop_accepting_, &one, sizeof one);
  acceptor_.join();
  for (const int fd : sockets_) close(fd);
  sockets_.clear();
}

bool Server::Drain(std::chrono::milliseconds deadline) {
  StopAccepting();
  for (const auto& loop : loops_) loop->mailbox()->PostDrain();
  bool all_ended = false;
  {
    std::unique_lock lock(running_->mutex);
    all_ended = running_->changed.wait_for(lock, deadline, [this] { return running_->loops == 0; });
  }
  for (const auto& loop : loops_) loop->mailbox()->PostStop();
  Join();
  return all_ended;
}

void Server::Join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  // Listening sockets that no thread came to serve.
  for (const int fd : std::exchange(sockets_, {})) close(fd);
}

ServerStatistics Server::statistics() const {
  ServerStatistics all;
  for (const auto& loop : loops_) {
    const LoopCounters& one = loop->counters();
    const auto read = [](const std::atomic<std::uint64_t>& counter) {
      return counter.load(std::memory_order_relaxed);
    };
    all.connections +=
        static_cast<std::uint64_t>(loop->mailbox()->connections.load(std::memory_order_relaxed));
    all.buffered_bytes += read(one.buffered);
    all.accepted += read(one.accepted);
    all.requests += read(one.requests);
    all.handshake_failures += read(one.handshake_failures);
    all.timeouts += read(one.timeouts);
    all.evicted += read(one.evicted);
    all.refused += read(one.refused);
    all.abusive += read(one.abusive);
  }
  return all;
}

}  // namespace ephor::net
