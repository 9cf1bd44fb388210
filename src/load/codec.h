// The client's side of an HTTP version, without I/O: a request to bytes, bytes to an answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "load/request.h"
#include "net/byte_buffer.h"
#include "net/http1_parser.h"

namespace ephor::load {

// One connection's conversation, a request at a time: Begin, write what output() holds, feed what comes until
// the state is not kMore. Not thread-safe.
class Codec {
 public:
  enum class State : std::uint8_t { kMore, kDone, kGarbage, kTruncated };

  virtual ~Codec() = default;

  // The request must stay until the answer is there.
  virtual void Begin(const Request& request) = 0;
  virtual std::string_view output() const = 0;
  virtual void Consume(std::size_t count) = 0;

  // Room for what is read next; then how much was read.
  virtual std::span<char> Space() = 0;
  virtual State Commit(std::size_t count) = 0;
  // The same between requests: whether the connection can still take one.
  virtual bool CommitWhileIdle(std::size_t count) = 0;
  // The peer has ended the connection.
  virtual State End() = 0;

  // Of the current answer. The body stays until the next Begin.
  virtual bool answering() const = 0;  // whether any of it has come
  virtual int status() const = 0;
  virtual std::string_view body() const = 0;
  // After kDone: whether the connection can take another request.
  virtual bool reusable() const = 0;
};

class Http1Codec final : public Codec {
 public:
  void Begin(const Request& request) override;
  std::string_view output() const override { return output_; }
  void Consume(std::size_t count) override { output_.remove_prefix(count); }
  std::span<char> Space() override { return buffer_.Space(8 << 10); }
  State Commit(std::size_t count) override;
  bool CommitWhileIdle(std::size_t) override { return false; }  // nobody has asked for anything
  State End() override;
  bool answering() const override { return !buffer_.empty(); }
  int status() const override { return status_; }
  std::string_view body() const override;
  bool reusable() const override { return keep_alive_ && buffer_.size() == end_; }

 private:
  enum class Framing : std::uint8_t { kUnknown, kLength, kChunked, kUntilEnd };

  State ReadHead();
  State ReadBody();
  bool ReadStatusLine(std::string_view line);
  bool ReadHeader(std::string_view line);

  std::string_view output_;
  net::ByteBuffer buffer_;
  net::ChunkedDecoder chunks_;
  std::size_t scanned_ = 0;
  std::size_t body_begin_ = 0;  // offsets into the buffer
  std::size_t body_end_ = 0;    // of the decoded body
  std::size_t end_ = 0;         // of the answer; with kChunked how far it is decoded
  std::size_t length_ = 0;
  int status_ = 0;
  Framing framing_ = Framing::kUnknown;
  bool keep_alive_ = true;
};

}  // namespace ephor::load
