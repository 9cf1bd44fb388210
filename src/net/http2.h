// HTTP/2 on a connection, by nghttp2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/connection.h"

struct nghttp2_session;

namespace ephor::net {

// nghttp2 knows the frames, header compression and flow control. Here are the requests that are being
// collected, and the bounds on what a client may make us do for nothing.
class Http2 : public Protocol {
 public:
  explicit Http2(Connection& connection);
  ~Http2() override;

  std::span<char> InputSpace() override { return loop_.input(); }
  void OnInput(std::span<char> input) override;
  void OnInputEnd() override;
  void OnOutputDone() override;
  void OnAnswer(std::int32_t id, Response& response) override;
  void OnTimeout(Wait wait) override;
  void OnDrain() override;

 private:
  struct Stream;
  struct Callbacks;

  Stream* Find(std::int32_t id);
  bool OpenStream(std::int32_t id);
  void CloseStream(Stream& stream);
  bool AddHeader(Stream& stream, std::string_view name, std::string_view value);
  void AddBody(Stream& stream, std::string_view bytes);
  void Serve(Stream& stream);
  void Refuse(Stream& stream, int status, std::string_view text);
  void Answer(Stream& stream, Response& response);
  // Whether the client still keeps to the rate.
  bool CountReset();
  bool CountControlFrame();
  void NewSecond();
  void SendOutput();
  void AfterInput();
  void Abort();

  Connection& connection_;
  Loop& loop_;
  nghttp2_session* session_ = nullptr;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<std::unique_ptr<Stream>> spare_;  // with their memory, for the next ones
  std::size_t collecting_ = 0;                  // streams whose request is not complete
  std::size_t awaiting_ = 0;                    // streams whose handler answers later
  Instant second_;                              // the rates count from here
  std::size_t resets_ = 0;
  std::size_t control_frames_ = 0;
  bool input_ended_ = false;
  bool abusive_ = false;
  Wait wait_ = Wait::kIdle;
};

}  // namespace ephor::net
