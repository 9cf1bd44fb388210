#include "json/write.h"

#include <array>
#include <cmath>

#include "base/byte_scan.h"
#include "base/number.h"
#include "base/utf8.h"

namespace ephor::json {
namespace {

enum ByteClass : std::uint8_t { kPlain, kEscape, kHtml, kMultibyte };

constexpr auto kByteClasses = [] {
  std::array<ByteClass, 256> classes{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    classes[byte] = byte < 0x20 || byte == '"' || byte == '\\' ? kEscape : byte >= 0x80 ? kMultibyte : kPlain;
  }
  classes['<'] = classes['>'] = classes['&'] = kHtml;
  return classes;
}();

// How many bytes at the start are ASCII that needs no escape.
std::size_t PlainPrefix(std::string_view text) {
  return ScanBytes(text, [](Bytes16 b) { return (b < 0x20) | (b >= 0x80) | (b == '"') | (b == '\\'); });
}

void AppendEscaped(unsigned char byte, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
  }
}

class Writer {
 public:
  Writer(std::string& out, const WriteOptions& options) : out_(out), options_(options) {}

  void Any(const Value& value) {
    switch (value.kind()) {
      case Kind::kNull:
        out_ += "null";
        return;
      case Kind::kBool:
        out_ += value.as_bool() ? "true" : "false";
        return;
      case Kind::kInt:
        AppendInt(value.as_int(), out_);
        return;
      case Kind::kDouble:
        if (std::isfinite(value.as_double())) {
          AppendJsonNumber(value.as_double(), out_);
        } else {
          out_ += "null";
        }
        return;
      case Kind::kString:
        WriteString(value.as_string(), out_, options_.escape_html);
        return;
      case Kind::kArray:
        Array(value);
        return;
      case Kind::kObject:
        Object(value);
        return;
    }
  }

 private:
  void Array(const Value& value) {
    out_ += '[';
    ++level_;
    bool first = true;
    for (const Value& item : value.items()) {
      Separate(first);
      Any(item);
    }
    --level_;
    if (!first) Break();
    out_ += ']';
  }

  void Object(const Value& value) {
    out_ += '{';
    ++level_;
    bool first = true;
    for (const Member& member : value.members()) {
      Separate(first);
      WriteString(member.key(), out_, options_.escape_html);
      out_ += ':';
      if (!options_.indent.empty()) out_ += ' ';
      Any(member.value);
    }
    --level_;
    if (!first) Break();
    out_ += '}';
  }

  void Separate(bool& first) {
    if (!first) out_ += ',';
    first = false;
    Break();
  }

  void Break() {
    if (options_.indent.empty()) return;
    out_ += '\n';
    for (int i = 0; i < level_; ++i) out_ += options_.indent;
  }

  std::string& out_;
  const WriteOptions& options_;
  int level_ = 0;
};

}  // namespace

void WriteString(std::string_view text, std::string& out, bool escape_html) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (!escape_html) {
      i += PlainPrefix(text.substr(i));
      if (i == text.size()) break;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    const ByteClass kind = kByteClasses[byte];
    if (kind == kPlain || (kind == kHtml && !escape_html)) [[likely]] {
      ++i;
      continue;
    }
    std::size_t bytes = 1;
    if (kind == kMultibyte) {
      const CodePoint point = DecodeUtf8(text, i);
      bytes = point.bytes;
      const bool separator = point.value == 0x2028 || point.value == 0x2029;
      if (bytes > 1 && !separator) {
        i += bytes;
        continue;
      }
      out.append(text, written, i - written);
      out += !separator ? "\\ufffd" : point.value == 0x2028 ? "\\u2028" : "\\u2029";
    } else {
      out.append(text, written, i - written);
      AppendEscaped(byte, out);
    }
    i += bytes;
    written = i;
  }
  out.append(text, written);
  out += '"';
}

void Write(const Value& value, std::string& out, const WriteOptions& options) {
  Writer(out, options).Any(value);
}

std::string ToString(const Value& value, const WriteOptions& options) {
  std::string out;
  Write(value, out, options);
  return out;
}

}  // namespace ephor::json
