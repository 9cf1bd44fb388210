// One I/O thread: its sockets, its clock and the memory its connections share.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/byte_buffer.h"
#include "net/http.h"
#include "net/http1_parser.h"
#include "net/limits.h"
#include "net/mailbox.h"
#include "net/tls.h"

namespace ephor::net {

class Connection;

// Where connections come from. Outlives the server.
struct Listener {
  Handler* handler = nullptr;
  const TlsContext* tls = nullptr;  // null: plain HTTP
};

// What a connection is waiting for: it has one reason at a time, each with its own limit in ServerLimits.
enum class Wait : std::uint8_t { kHandshake, kHead, kBody, kIdle, kAnswer, kWrite, kLinger };
inline constexpr std::size_t kWaits = 7;

// Events since the start. Written by one thread, read by any.
struct LoopCounters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> handshake_failures{0};
  std::atomic<std::uint64_t> timeouts{0};
  std::atomic<std::uint64_t> evicted{0};   // closed to make room
  std::atomic<std::uint64_t> refused{0};   // malformed or too large
  std::atomic<std::uint64_t> abusive{0};   // HTTP/2 connections ended for resets or control frames
  std::atomic<std::uint64_t> buffered{0};  // bytes held now
};

// Adds without a locked instruction, which one writer does not need.
inline void Count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

// Connections never leave the loop that adopted them, so nothing in here takes a lock but the mailbox. All
// methods but mailbox() and counters() belong to the loop's thread.
class Loop {
 public:
  // The limits are this loop's share of the server's.
  Loop(const ServerLimits& limits, unsigned index);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  const LoopCounters& counters() const { return counters_; }

  // Serves until a stop is posted, or a drain is and the last connection has ended.
  void Run();

  // ---- for connections ----

  const ServerLimits& limits() const { return limits_; }
  LoopCounters& count() { return counters_; }
  Instant now() const { return now_; }
  bool draining() const { return draining_; }
  std::string_view date();  // of now, as in an HTTP header

  // Memory for the moment, shared by all connections: input that is used up before the next is read, output
  // that is written before the next is made, and the head being parsed.
  std::span<char> input() { return {input_.get(), kInputBytes}; }
  std::string& output() { return output_; }
  RequestHead& head() { return head_; }

  // Runs the handler. The answer is in the result, valid until the next call.
  Response& Dispatch(Handler& handler, Request& request, std::uint64_t connection, std::int32_t stream);
  // For answers that are not a handler's.
  Response& Refusal(int status, std::string_view text);

  // Whether so many more bytes may be held. What is reserved is released by the same amount.
  bool Reserve(std::size_t bytes);
  void Release(std::size_t bytes);
  // A buffer that another connection no longer needs, or a new one. Large ones are kept for a moment only.
  ByteBuffer TakeBuffer();
  void GiveBuffer(ByteBuffer buffer);

  // Begins a wait; an earlier one is over.
  void Enter(Connection& connection, Wait wait);
  void Watch(const Connection& connection, std::uint32_t events);
  // Has the connection called again in this round although the socket shows nothing new.
  void CallAgain(Connection& connection);
  // Destroys it, after the current round.
  void Close(Connection& connection);

 private:
  static constexpr std::size_t kInputBytes = 64 << 10;

  struct Queue {
    Connection* first = nullptr;
    Connection* last = nullptr;
    std::size_t size = 0;
  };

  void TakeMail();
  void Adopt(const Mailbox::NewConnection& added);
  bool MakeRoom();
  void Leave(Connection& connection);
  void ExpireWaits();
  int PollTimeout() const;
  void StartDrain();
  void ReturnMemory();

  ServerLimits limits_;
  std::array<std::chrono::milliseconds, kWaits> durations_;
  std::shared_ptr<Mailbox> mailbox_;
  LoopCounters counters_;
  int epoll_ = -1;
  unsigned index_;
  Instant now_;
  bool draining_ = false;
  bool stopping_ = false;

  std::uint64_t next_id_ = 1;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> closed_;
  std::vector<std::uint64_t> again_;
  // A wait has one duration, so a queue in the order of entering is in the order of the deadlines.
  std::array<Queue, kWaits> waiting_;

  std::unique_ptr<char[]> input_;
  std::string output_;
  RequestHead head_;
  Response response_;
  std::vector<ByteBuffer> spare_;
  Instant return_memory_ = Instant::max();  // when what large requests and many connections left is returned
  std::size_t most_connections_ = 0;        // since that was done last
  std::vector<Handler*> handlers_;          // of the connections there have been
  std::size_t buffered_ = 0;
  std::string date_;
  std::int64_t date_second_ = 0;
};

}  // namespace ephor::net
