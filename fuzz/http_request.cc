// Bytes as an HTTP/1.1 request. Reading ends without a crash; in how many pieces the bytes arrive changes
// nothing; and a body never grows by taking its coding off.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "net/http1_parser.h"

namespace ephor::net {
namespace {

constexpr std::size_t kMaxHeaders = 100;
constexpr std::size_t kMaxBody = 1 << 16;

std::size_t HeadSize(std::string_view text, std::size_t piece) {
  std::size_t scanned = 0;
  for (std::size_t end = std::min(piece, text.size());; end = std::min(end + piece, text.size())) {
    const std::size_t size = FindHeadEnd(text.substr(0, end), scanned);
    if (size > 0 || end == text.size()) return size;
  }
}

// The body, where it was complete, and what came of it.
std::pair<ChunkedDecoder::State, std::string> Decode(std::string bytes, std::size_t piece) {
  ChunkedDecoder decoder;
  std::size_t from = 0, to = 0;
  auto state = ChunkedDecoder::State::kMore;
  for (std::size_t end = 0; state == ChunkedDecoder::State::kMore && end < bytes.size();) {
    end = std::min(end + piece, bytes.size());
    state = decoder.Decode(bytes.data(), from, end, to, kMaxBody);
    if (to > from || from > end) std::abort();
  }
  bytes.resize(state == ChunkedDecoder::State::kDone ? to : 0);
  return {state, std::move(bytes)};
}

void Read(std::string_view text) {
  const std::size_t size = HeadSize(text, text.size());
  for (const std::size_t piece : {1u, 3u, 7u}) {
    if (HeadSize(text, piece) != size) std::abort();
  }
  if (size == 0) return;
  RequestHead head;
  if (ParseRequestHead(text.substr(0, size), kMaxHeaders, head)) return;
  if (head.method.empty() || head.path.empty() || head.headers.size() > kMaxHeaders) std::abort();
  if (head.chunked && head.content_length != 0) std::abort();
  const std::string rest(text.substr(size));
  if (Decode(rest, 1) != Decode(rest, rest.size() + 1)) std::abort();
}

}  // namespace
}  // namespace ephor::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ephor::net::Read({reinterpret_cast<const char*>(data), size});
  return 0;
}
