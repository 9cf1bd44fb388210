// HTTP/1.1 on a connection: keep-alive, pipelining, both body framings.
#pragma once

#include "net/byte_buffer.h"
#include "net/connection.h"
#include "net/http1_parser.h"

namespace ephor::net {

// Requests are answered one after another, in order. One that arrives whole in one read is served from the
// loop's shared memory; only what is incomplete is copied to a buffer of the connection's own.
class Http1 : public Protocol {
 public:
  explicit Http1(Connection& connection) : connection_(connection), loop_(connection.loop()) {}
  ~Http1() override;

  std::span<char> InputSpace() override;
  void OnInput(std::span<char> input) override;
  void OnInputEnd() override;
  void OnOutputDone() override { Continue(); }
  void OnAnswer(std::int32_t stream, Response& response) override;
  void OnTimeout(Wait wait) override;
  void OnDrain() override;

 private:
  struct Window {
    char* data;
    std::size_t size;
  };

  std::size_t Process(Window& window);
  void ProcessBuffer();
  bool ReadHead(Window request);
  std::size_t ReadBody(Window& request);
  void Serve(Window request, bool head_is_parsed);
  void Continue();
  void AfterInput();
  void AppendAnswer(const Response& response, bool refused = false);
  void SendOutput();
  void Refuse(int status, std::string_view text);
  bool Keep(std::string_view rest);
  bool ReserveBuffer(std::size_t capacity);
  void DropBuffer();

  Connection& connection_;
  Loop& loop_;

  // What has been read of the current request and of those after it. Empty where nothing is unfinished.
  ByteBuffer buffer_;
  std::size_t reserved_ = 0;  // of the loop's memory, for the buffer

  // The current request. Offsets count from its first byte.
  Instant received_;
  std::size_t scanned_ = 0;    // where the search for the end of the head goes on
  std::size_t head_size_ = 0;  // 0: the head is not complete
  std::size_t body_size_ = 0;  // by Content-Length; with the chunked coding what is decoded so far
  std::size_t coded_ = 0;      // where the part that is not decoded begins
  ChunkedDecoder chunks_;
  bool chunked_ = false;

  // What the answer to the request that was served last needs to know of it.
  bool http11_ = true;
  bool head_method_ = false;
  bool keep_alive_ = true;

  bool awaiting_answer_ = false;
  bool input_ended_ = false;
  bool served_ = true;  // a request has ended since the last wait began
  Wait wait_ = Wait::kIdle;
};

}  // namespace ephor::net
