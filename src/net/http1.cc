#include "net/http1.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ephor::net {
namespace {

constexpr std::size_t kReadBytes = 16 << 10;
// Answers to pipelined requests are sent when they have grown to this.
constexpr std::size_t kSendBytes = 64 << 10;

void AppendNumber(std::uint64_t value, std::string& out) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

}  // namespace

Http1::~Http1() {
  DropBuffer();
}

std::span<char> Http1::InputSpace() {
  if (buffer_.empty()) return loop_.input();
  const std::size_t room = buffer_.capacity() - buffer_.size();
  const bool size_is_known = head_size_ > 0 && !chunked_;
  const std::size_t left = size_is_known ? head_size_ + body_size_ - buffer_.size() : kReadBytes;
  std::size_t wanted = std::min(kReadBytes, left);
  if (room < wanted) {
    // A body that was announced is copied less often on its way, but gets no more memory than a few times
    // what has come of it.
    if (size_is_known) wanted = std::min(left, std::max(wanted, 3 * buffer_.size()));
    if (!ReserveBuffer(buffer_.CapacityFor(wanted))) return {};
  }
  return buffer_.Space(wanted);
}

void Http1::OnInput(std::span<char> input) {
  if (buffer_.empty()) {
    Window window{input.data(), input.size()};
    const std::size_t used = Process(window);
    if (!Keep({window.data + used, window.size - used})) return;
  } else {
    buffer_.Commit(input.size());
    ProcessBuffer();
  }
  AfterInput();
}

void Http1::ProcessBuffer() {
  Window window{buffer_.data(), buffer_.size()};
  const std::size_t used = Process(window);
  buffer_.Truncate(window.size);
  buffer_.Consume(used);
  if (buffer_.empty()) DropBuffer();
}

// Serves what is complete. Returns how many bytes that were; the rest begins with the current request. The
// window gets shorter where the coding of a body is taken off.
std::size_t Http1::Process(Window& window) {
  std::size_t at = 0;
  while (at < window.size && !connection_.finishing() && !awaiting_answer_ && !connection_.blocked()) {
    const bool new_head = head_size_ == 0;
    if (new_head && scanned_ == 0) {
      // Some clients end a body with an empty line that is not part of it.
      if (window.data[at] == '\r' || window.data[at] == '\n') {
        ++at;
        continue;
      }
      received_ = loop_.now();
    }
    Window request{window.data + at, window.size - at};
    if (new_head && !ReadHead(request)) break;
    const std::size_t size = ReadBody(request);
    window.size = at + request.size;
    if (size == 0) break;
    Serve(request, new_head);
    at += size;
    if (loop_.output().size() >= kSendBytes) SendOutput();
  }
  return at;
}

// False where the head is not complete, or refused.
bool Http1::ReadHead(Window request) {
  const ServerLimits& limits = loop_.limits();
  const std::size_t size = FindHeadEnd({request.data, request.size}, scanned_);
  if ((size == 0 ? request.size : size) > limits.max_head_bytes) {
    Refuse(431, "the request's headers are too large");
    return false;
  }
  if (size == 0) return false;
  RequestHead& head = loop_.head();
  if (const MessageError error = ParseRequestHead({request.data, size}, limits.max_headers, head)) {
    Refuse(error.status, error.text);
    return false;
  }
  if (head.content_length > limits.max_body_bytes) {
    Refuse(413, "the request's body is too large");
    return false;
  }
  head_size_ = size;
  chunked_ = head.chunked;
  body_size_ = chunked_ ? 0 : head.content_length;
  coded_ = size;
  chunks_ = ChunkedDecoder();
  const bool complete = !chunked_ && request.size - size >= body_size_;
  if (head.expect_continue && !complete) loop_.output().append("HTTP/1.1 100 Continue\r\n\r\n");
  return true;
}

// The size of the whole request with its body, or 0 where more is needed or the body is refused.
std::size_t Http1::ReadBody(Window& request) {
  if (!chunked_) return request.size - head_size_ >= body_size_ ? head_size_ + body_size_ : 0;
  std::size_t end = head_size_ + body_size_;
  const auto state = chunks_.Decode(request.data, coded_, request.size, end, loop_.limits().max_body_bytes);
  body_size_ = end - head_size_;
  switch (state) {
    case ChunkedDecoder::State::kDone:
      return coded_;
    case ChunkedDecoder::State::kMore:
      request.size = coded_ = end;  // all of the coded part has been used
      return 0;
    case ChunkedDecoder::State::kBad:
      Refuse(400, "malformed chunked body");
      return 0;
    case ChunkedDecoder::State::kTooLarge:
      Refuse(413, "the request's body is too large");
      return 0;
  }
  return 0;
}

void Http1::Serve(Window whole, bool head_is_parsed) {
  RequestHead& head = loop_.head();
  // Another connection may have used it since; what parsed once parses again.
  if (!head_is_parsed) ParseRequestHead({whole.data, head_size_}, loop_.limits().max_headers, head);
  Request request;
  request.method = head.method;
  request.path = head.path;
  request.query = head.query;
  request.headers = head.headers;
  request.body = {whole.data + head_size_, body_size_};
  request.received = received_;
  http11_ = head.http11;
  head_method_ = head.method == "HEAD";
  keep_alive_ = head.keep_alive;
  head_size_ = scanned_ = 0;
  served_ = true;

  Response& response = loop_.Dispatch(connection_.handler(), request, connection_.id(), 0);
  if (response.deferred()) {
    awaiting_answer_ = true;
    wait_ = Wait::kAnswer;
    SendOutput();
    loop_.Enter(connection_, Wait::kAnswer);
    connection_.PauseInput(true);
    return;
  }
  AppendAnswer(response);
}

// The client of a refused request may still be sending it.
void Http1::AppendAnswer(const Response& response, bool refused) {
  if (loop_.draining()) keep_alive_ = false;
  std::string& out = loop_.output();
  if (response.status == 200) {
    out.append("HTTP/1.1 200 OK\r\nContent-Type: ");
  } else {
    out.append("HTTP/1.1 ");
    AppendNumber(static_cast<std::uint64_t>(response.status), out);
    out.append(" ").append(ReasonPhrase(response.status)).append("\r\nContent-Type: ");
  }
  out.append(response.content_type).append("\r\nDate: ").append(loop_.date()).append("\r\nContent-Length: ");
  AppendNumber(response.body.size(), out);
  for (const auto& [name, value] : response.headers()) {
    out.append("\r\n").append(name).append(": ").append(value);
  }
  if (!keep_alive_) {
    out.append("\r\nConnection: close");
  } else if (!http11_) {
    out.append("\r\nConnection: keep-alive");
  }
  out.append("\r\n\r\n");
  if (!head_method_) out.append(response.body);
  if (!keep_alive_) {
    SendOutput();
    connection_.Finish(/*linger=*/refused);
  }
}

void Http1::SendOutput() {
  connection_.Send(loop_.output());
  loop_.output().clear();
}

void Http1::Refuse(int status, std::string_view text) {
  keep_alive_ = false;
  head_method_ = false;
  AppendAnswer(loop_.Refusal(status, text), /*refused=*/true);
}

// What follows input: the answers go out, and the connection waits for what is missing.
void Http1::AfterInput() {
  SendOutput();
  if (connection_.finishing() || awaiting_answer_) return;
  if (connection_.blocked()) {
    wait_ = Wait::kWrite;
    return connection_.PauseInput(true);
  }
  if (input_ended_ || (loop_.draining() && buffer_.empty())) return connection_.Finish(false);
  const Wait wait = buffer_.empty() ? Wait::kIdle : head_size_ == 0 ? Wait::kHead : Wait::kBody;
  // A request has its time as a whole: its later bytes do not begin the wait anew.
  if (wait == Wait::kIdle || wait != wait_ || served_) loop_.Enter(connection_, wait);
  wait_ = wait;
  served_ = false;
}

void Http1::Continue() {
  if (awaiting_answer_ || connection_.finishing()) return;
  connection_.PauseInput(false);
  if (!buffer_.empty()) ProcessBuffer();
  AfterInput();
}

void Http1::OnAnswer(std::int32_t, Response& response) {
  if (!awaiting_answer_) return;
  awaiting_answer_ = false;
  AppendAnswer(response);
  SendOutput();
  if (!connection_.blocked()) Continue();
}

void Http1::OnInputEnd() {
  input_ended_ = true;
  if (!awaiting_answer_ && !connection_.blocked()) connection_.Finish(false);
}

void Http1::OnTimeout(Wait wait) {
  switch (wait) {
    case Wait::kHead:
      return Refuse(408, "the request's head did not arrive in time");
    case Wait::kBody:
      return Refuse(408, "the request's body did not arrive in time");
    case Wait::kAnswer:
      return Refuse(503, "there was no answer in time");
    default:
      return connection_.Finish(false);
  }
}

void Http1::OnDrain() {
  if (!awaiting_answer_ && buffer_.empty() && !connection_.blocked()) connection_.Finish(false);
}

// False where there is no memory for it: the connection is then ended.
bool Http1::Keep(std::string_view rest) {
  if (rest.empty() || connection_.finishing()) return true;
  buffer_ = loop_.TakeBuffer();
  if (!ReserveBuffer(buffer_.CapacityFor(rest.size()))) return false;
  buffer_.Append(rest);
  return true;
}

bool Http1::ReserveBuffer(std::size_t capacity) {
  if (capacity <= reserved_) return true;
  if (!loop_.Reserve(capacity - reserved_)) {
    Refuse(503, "the server holds too many unfinished requests");
    return false;
  }
  reserved_ = capacity;
  return true;
}

void Http1::DropBuffer() {
  loop_.Release(reserved_);
  reserved_ = 0;
  loop_.GiveBuffer(std::move(buffer_));
  buffer_ = ByteBuffer();
}

}  // namespace ephor::net
