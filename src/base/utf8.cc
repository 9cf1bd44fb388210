#include "base/utf8.h"

#include <algorithm>
#include <iterator>

#include "base/byte_scan.h"

namespace ephor {
namespace {

// A run of code points that map to others at the same distance.
struct CaseSpan {
  std::uint32_t first, last;
  std::uint8_t step;  // 2 where upper and lower case alternate
  std::int32_t delta;
};

#include "base/case_tables.inc"

constexpr CodePoint kInvalidByte = {0xFFFD, 1};

template <std::size_t kSize>
char32_t MapNonAscii(char32_t c, const CaseSpan (&spans)[kSize]) {
  const CaseSpan* span = std::lower_bound(std::begin(spans), std::end(spans), c,
                                          [](const CaseSpan& s, char32_t value) { return s.last < value; });
  if (span == std::end(spans) || c < span->first || (c - span->first) % span->step != 0) return c;
  return static_cast<char32_t>(static_cast<std::int64_t>(c) + span->delta);
}

char32_t Fold(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
  return MapNonAscii(c, kFoldSpans);
}

// An invalid byte becomes U+FFFD, as in Go's strings.Map.
template <std::size_t kSize>
std::string MapCase(std::string_view text, char first, char last, const CaseSpan (&spans)[kSize]) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      out.push_back(c >= first && c <= last ? static_cast<char>(c ^ 0x20) : c);
      ++i;
      continue;
    }
    const CodePoint point = DecodeUtf8(text, i);
    AppendUtf8(MapNonAscii(point.value, spans), out);
    i += point.bytes;
  }
  return out;
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const std::size_t left = text.size() - at;
  const auto continues = [&](std::size_t i) { return i < left && (byte(i) & 0xC0) == 0x80; };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xC2) return kInvalidByte;
  if (lead < 0xE0) {
    if (!continues(1)) return kInvalidByte;
    return {(lead & 0x1F) << 6 | (byte(1) & 0x3Fu), 2};
  }
  if (lead < 0xF0) {
    if (!continues(1) || !continues(2)) return kInvalidByte;
    const char32_t value = (lead & 0x0F) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < 0x800 || surrogate) return kInvalidByte;
    return {value, 3};
  }
  if (lead < 0xF5) {
    if (!continues(1) || !continues(2) || !continues(3)) return kInvalidByte;
    const char32_t value =
        (lead & 0x07) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    if (value < 0x10000 || value > 0x10FFFF) return kInvalidByte;
    return {value, 4};
  }
  return kInvalidByte;
}

void AppendUtf8(char32_t value, std::string& out) {
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) value = 0xFFFD;
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | value >> 6);
    put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12);
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | value >> 18);
    put(0x80 | (value >> 12 & 0x3F));
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  }
}

std::size_t AsciiPrefix(std::string_view text) {
  return ScanBytes(text, [](Bytes16 b) { return b & 0x80; });
}

bool IsValidUtf8(std::string_view text) {
  for (std::size_t i = AsciiPrefix(text); i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    if (point.bytes == 1) return false;
    i += point.bytes;
    i += AsciiPrefix(text.substr(i));
  }
  return true;
}

std::size_t CountCodePoints(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t ascii = AsciiPrefix(text.substr(i));
    i += ascii;
    count += ascii;
    if (i == text.size()) break;
    i += DecodeUtf8(text, i).bytes;
    ++count;
  }
  return count;
}

std::string ToUpper(std::string_view text) {
  return MapCase(text, 'a', 'z', kUpperSpans);
}

std::string ToLower(std::string_view text) {
  return MapCase(text, 'A', 'Z', kLowerSpans);
}

bool EqualFold(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const CodePoint p = DecodeUtf8(a, i), q = DecodeUtf8(b, j);
    if (p.value != q.value && Fold(p.value) != Fold(q.value)) return false;
    i += p.bytes;
    j += q.bytes;
  }
  return i == a.size() && j == b.size();
}

}  // namespace ephor
