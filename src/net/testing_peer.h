// Servers that behave badly in one way each, on loopback, for tests.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace ephor::net {

// Reads a little of each connection's first request, sends the text, and ends the connection: with a reset,
// in order, or not at all before the peer itself is destroyed.
class BadPeer {
 public:
  enum class End : std::uint8_t { kClose, kReset, kKeep };

  BadPeer(std::string text, End end) : text_(std::move(text)), end_(end) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    listen(listener_, 64);
    thread_ = std::thread([this] { Serve(); });
  }
  ~BadPeer() {
    stop_ = true;
    thread_.join();
    close(listener_);
    for (const int kept : kept_) close(kept);
  }

  std::uint16_t port() const { return port_; }

 private:
  void Serve() {
    while (!stop_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (poll(&waiting, 1, 20) != 1) continue;
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      std::array<char, 64 << 10> bytes;
      if (recv(fd, bytes.data(), bytes.size(), 0) < 0) continue;
      send(fd, text_.data(), text_.size(), MSG_NOSIGNAL);
      if (end_ == End::kKeep) {
        kept_.push_back(fd);
        continue;
      }
      if (end_ == End::kReset) {
        const linger off{.l_onoff = 1, .l_linger = 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &off, sizeof off);
      }
      close(fd);
    }
  }

  std::string text_;
  End end_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> kept_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace ephor::net
