#include "base/quote.h"

#include <re2/re2.h>

#include "base/utf8.h"

namespace ephor {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void AppendHex(char32_t value, int digits, std::string& out) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kHex[value >> shift & 0xF];
}

// Go's unicode.IsPrint for code points beyond ASCII. Only messages need it.
bool IsPrint(std::string_view encoded) {
  static const RE2 printable("[\\pL\\pM\\pN\\pP\\pS]");
  return RE2::FullMatch(re2::StringPiece(encoded.data(), encoded.size()), printable);
}

char ShortEscape(char c) {
  switch (c) {
    case '\a':
      return 'a';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\v':
      return 'v';
    case '"':
    case '\\':
      return c;
    default:
      return 0;
  }
}

}  // namespace

std::string GoQuote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    const std::string_view encoded = text.substr(i, point.bytes);
    i += point.bytes;
    const char first = encoded[0];
    if (const char escape = ShortEscape(first); escape != 0) {
      out += '\\';
      out += escape;
    } else if (point.bytes == 1 && (point.value == 0xFFFD || point.value < ' ' || point.value == 0x7F)) {
      out += "\\x";
      AppendHex(static_cast<unsigned char>(first), 2, out);
    } else if (point.bytes == 1 || IsPrint(encoded)) {
      out += encoded;
    } else if (point.value < 0x10000) {
      out += "\\u";
      AppendHex(point.value, 4, out);
    } else {
      out += "\\U";
      AppendHex(point.value, 8, out);
    }
  }
  return out + '"';
}

std::string QuoteTimeText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || byte < ' ') {
      out += "\\x";
      AppendHex(byte, 2, out);
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace ephor
