#include "net/http2.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <vector>

#include "net/byte_buffer.h"

namespace ephor::net {
namespace {

// How far a client may send ahead: a usual review fits into a stream's window.
constexpr std::int32_t kStreamWindow = 1 << 20;
constexpr std::int32_t kConnectionWindow = 4 << 20;
// Output is handed to the socket in pieces of about this size.
constexpr std::size_t kSendBytes = 64 << 10;
constexpr std::size_t kSpareStreams = 8;
constexpr std::size_t kSpareAnswerBytes = 16 << 10;

struct FreeOptions {
  void operator()(nghttp2_option* options) const { nghttp2_option_del(options); }
};
struct FreeCallbacks {
  void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
};

std::string_view View(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv Field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

// One request and its answer.
struct Http2::Stream {
  struct Range {
    std::uint32_t begin = 0, size = 0;
  };
  enum class State : std::uint8_t { kCollecting, kAwaiting, kAnswered };

  std::int32_t id = 0;
  State state = State::kCollecting;
  Instant received;
  std::string text;  // names and values of the headers, one after another
  std::vector<std::pair<Range, Range>> headers;
  Range method, target;
  ByteBuffer body;
  std::size_t reserved = 0;  // of the loop's memory
  std::string answer;
  std::size_t sent = 0;
  std::size_t slot = 0;  // its place in streams_
  int refusal = 0;       // the status to answer as soon as the headers are complete
  bool head_method = false;
  bool cut_off = false;  // answered before its request was complete
};

// What nghttp2 calls. It is C: nothing may be thrown through it.
struct Http2::Callbacks {
  static Http2& Self(void* user) { return *static_cast<Http2*>(user); }

  static int OnBeginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void* user) noexcept {
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    if (Self(user).OpenStream(frame->hd.stream_id)) return 0;
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
    return 0;
  }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                      void* user) noexcept {
    Http2& self = Self(user);
    Stream* const stream = self.Find(frame->hd.stream_id);
    if (stream == nullptr || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;  // trailers mean nothing
    if (!self.AddHeader(*stream, View(name, name_size), View(value, value_size))) stream->refusal = 431;
    return 0;
  }

  static int OnData(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                    std::size_t size, void* user) noexcept {
    Http2& self = Self(user);
    if (Stream* const stream = self.Find(id)) self.AddBody(*stream, View(bytes, size));
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
    Http2& self = Self(user);
    switch (frame->hd.type) {
      case NGHTTP2_RST_STREAM:
        return self.CountReset() ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
      case NGHTTP2_PING:
      case NGHTTP2_SETTINGS:
      case NGHTTP2_PRIORITY:
        return self.CountControlFrame() ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
      case NGHTTP2_DATA:
        if (frame->hd.length == 0 && !self.CountControlFrame()) return NGHTTP2_ERR_CALLBACK_FAILURE;
        break;
      case NGHTTP2_HEADERS:
        break;
      default:
        return 0;
    }
    Stream* const stream = self.Find(frame->hd.stream_id);
    if (stream == nullptr || stream->state != Stream::State::kCollecting) return 0;
    if (stream->refusal != 0) {
      self.Refuse(*stream, stream->refusal, "the request's headers are too large");
    } else if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      self.Serve(*stream);
    }
    return 0;
  }

  // The client need not send the rest of a request that has its answer.
  static int OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user) noexcept {
    const auto type = frame->hd.type;
    if ((type != NGHTTP2_HEADERS && type != NGHTTP2_DATA) ||
        (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) {
      return 0;
    }
    const Stream* const stream = Self(user).Find(frame->hd.stream_id);
    if (stream != nullptr && stream->cut_off) {
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
    }
    return 0;
  }

  static int OnClose(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) noexcept {
    Http2& self = Self(user);
    if (Stream* const stream = self.Find(id)) self.CloseStream(*stream);
    return 0;
  }

  static ssize_t ReadAnswer(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size,
                            std::uint32_t* flags, nghttp2_data_source* source, void*) noexcept {
    Stream& stream = *static_cast<Stream*>(source->ptr);
    const std::size_t count = std::min(size, stream.answer.size() - stream.sent);
    std::memcpy(to, stream.answer.data() + stream.sent, count);
    stream.sent += count;
    if (stream.sent == stream.answer.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }

  static const nghttp2_session_callbacks* Table() {
    static const auto table = [] {
      nghttp2_session_callbacks* made = nullptr;
      nghttp2_session_callbacks_new(&made);
      nghttp2_session_callbacks_set_on_begin_headers_callback(made, OnBeginHeaders);
      nghttp2_session_callbacks_set_on_header_callback(made, OnHeader);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, OnData);
      nghttp2_session_callbacks_set_on_frame_recv_callback(made, OnFrame);
      nghttp2_session_callbacks_set_on_frame_send_callback(made, OnFrameSent);
      nghttp2_session_callbacks_set_on_stream_close_callback(made, OnClose);
      return std::unique_ptr<nghttp2_session_callbacks, FreeCallbacks>(made);
    }();
    return table.get();
  }
};

Http2::Http2(Connection& connection)
    : connection_(connection), loop_(connection.loop()), second_(loop_.now()) {
  const ServerLimits& limits = loop_.limits();
  nghttp2_option* made = nullptr;
  nghttp2_option_new(&made);
  const std::unique_ptr<nghttp2_option, FreeOptions> options(made);
  nghttp2_option_set_no_closed_streams(made, 1);
  nghttp2_option_set_server_fallback_rfc7540_priorities(made, 0);
  nghttp2_session_server_new2(&session_, Callbacks::Table(), this, made);
  const std::array<nghttp2_settings_entry, 4> settings{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, static_cast<std::uint32_t>(limits.max_streams)},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.max_head_bytes)},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

Http2::~Http2() {
  for (const auto& stream : streams_) loop_.Release(stream->reserved);
  nghttp2_session_del(session_);
}

void Http2::OnInput(std::span<char> input) {
  const ssize_t used =
      nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  abusive_ |= used == NGHTTP2_ERR_FLOODED;
  if (used < 0) return Abort();
  AfterInput();
}

void Http2::OnInputEnd() {
  input_ended_ = true;
  AfterInput();
}

void Http2::OnOutputDone() {
  connection_.PauseInput(false);
  AfterInput();
}

void Http2::OnAnswer(std::int32_t id, Response& response) {
  Stream* const stream = Find(id);
  if (stream == nullptr || stream->state != Stream::State::kAwaiting) return;
  --awaiting_;
  Answer(*stream, response);
  AfterInput();
}

void Http2::OnTimeout(Wait wait) {
  if (wait == Wait::kIdle) return OnDrain();
  // Streams of both kinds: the connection waits for one kind at a time.
  const ServerLimits& limits = loop_.limits();
  for (const auto& stream : streams_) {
    const auto waited = loop_.now() - stream->received;
    if (stream->state == Stream::State::kCollecting && waited >= limits.body_timeout) {
      Refuse(*stream, 408, "the request did not arrive in time");
    } else if (stream->state == Stream::State::kAwaiting && waited >= limits.answer_timeout) {
      --awaiting_;
      Refuse(*stream, 503, "there was no answer in time");
    }
  }
  wait_ = Wait::kIdle;
  AfterInput();
}

void Http2::OnDrain() {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
                        NGHTTP2_NO_ERROR, nullptr, 0);
  SendOutput();
  if (streams_.empty() && !connection_.finishing()) connection_.Finish(true);
}

Http2::Stream* Http2::Find(std::int32_t id) {
  return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session_, id));
}

bool Http2::OpenStream(std::int32_t id) {
  if (streams_.size() >= loop_.limits().max_streams) return false;
  std::unique_ptr<Stream> stream;
  if (spare_.empty()) {
    stream = std::make_unique<Stream>();
  } else {
    stream = std::move(spare_.back());
    spare_.pop_back();
  }
  stream->id = id;
  stream->received = loop_.now();
  stream->slot = streams_.size();
  nghttp2_session_set_stream_user_data(session_, id, stream.get());
  ++collecting_;
  streams_.push_back(std::move(stream));
  return true;
}

void Http2::CloseStream(Stream& stream) {
  collecting_ -= stream.state == Stream::State::kCollecting;
  awaiting_ -= stream.state == Stream::State::kAwaiting;
  const std::size_t slot = stream.slot;
  std::swap(streams_[slot], streams_.back());
  streams_[slot]->slot = slot;
  std::unique_ptr<Stream> closed = std::move(streams_.back());
  streams_.pop_back();

  loop_.Release(closed->reserved);
  loop_.GiveBuffer(std::move(closed->body));
  if (spare_.size() >= kSpareStreams || closed->answer.capacity() > kSpareAnswerBytes) return;
  closed->state = Stream::State::kCollecting;
  closed->text.clear();
  closed->headers.clear();
  closed->method = closed->target = {};
  closed->body = ByteBuffer();
  closed->answer.clear();
  closed->reserved = closed->sent = 0;
  closed->refusal = 0;
  closed->head_method = closed->cut_off = false;
  spare_.push_back(std::move(closed));
}

bool Http2::AddHeader(Stream& stream, std::string_view name, std::string_view value) {
  const ServerLimits& limits = loop_.limits();
  if (stream.text.size() + name.size() + value.size() > limits.max_head_bytes) return false;
  const auto add = [&stream](std::string_view part) {
    const Stream::Range range{static_cast<std::uint32_t>(stream.text.size()),
                              static_cast<std::uint32_t>(part.size())};
    stream.text.append(part);
    return range;
  };
  if (name == ":method") {
    stream.method = add(value);
  } else if (name == ":path") {
    stream.target = add(value);
  } else if (!name.starts_with(':')) {
    if (stream.headers.size() == limits.max_headers) return false;
    const Stream::Range name_range = add(name);
    stream.headers.emplace_back(name_range, add(value));
  }
  return true;
}

void Http2::AddBody(Stream& stream, std::string_view bytes) {
  if (stream.state != Stream::State::kCollecting || stream.refusal != 0) return;
  if (bytes.size() > loop_.limits().max_body_bytes - stream.body.size()) {
    return Refuse(stream, 413, "the request's body is too large");
  }
  if (stream.body.capacity() == 0) stream.body = loop_.TakeBuffer();
  const std::size_t capacity = stream.body.CapacityFor(bytes.size());
  if (capacity > stream.reserved) {
    if (!loop_.Reserve(capacity - stream.reserved)) {
      return Refuse(stream, 503, "the server holds too many unfinished requests");
    }
    stream.reserved = capacity;
  }
  stream.body.Append(bytes);
}

void Http2::Serve(Stream& stream) {
  const auto text = [&stream](Stream::Range range) {
    return std::string_view(stream.text).substr(range.begin, range.size);
  };
  std::vector<Header>& headers = loop_.head().headers;
  headers.clear();
  for (const auto& [name, value] : stream.headers) headers.push_back({text(name), text(value)});
  const std::string_view target = text(stream.target);
  const std::size_t mark = std::min(target.find('?'), target.size());
  Request request;
  request.method = text(stream.method);
  request.path = target.substr(0, mark);
  request.query = target.substr(std::min(mark + 1, target.size()));
  request.headers = headers;
  stream.body.Space(1);  // an empty body has its padding too
  request.body = stream.body.view();
  request.received = stream.received;
  stream.head_method = request.method == "HEAD";

  Response& response = loop_.Dispatch(connection_.handler(), request, connection_.id(), stream.id);
  if (response.deferred()) {
    --collecting_;
    ++awaiting_;
    stream.state = Stream::State::kAwaiting;
    return;
  }
  Answer(stream, response);
}

void Http2::Refuse(Stream& stream, int status, std::string_view text) {
  stream.cut_off = stream.state == Stream::State::kCollecting;
  Answer(stream, loop_.Refusal(status, text));
}

void Http2::Answer(Stream& stream, Response& response) {
  collecting_ -= stream.state == Stream::State::kCollecting;
  stream.state = Stream::State::kAnswered;
  stream.answer.swap(response.body);
  // A client decides by its window when an answer leaves: till then it counts.
  if (loop_.Reserve(stream.answer.size())) {
    stream.reserved += stream.answer.size();
  } else {
    response.status = 503;
    stream.answer = "the server holds too many unsent answers\n";
  }
  std::array<char, 8> status;
  std::array<char, 20> length;
  const auto number = [](auto& to, std::size_t value) {
    return std::string_view(to.data(), std::to_chars(to.data(), to.data() + to.size(), value).ptr);
  };
  constexpr std::size_t kOwnFields = 4;
  constexpr std::size_t kMaxFields = 16;
  std::array<nghttp2_nv, kMaxFields> fields{
      Field(":status", number(status, static_cast<std::size_t>(response.status))),
      Field("content-type", response.content_type),
      Field("date", loop_.date()),
      Field("content-length", number(length, stream.answer.size())),
  };
  std::size_t count = kOwnFields;
  for (const auto& [name, value] : response.headers()) {
    if (count < kMaxFields) fields[count++] = Field(name, value);
  }
  nghttp2_data_provider provider{{.ptr = &stream}, Callbacks::ReadAnswer};
  const bool bodiless = stream.head_method || stream.answer.empty();
  nghttp2_submit_response(session_, stream.id, fields.data(), count, bodiless ? nullptr : &provider);
}

bool Http2::CountReset() {
  NewSecond();
  if (++resets_ <= loop_.limits().max_resets_per_second) return true;
  abusive_ = true;
  return false;
}

bool Http2::CountControlFrame() {
  NewSecond();
  if (++control_frames_ <= loop_.limits().max_control_frames_per_second) return true;
  abusive_ = true;
  return false;
}

void Http2::NewSecond() {
  if (loop_.now() - second_ < std::chrono::seconds(1)) return;
  second_ = loop_.now();
  resets_ = control_frames_ = 0;
}

// Hands over what nghttp2 has to say, as long as the socket takes it.
void Http2::SendOutput() {
  std::string& out = loop_.output();
  out.clear();
  while (!connection_.blocked()) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) return Abort();
    out.append(View(bytes, static_cast<std::size_t>(size)));
    if (size > 0 && out.size() < kSendBytes) continue;
    connection_.Send(out);
    out.clear();
    if (size == 0) return;
  }
}

void Http2::AfterInput() {
  SendOutput();
  if (connection_.finishing()) return;
  if (connection_.blocked()) {
    wait_ = Wait::kWrite;
    return connection_.PauseInput(true);
  }
  const bool done = nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
  const bool drained = loop_.draining() && streams_.empty();
  const bool abandoned = input_ended_ && awaiting_ == 0;
  if (done || drained || abandoned) return connection_.Finish(true);
  const Wait wait = awaiting_ > 0 ? Wait::kAnswer : collecting_ > 0 ? Wait::kBody : Wait::kIdle;
  if (wait == Wait::kIdle || wait != wait_) loop_.Enter(connection_, wait);
  wait_ = wait;
}

// The client broke the protocol, or asked for more work than is decent.
void Http2::Abort() {
  if (connection_.finishing()) return;
  if (abusive_) Count(loop_.count().abusive);
  const std::uint32_t reason = abusive_ ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR;
  nghttp2_session_terminate_session(session_, reason);
  std::string& out = loop_.output();
  out.clear();
  const std::uint8_t* bytes = nullptr;
  for (ssize_t size; (size = nghttp2_session_mem_send(session_, &bytes)) > 0;) {
    out.append(View(bytes, static_cast<std::size_t>(size)));
  }
  connection_.Send(out);
  out.clear();
  connection_.Finish(true);
}

}  // namespace ephor::net
