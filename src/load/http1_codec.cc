#include <algorithm>
#include <charconv>

#include "load/codec.h"

namespace ephor::load {
namespace {

constexpr std::size_t kMaxHead = 64 << 10;
constexpr std::size_t kMaxBody = 64 << 20;

bool EqualFold(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
         });
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

void Http1Codec::Begin(const Request& request) {
  output_ = request.text;
  buffer_.clear();
  chunks_ = {};
  scanned_ = body_begin_ = body_end_ = end_ = length_ = 0;
  status_ = 0;
  framing_ = Framing::kUnknown;
  keep_alive_ = true;
}

Codec::State Http1Codec::Commit(std::size_t count) {
  buffer_.Commit(count);
  if (framing_ == Framing::kUnknown) {
    if (const State state = ReadHead(); state != State::kDone) return state;
  }
  return ReadBody();
}

Codec::State Http1Codec::End() {
  if (framing_ != Framing::kUntilEnd) return State::kTruncated;
  keep_alive_ = false;
  end_ = body_end_ = buffer_.size();
  return State::kDone;
}

std::string_view Http1Codec::body() const {
  return buffer_.view().substr(body_begin_, body_end_ - body_begin_);
}

// kDone is a whole head with its framing known.
Codec::State Http1Codec::ReadHead() {
  for (;;) {
    // A peer that speaks something else is told apart at once, not when its silence has lasted too long.
    static constexpr std::string_view kStart = "HTTP/1.";
    const std::string_view text = buffer_.view();
    if (text.substr(0, kStart.size()) != kStart.substr(0, text.size())) return State::kGarbage;
    const std::size_t size = net::FindHeadEnd(text, scanned_);
    if (size == 0) return text.size() > kMaxHead ? State::kGarbage : State::kMore;
    length_ = 0;
    framing_ = Framing::kUntilEnd;
    std::string_view head = text.substr(0, size);
    for (bool first = true;; first = false) {
      const std::size_t line_end = head.find("\r\n");
      if (line_end == std::string_view::npos) return State::kGarbage;
      const std::string_view line = head.substr(0, line_end);
      head.remove_prefix(line_end + 2);
      if (line.empty()) break;
      if (!(first ? ReadStatusLine(line) : ReadHeader(line))) return State::kGarbage;
    }
    if (status_ >= 200) {
      if (status_ == 204 || status_ == 304) {
        framing_ = Framing::kLength;
        length_ = 0;
      }
      body_begin_ = body_end_ = end_ = size;
      return State::kDone;
    }
    // An interim answer (100, 103): the real one follows.
    buffer_.Consume(size);
    scanned_ = 0;
    framing_ = Framing::kUnknown;
    if (buffer_.empty()) return State::kMore;
  }
}

Codec::State Http1Codec::ReadBody() {
  switch (framing_) {
    case Framing::kLength:
      if (buffer_.size() - body_begin_ < length_) return State::kMore;
      end_ = body_end_ = body_begin_ + length_;
      return State::kDone;
    case Framing::kChunked:
      switch (chunks_.Decode(buffer_.data(), end_, buffer_.size(), body_end_, kMaxBody)) {
        case net::ChunkedDecoder::State::kMore:
          return State::kMore;
        case net::ChunkedDecoder::State::kDone:
          return State::kDone;
        default:
          return State::kGarbage;
      }
    default:
      body_end_ = buffer_.size();
      return buffer_.size() - body_begin_ > kMaxBody ? State::kGarbage : State::kMore;
  }
}

bool Http1Codec::ReadStatusLine(std::string_view line) {
  // "HTTP/1.1 200 OK"; the reason may be missing.
  if (line.size() < 12 || line[8] != ' ' || (line[7] != '0' && line[7] != '1')) return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  keep_alive_ = line[7] == '1';
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, status_);
  return error == std::errc() && end == line.data() + 12 && status_ >= 100 && status_ < 600;
}

bool Http1Codec::ReadHeader(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(colon + 1));
  if (EqualFold(name, "content-length")) {
    if (framing_ == Framing::kChunked) return true;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length_);
    framing_ = Framing::kLength;
    return error == std::errc() && end == value.data() + value.size() && length_ <= kMaxBody;
  }
  if (EqualFold(name, "transfer-encoding")) {
    framing_ = Framing::kChunked;
    return EqualFold(value, "chunked");
  }
  if (EqualFold(name, "connection")) {
    if (EqualFold(value, "close")) keep_alive_ = false;
    if (EqualFold(value, "keep-alive")) keep_alive_ = true;
  }
  return true;
}

}  // namespace ephor::load
