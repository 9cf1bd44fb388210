// A virtual user: one connection, one request at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "load/codec.h"
#include "load/exchange.h"
#include "load/target.h"
#include "net/transport.h"

namespace ephor::load {

// Nanoseconds of a steady clock.
Nanoseconds Now();

// Belongs to one epoll, in which it stands under its index. Not thread-safe.
class User {
 public:
  User(const Target& target, int epoll, std::uint32_t index, bool reuse);

  bool busy() const { return step_ != Step::kIdle; }
  // When the request under way began.
  Nanoseconds begun() const { return begun_; }
  std::size_t request_index = 0;  // for whoever runs the user

  // Sends a request that was due at some time. It must stay until the exchange has ended. Returns whether it
  // has ended already, which only a failure does.
  bool Begin(const Request& request, Nanoseconds due, Nanoseconds now);
  // The socket is ready, for these events of epoll. Returns whether an exchange has ended.
  bool OnReady(std::uint32_t events);
  // Gives the request up.
  void Abandon(Failure failure);

  // Of the exchange that has ended; the body stays until the next one begins.
  const Exchange& exchange() const { return exchange_; }
  std::string_view body() const;

 private:
  enum class Step : std::uint8_t { kIdle, kConnecting, kHandshake, kWriting, kReading };

  bool Open();
  void Close();
  bool Proceed();
  void ReadWhileIdle();
  bool Handshake();
  bool StartTalking();
  bool Write();
  void Flush();
  bool Read();
  bool End(Failure failure);
  bool EndOrRetry(Failure failure);

  const Target& target_;
  const int epoll_;
  const std::uint32_t index_;
  const bool reuse_;

  std::unique_ptr<net::Transport> transport_;
  std::unique_ptr<Codec> codec_;
  const Request* request_ = nullptr;
  Step step_ = Step::kIdle;
  bool fresh_ = false;  // the connection was made for this request
  bool first_byte_ = false;
  Nanoseconds begun_ = 0;
  Nanoseconds mark_ = 0;  // when the current part of the exchange began
  Exchange exchange_;
};

}  // namespace ephor::load
