// Compressed bytes: gzip.compress and gzip.decompress (RFC 1952).
#include <zlib.h>

#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"

namespace ephor::cel::lib::kyverno {
namespace {

constexpr int kGzipWindow = 15 + 16;
// What a small text may unpack to. The reference has no limit, and so no defence.
constexpr std::size_t kMaxUnpacked = 64 << 20;

Value Compress(Call& call, std::span<const Value> args) {
  if (!args[0].is_string()) {
    const bool bytes = args[0].is(ValueKind::kBytes);
    return call.Fail("type conversion error from " +
                     (bytes ? std::string("Bytes") : "'" + std::string(TypeName(args[0])) + "'") +
                     " to 'string'");
  }
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return call.Fail("gzip: out of memory");
  }
  // No time and "unknown" as the system, so that equal texts give equal bytes everywhere.
  gz_header header{};
  header.os = 255;
  deflateSetHeader(&stream, &header);
  const std::string_view text = args[0].text();
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return call.Fail("gzip: cannot compress");
  return Value::Bytes(call.arena().Copy(out));
}

Value Decompress(Call& call, std::span<const Value> args) {
  const std::string_view bytes = args[0].text();
  if (bytes.empty()) return call.Fail("EOF");
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return call.Fail("gzip: out of memory");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int result = Z_OK;
  char buffer[16 << 10];
  while (result == Z_OK && out.size() <= kMaxUnpacked) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
    // Several members behind one another are one text.
    if (result == Z_STREAM_END && stream.avail_in > 0) result = inflateReset(&stream);
  }
  inflateEnd(&stream);
  if (out.size() > kMaxUnpacked) return call.Fail("gzip: text too long");
  if (result == Z_BUF_ERROR) return call.Fail("unexpected EOF");
  if (result != Z_STREAM_END)
    return call.Fail(out.empty() ? "gzip: invalid header" : "gzip: invalid checksum");
  return call.String(out);
}

constexpr FunctionRow kFunctions[] = {
    {"gzip.compress", "(dyn) -> bytes", Compress, "gzip.decompress(gzip.compress('hello')) == 'hello'",
     kTraverse<0>},
    {"gzip.decompress", "(bytes) -> string", Decompress, "gzip.decompress(gzip.compress('abc')) == 'abc'",
     kTraverseAndMake},
};

}  // namespace

const Library& Gzips() {
  static const Library library{"kyverno gzip", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
