#include "json/syntax_error.h"

#include <string>

#include "base/number.h"
#include "base/utf8.h"

namespace ephor::json {
namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Reads forward until something is wrong; then `message` is set and `at` stands on the culprit.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  void Document() {
    if (!Values()) return;
    SkipSpace();
    if (!AtEnd()) Unexpected("after top-level value");
  }

  std::size_t at() const { return at_; }
  const std::string& message() const { return message_; }

 private:
  // One value with all that is in it. The stack holds the bracket that closes each open array or object.
  bool Values() {
    std::string open;
    for (;;) {
      // A value begins here.
      SkipSpace();
      const char first = Peek();
      if (first == '{' || first == '[') {
        ++at_;
        SkipSpace();
        const char closing = first == '{' ? '}' : ']';
        if (AtEnd() || Peek() != closing) {
          open.push_back(closing);
          if (closing == '}' && !MemberKey("looking for beginning of object key string")) return false;
          continue;
        }
        ++at_;
      } else if (!Scalar()) {
        return false;
      }
      // A value has ended here.
      for (;;) {
        if (open.empty()) return true;
        SkipSpace();
        const char after = Peek();
        const bool in_object = open.back() == '}';
        if (!AtEnd() && after == ',') {
          ++at_;
          if (in_object && !MemberKey("looking for beginning of object key string")) return false;
          break;
        }
        if (AtEnd() || after != open.back()) {
          return Unexpected(in_object ? "after object key:value pair" : "after array element");
        }
        ++at_;
        open.pop_back();
      }
    }
  }

  bool MemberKey(const char* where) {
    SkipSpace();
    if (Peek() != '"') return Unexpected(where);
    if (!String()) return false;
    SkipSpace();
    if (Peek() != ':') return Unexpected("after object key");
    ++at_;
    return true;
  }

  bool Scalar() {
    switch (Peek()) {
      case '"':
        return String();
      case 't':
        return Literal("true");
      case 'f':
        return Literal("false");
      case 'n':
        return Literal("null");
      default:
        if (Peek() == '-' || IsDigit(Peek())) return Number();
        return Unexpected("looking for beginning of value");
    }
  }

  bool Literal(std::string_view word) {
    for (std::size_t i = 0; i < word.size(); ++i, ++at_) {
      if (AtEnd() || text_[at_] != word[i]) {
        return Unexpected("in literal " + std::string(word) + " (expecting '" + word[i] + "')");
      }
    }
    return true;
  }

  bool Number() {
    const std::size_t begin = at_;
    if (Peek() == '-' && !IsDigit((++at_, Peek()))) return Unexpected("in numeric literal");
    if (Peek() == '0') {
      ++at_;
    } else {
      SkipDigits();
    }
    if (Peek() == '.') {
      ++at_;
      if (!IsDigit(Peek())) return Unexpected("after decimal point in numeric literal");
      SkipDigits();
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++at_;
      if (Peek() == '+' || Peek() == '-') ++at_;
      if (!IsDigit(Peek())) return Unexpected("in exponent of numeric literal");
      SkipDigits();
    }
    return NumberInRange(begin);
  }

  // The grammar allows any size, a double does not.
  bool NumberInRange(std::size_t begin) {
    const std::string_view number = text_.substr(begin, at_ - begin);
    if (ParseFloat(number)) return true;
    at_ = begin;
    message_ = "number " +
               (number.size() > 40 ? std::string(number.substr(0, 40)) + "..." : std::string(number)) +
               " is out of range";
    return false;
  }

  bool String() {
    for (++at_;;) {
      if (AtEnd()) return Unexpected("");
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\') {
        if (!Escape()) return false;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return Unexpected("in string literal");
      } else {
        const CodePoint point = DecodeUtf8(text_, at_);
        if (static_cast<unsigned char>(c) >= 0x80 && point.bytes == 1) return Unexpected("");
        at_ += point.bytes;
      }
    }
  }

  bool Escape() {
    const std::size_t begin = at_++;
    if (std::string_view("\"\\/bfnrt").find(Peek()) != std::string_view::npos && !AtEnd()) {
      ++at_;
      return true;
    }
    if (Peek() != 'u') return Unexpected("in string escape code");
    std::uint32_t code;
    if (!HexDigits(code)) return false;
    if (code < 0xD800 || code >= 0xE000) return true;
    std::uint32_t low = 0;
    if (code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      ++at_;
      if (!HexDigits(low)) return false;
    }
    if (low >= 0xDC00 && low < 0xE000) return true;
    at_ = begin;
    message_ = "unpaired surrogate " + std::string(text_.substr(begin, 6)) + " in string literal";
    return false;
  }

  // `at` is on the 'u'.
  bool HexDigits(std::uint32_t& code) {
    ++at_;
    code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = Peek();
      if (!IsHexDigit(c)) return Unexpected("in \\u hexadecimal character escape");
      code = code << 4 | static_cast<std::uint32_t>(IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return true;
  }

  bool Unexpected(std::string_view where) {
    if (AtEnd()) {
      message_ = "unexpected end of JSON input";
      return false;
    }
    const CodePoint point = DecodeUtf8(text_, at_);
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte >= 0x80 && point.bytes == 1) {
      message_ = "invalid UTF-8";
      return false;
    }
    message_ = "invalid character " + Quoted(byte, point.bytes) + " ";
    message_ += where;
    return false;
  }

  std::string Quoted(unsigned char byte, std::uint32_t bytes) const {
    constexpr char kHex[] = "0123456789abcdef";
    switch (byte) {
      case '\'':
        return R"('\'')";
      case '\\':
        return R"('\\')";
      case '\n':
        return R"('\n')";
      case '\r':
        return R"('\r')";
      case '\t':
        return R"('\t')";
      case '\a':
        return R"('\a')";
      case '\b':
        return R"('\b')";
      case '\f':
        return R"('\f')";
      case '\v':
        return R"('\v')";
      default:
        if (byte < 0x20 || byte == 0x7F) return std::string("'\\x") + kHex[byte >> 4] + kHex[byte & 15] + "'";
        return "'" + std::string(text_.substr(at_, bytes)) + "'";
    }
  }

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  void SkipSpace() {
    while (!AtEnd() && IsSpace(text_[at_])) ++at_;
  }
  void SkipDigits() {
    while (IsDigit(Peek())) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string message_;
};

}  // namespace

SourcePosition PositionOf(std::string_view text, std::size_t offset) {
  SourcePosition position{1, 1};
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else {
      ++position.column;
    }
  }
  return position;
}

Error SyntaxError(std::string_view text) {
  Scan scan(text);
  scan.Document();
  if (scan.message().empty()) return Error(ErrorCode::kInvalidInput, "invalid JSON");
  return Error(ErrorCode::kInvalidInput, scan.message()).At(PositionOf(text, scan.at()));
}

}  // namespace ephor::json
