// One client: socket, handshake, output, and the protocol that was agreed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/loop.h"
#include "net/transport.h"

namespace ephor::net {

// HTTP/1.1 or HTTP/2 on a connection. Called on the loop's thread only.
class Protocol {
 public:
  virtual ~Protocol() = default;
  // Where the next input goes; it may be the loop's shared memory. Empty where the protocol ended the
  // connection instead.
  virtual std::span<char> InputSpace() = 0;
  virtual void OnInput(std::span<char> input) = 0;
  // The client will send no more.
  virtual void OnInputEnd() = 0;
  // All output has been taken by the socket after it had been held up.
  virtual void OnOutputDone() = 0;
  // A handler answers that deferred.
  virtual void OnAnswer(std::int32_t stream, Response& response) = 0;
  // The limit of the current wait has passed.
  virtual void OnTimeout(Wait wait) = 0;
  // No new requests from now on. Closes the connection if it has nothing to do.
  virtual void OnDrain() = 0;
};

class Connection {
 public:
  Connection(Loop& loop, const Listener& listener, int fd, std::uint64_t id);
  ~Connection();

  // ---- for the loop ----
  void Start();
  void OnEvents(std::uint32_t events);
  void OnCallAgain();
  void OnTimeout();
  void OnAnswer(std::int32_t stream, Response& response);
  void OnDrain();

  // ---- for the protocol ----
  Loop& loop() { return loop_; }
  Handler& handler() { return *listener_.handler; }
  std::uint64_t id() const { return id_; }
  // Writes, or keeps what the socket does not take now.
  void Send(std::string_view bytes);
  // Whether output is held up. No new requests should be read then.
  bool blocked() const { return sent_ < output_.size(); }
  // Closes when the output is out. With lingering, what the client still sends is read and dropped for a
  // while: an immediate close could destroy the answer on its way.
  void Finish(bool linger);
  bool finishing() const { return state_ != State::kOpen; }
  // Input is not read while paused.
  void PauseInput(bool paused);

 private:
  friend class Loop;

  enum class State : std::uint8_t { kHandshake, kOpen, kFinishing, kLingering, kClosed };

  void Handshake();
  void ReadInput();
  void Flush();
  void FinishNow();
  void DiscardInput();
  void UpdateEvents();
  void Close();

  Loop& loop_;
  const Listener& listener_;
  Transport transport_;
  std::unique_ptr<Protocol> protocol_;
  std::uint64_t id_;

  std::string output_;  // held up by the socket
  std::size_t sent_ = 0;
  State state_ = State::kOpen;
  bool linger_ = false;
  bool paused_ = false;
  bool input_ended_ = false;
  static constexpr std::uint32_t kUnwatched = ~0u;
  std::uint32_t events_ = kUnwatched;  // that the loop watches for

  // The loop's queue of those that wait for the same.
  Connection* previous_ = nullptr;
  Connection* next_ = nullptr;
  Instant deadline_;
  Wait wait_ = Wait::kIdle;
  bool waiting_ = false;
};

}  // namespace ephor::net
