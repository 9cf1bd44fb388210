// The grammar of an HTTP/1.1 message (RFC 9112), without any I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace ephor::net {

// The request line and headers of one request: views into the text that was parsed. Reused from request to
// request, so that parsing does not allocate.
struct RequestHead {
  std::string_view method, path, query;
  std::vector<Header> headers;
  std::size_t content_length = 0;
  bool http11 = true;
  bool chunked = false;
  bool keep_alive = true;
  bool expect_continue = false;
};

// What is wrong with a message: the status to answer and a sentence for its sender. Status 0 is "nothing".
struct MessageError {
  int status = 0;
  std::string_view text;
  explicit operator bool() const { return status != 0; }
};

// Parses a head up to and with its empty line. Strict where leniency lets two parties disagree on where a
// request ends: a length and a coding together, differing lengths, folded lines, bare CR or LF, spaces before
// a colon are all refused.
MessageError ParseRequestHead(std::string_view text, std::size_t max_headers, RequestHead& head);

// Finds the end of a head that arrives in pieces. `scanned` says how much was looked at before, and is
// updated, so that the search stays linear. Returns the size of the head with its empty line, 0 while it is
// not complete.
std::size_t FindHeadEnd(std::string_view text, std::size_t& scanned);

// Takes the chunked coding off a body, in place.
class ChunkedDecoder {
 public:
  enum class State : std::uint8_t { kMore, kDone, kBad, kTooLarge };

  // Reads coded bytes from `from` to `end`, both offsets into `bytes`, and moves the content to `to`, which
  // is not behind `from`. All three are updated as far as the input goes.
  State Decode(char* bytes, std::size_t& from, std::size_t end, std::size_t& to, std::size_t max_body);

 private:
  enum class Step : std::uint8_t {
    kSize,
    kSizeLine,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailer,
    kTrailerLine,
    kTrailerLf,
    kEndLf
  };

  std::size_t body_ = 0;        // content so far
  std::size_t left_ = 0;        // of the current chunk
  std::uint32_t overhead_ = 0;  // bytes of extensions and trailers, which are bounded
  std::uint8_t digits_ = 0;
  Step step_ = Step::kSize;
};

}  // namespace ephor::net
