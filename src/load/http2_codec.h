// HTTP/2 (RFC 9113) of a client, one stream at a time.
#pragma once

#include <memory>
#include <vector>

#include "load/codec.h"

struct nghttp2_session;

namespace ephor::load {

class Http2Codec final : public Codec {
 public:
  // The address must outlive the codec.
  explicit Http2Codec(const Url& url);

  void Begin(const Request& request) override;
  std::string_view output() const override { return std::string_view(output_).substr(written_); }
  void Consume(std::size_t count) override;
  std::span<char> Space() override { return input_; }
  State Commit(std::size_t count) override;
  bool CommitWhileIdle(std::size_t count) override;
  State End() override { return State::kTruncated; }
  bool answering() const override { return status_ != 0; }
  int status() const override { return status_; }
  std::string_view body() const override { return body_; }
  bool reusable() const override;

 private:
  struct Callbacks;
  struct FreeSession {
    void operator()(nghttp2_session* session) const;
  };

  bool Receive(std::size_t count);
  void CollectOutput();

  const Url& url_;
  const std::string authority_;
  std::unique_ptr<nghttp2_session, FreeSession> session_;
  std::vector<char> input_;
  std::string output_;
  std::size_t written_ = 0;
  std::string_view unsent_;  // of the request's body
  std::int32_t stream_ = 0;
  std::string body_;
  int status_ = 0;
  bool done_ = false;
  bool broken_ = false;   // the stream ended without a whole answer
  bool leaving_ = false;  // the server has said that it takes no further streams
};

}  // namespace ephor::load
