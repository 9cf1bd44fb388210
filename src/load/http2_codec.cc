#include "load/http2_codec.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace ephor::load {
namespace {

// Large enough that ordinary answers need no update of a window.
constexpr std::int32_t kWindow = 16 << 20;
constexpr std::size_t kMaxBody = 64 << 20;

// The session copies what stays after the call, which names and values of ours need not be.
nghttp2_nv Header(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

struct Http2Codec::Callbacks {
  static Http2Codec& Of(void* user) { return *static_cast<Http2Codec*>(user); }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                      void* user) {
    Http2Codec& codec = Of(user);
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    if (frame->hd.stream_id != codec.stream_ || key != ":status") return 0;
    const char* const text = reinterpret_cast<const char*>(value);
    int status = 0;
    std::from_chars(text, text + value_size, status);
    if (status >= 200) codec.status_ = status;  // interim answers are not the answer
    return 0;
  }
  static int OnData(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes,
                    std::size_t size, void* user) {
    Http2Codec& codec = Of(user);
    if (stream != codec.stream_) return 0;
    if (codec.body_.size() + size > kMaxBody) return NGHTTP2_ERR_CALLBACK_FAILURE;
    codec.body_.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int OnClose(nghttp2_session*, std::int32_t stream, std::uint32_t error, void* user) {
    Http2Codec& codec = Of(user);
    if (stream != codec.stream_) return 0;
    codec.done_ = true;
    // A server may answer before it has read all, and then asks for no more by a reset without an error.
    codec.broken_ = error != NGHTTP2_NO_ERROR || codec.status_ == 0;
    return 0;
  }
  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) Of(user).leaving_ = true;
    return 0;
  }
  static ssize_t ReadBody(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size,
                          std::uint32_t* flags, nghttp2_data_source* source, void*) {
    Http2Codec& codec = Of(source->ptr);
    const std::size_t count = std::min(size, codec.unsent_.size());
    std::memcpy(to, codec.unsent_.data(), count);
    codec.unsent_.remove_prefix(count);
    if (codec.unsent_.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

void Http2Codec::FreeSession::operator()(nghttp2_session* session) const {
  nghttp2_session_del(session);
}

Http2Codec::Http2Codec(const Url& url) : url_(url), authority_(url.authority()), input_(16 << 10) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::OnData);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::OnClose);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::OnFrame);
  nghttp2_session* session = nullptr;
  nghttp2_session_client_new(&session, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  session_.reset(session);
  const std::array<nghttp2_settings_entry, 2> settings{
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow}}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kWindow);
}

void Http2Codec::Begin(const Request& request) {
  body_.clear();
  status_ = 0;
  done_ = broken_ = false;
  unsent_ = request.body;
  std::vector<nghttp2_nv> headers;
  headers.reserve(5 + request.headers.size());
  headers.push_back(Header(":method", request.method));
  headers.push_back(Header(":scheme", url_.secure ? "https" : "http"));
  headers.push_back(Header(":authority", authority_));
  headers.push_back(Header(":path", request.path));
  for (const auto& [name, value] : request.headers) headers.push_back(Header(name, value));
  const std::string length = std::to_string(request.body.size());
  headers.push_back(Header("content-length", length));
  nghttp2_data_provider body{};
  body.source.ptr = this;
  body.read_callback = Callbacks::ReadBody;
  stream_ = nghttp2_submit_request(session_.get(), nullptr, headers.data(), headers.size(),
                                   request.body.empty() ? nullptr : &body, nullptr);
  CollectOutput();
}

void Http2Codec::Consume(std::size_t count) {
  written_ += count;
  if (written_ < output_.size()) return;
  output_.clear();
  written_ = 0;
}

Codec::State Http2Codec::Commit(std::size_t count) {
  if (!Receive(count)) return State::kGarbage;
  if (!done_) return State::kMore;
  return broken_ ? State::kTruncated : State::kDone;
}

bool Http2Codec::CommitWhileIdle(std::size_t count) {
  return Receive(count) && reusable();
}

bool Http2Codec::reusable() const {
  return !leaving_ && nghttp2_session_check_request_allowed(session_.get()) != 0;
}

bool Http2Codec::Receive(std::size_t count) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(input_.data());
  if (nghttp2_session_mem_recv(session_.get(), bytes, count) < 0) return false;
  CollectOutput();
  // A session that wants nothing any more has given up on what the peer says.
  return done_ || nghttp2_session_want_read(session_.get()) != 0;
}

void Http2Codec::CollectOutput() {
  const std::uint8_t* bytes = nullptr;
  for (ssize_t size; (size = nghttp2_session_mem_send(session_.get(), &bytes)) > 0;) {
    output_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
}

}  // namespace ephor::load
