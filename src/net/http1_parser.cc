#include "net/http1_parser.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ephor::net {
namespace {

constexpr std::uint32_t kMaxChunkOverhead = 16 << 10;

constexpr std::array<bool, 256> MakeTokenTable() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> kToken = MakeTokenTable();

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return kToken[c]; });
}

// Visible ASCII, or bytes above it, which browsers and Go send and accept in targets.
bool IsTarget(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
}

bool IsFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; });
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() &&
         std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) { return Lower(x) == y; });
}

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Whether a comma-separated list has the (lower-case) word.
bool ListHas(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (EqualsIgnoringCase(Trim(list.substr(0, comma)), word)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool ParseLength(std::string_view text, std::size_t& length) {
  if (text.empty() || text.size() > 18) return false;
  std::size_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::size_t>(c - '0');
  }
  length = value;
  return true;
}

MessageError ParseTarget(std::string_view target, RequestHead& head) {
  if (!IsTarget(target)) return {400, "malformed request target"};
  if (target.front() != '/' && target != "*") {
    // The absolute form, which a client sends to a proxy: the path is what follows the authority.
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return {400, "malformed request target"};
    const std::size_t slash = target.find_first_of("/?", scheme + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    if (target.front() == '?') return {400, "malformed request target"};
  }
  target = target.substr(0, target.find('#'));
  const std::size_t mark = std::min(target.find('?'), target.size());
  head.path = target.substr(0, mark);
  head.query = target.substr(std::min(mark + 1, target.size()));
  return {};
}

// One line without its CRLF, cut off the front of the text. A CR or LF elsewhere is left in the line, where
// the checks of its parts find it.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

// What the headers that frame the message have said so far.
struct Framing {
  bool has_host = false;
  bool has_length = false;
  bool close = false;
  bool keep_alive = false;
};

MessageError ReadHeader(std::string_view name, std::string_view value, RequestHead& head, Framing& seen) {
  switch (name.size()) {
    case 4:
      if (EqualsIgnoringCase(name, "host")) {
        if (seen.has_host) return {400, "too many Host headers"};
        seen.has_host = true;
      }
      break;
    case 6:
      if (EqualsIgnoringCase(name, "expect")) {
        if (!EqualsIgnoringCase(value, "100-continue")) return {417, "unknown expectation"};
        head.expect_continue = head.http11;
      }
      break;
    case 10:
      if (EqualsIgnoringCase(name, "connection")) {
        seen.close |= ListHas(value, "close");
        seen.keep_alive |= ListHas(value, "keep-alive");
      }
      break;
    case 14:
      if (EqualsIgnoringCase(name, "content-length")) {
        std::size_t length = 0;
        if (!ParseLength(value, length)) return {400, "bad Content-Length"};
        if (seen.has_length && length != head.content_length)
          return {400, "differing Content-Length headers"};
        seen.has_length = true;
        head.content_length = length;
      }
      break;
    case 17:
      if (EqualsIgnoringCase(name, "transfer-encoding")) {
        if (head.chunked || !EqualsIgnoringCase(value, "chunked"))
          return {501, "unsupported transfer encoding"};
        if (!head.http11) return {400, "transfer encoding in HTTP/1.0"};
        head.chunked = true;
      }
      break;
    default:
      break;
  }
  return {};
}

}  // namespace

MessageError ParseRequestHead(std::string_view text, std::size_t max_headers, RequestHead& head) {
  head.headers.clear();
  head.content_length = 0;
  head.chunked = head.expect_continue = false;
  head.query = {};
  Framing seen;

  const std::string_view line = TakeLine(text);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return {400, "malformed request line"};
  head.method = line.substr(0, first);
  if (!IsToken(head.method)) return {400, "malformed method"};
  const std::string_view version = line.substr(last + 1);
  head.http11 = version == "HTTP/1.1";
  if (!head.http11 && version != "HTTP/1.0") {
    return version.starts_with("HTTP/") ? MessageError{505, "unsupported protocol version"}
                                        : MessageError{400, "malformed HTTP version"};
  }
  if (MessageError error = ParseTarget(line.substr(first + 1, last - first - 1), head)) return error;

  for (std::string_view field = TakeLine(text); !field.empty(); field = TakeLine(text)) {
    if (head.headers.size() == max_headers) return {431, "too many headers"};
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos || !IsToken(field.substr(0, colon))) {
      return {400, "malformed header"};
    }
    const std::string_view name = field.substr(0, colon);
    const std::string_view value = Trim(field.substr(colon + 1));
    if (!IsFieldValue(value)) return {400, "malformed header value"};
    if (MessageError error = ReadHeader(name, value, head, seen)) return error;
    head.headers.push_back({name, value});
  }

  if (head.http11 && !seen.has_host) return {400, "missing required Host header"};
  if (head.chunked && seen.has_length) return {400, "both Content-Length and Transfer-Encoding"};
  head.keep_alive = head.http11 ? !seen.close : seen.keep_alive && !seen.close;
  return {};
}

std::size_t FindHeadEnd(std::string_view text, std::size_t& scanned) {
  // The three bytes before the place where the last search stopped may be the beginning of the end.
  const std::size_t from = scanned > 3 ? scanned - 3 : 0;
  const std::size_t end = text.find("\r\n\r\n", from);
  if (end == std::string_view::npos) {
    scanned = text.size();
    return 0;
  }
  return end + 4;
}

ChunkedDecoder::State ChunkedDecoder::Decode(char* bytes, std::size_t& from, std::size_t end, std::size_t& to,
                                             std::size_t max_body) {
  while (from < end) {
    if (step_ == Step::kData) {
      const std::size_t count = std::min(left_, end - from);
      if (to != from) std::memmove(bytes + to, bytes + from, count);
      from += count;
      to += count;
      left_ -= count;
      if (left_ == 0) step_ = Step::kDataCr;
      continue;
    }
    const char c = bytes[from++];
    switch (step_) {
      case Step::kSize: {
        const char lower = Lower(c);
        const bool digit = c >= '0' && c <= '9';
        if (digit || (lower >= 'a' && lower <= 'f')) {
          if (++digits_ > 8) return State::kTooLarge;
          left_ = left_ * 16 + static_cast<std::size_t>(digit ? c - '0' : lower - 'a' + 10);
          break;
        }
        if (digits_ == 0) return State::kBad;
        if (c == '\r') {
          step_ = Step::kSizeLf;
        } else if (c == ';' || c == ' ' || c == '\t') {
          step_ = Step::kSizeLine;
        } else {
          return State::kBad;
        }
        break;
      }
      case Step::kSizeLine:  // an extension, which means nothing to us
        if (++overhead_ > kMaxChunkOverhead || c == '\n') return State::kBad;
        if (c == '\r') step_ = Step::kSizeLf;
        break;
      case Step::kSizeLf:
        if (c != '\n') return State::kBad;
        if (left_ > max_body - body_) return State::kTooLarge;
        body_ += left_;
        digits_ = 0;
        step_ = left_ == 0 ? Step::kTrailer : Step::kData;
        break;
      case Step::kDataCr:
        if (c != '\r') return State::kBad;
        step_ = Step::kDataLf;
        break;
      case Step::kDataLf:
        if (c != '\n') return State::kBad;
        step_ = Step::kSize;
        break;
      case Step::kTrailer:
        step_ = c == '\r' ? Step::kEndLf : Step::kTrailerLine;
        if (c == '\n') return State::kBad;
        break;
      case Step::kTrailerLine:  // trailers are read over
        if (++overhead_ > kMaxChunkOverhead || c == '\n') return State::kBad;
        if (c == '\r') step_ = Step::kTrailerLf;
        break;
      case Step::kTrailerLf:
        if (c != '\n') return State::kBad;
        step_ = Step::kTrailer;
        break;
      case Step::kEndLf:
        return c == '\n' ? State::kDone : State::kBad;
      case Step::kData:
        break;
    }
  }
  return State::kMore;
}

}  // namespace ephor::net
