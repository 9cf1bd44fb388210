#include "cel/syntax/token.h"

#include "base/utf8.h"

namespace ephor::cel {
namespace {

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool IsOctal(char c) {
  return c >= '0' && c <= '7';
}

class Lexer {
 public:
  Lexer(std::string_view text, std::vector<Issue>& issues) : text_(text), issues_(issues) {}

  std::vector<Token> Run() {
    tokens_.reserve(text_.size() / 3 + 4);
    while (SkipSpace()) Next();
    Add(TokenKind::kEnd, 0);
    return std::move(tokens_);
  }

 private:
  char At(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void Add(TokenKind kind, std::size_t length) {
    tokens_.push_back({kind, static_cast<std::uint32_t>(at_), text_.substr(at_, length)});
    at_ += length;
  }

  // False at the end of the text.
  bool SkipSpace() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') {
        ++at_;
      } else if (c == '/' && At(1) == '/') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return true;
      }
    }
    return false;
  }

  void Next() {
    const char c = At(0);
    if (IsLetter(c)) return WordOrString();
    if (IsDigit(c) || (c == '.' && IsDigit(At(1)))) return Number();
    if (c == '"' || c == '\'') {
      if (const std::size_t length = StringLength(0, false)) return Add(TokenKind::kString, length);
      return Unrecognized(UnterminatedLength(0));
    }
    if (c == '`') return EscapedIdent();
    Operator(c);
  }

  void WordOrString() {
    // Prefixes of strings: r, b, br in either case.
    std::size_t prefix = 0;
    const bool bytes = At(0) == 'b' || At(0) == 'B';
    if (bytes) ++prefix;
    const bool raw = At(prefix) == 'r' || At(prefix) == 'R';
    if (raw) ++prefix;
    if (prefix > 0 && (At(prefix) == '"' || At(prefix) == '\'')) {
      if (const std::size_t length = StringLength(prefix, raw)) {
        return Add(bytes ? TokenKind::kBytes : TokenKind::kString, length);
      }
    }
    std::size_t length = 1;
    while (IsLetter(At(length)) || IsDigit(At(length))) ++length;
    const std::string_view word = text_.substr(at_, length);
    TokenKind kind = TokenKind::kIdent;
    if (word == "true") kind = TokenKind::kTrue;
    if (word == "false") kind = TokenKind::kFalse;
    if (word == "null") kind = TokenKind::kNull;
    if (word == "in") kind = TokenKind::kIn;
    Add(kind, length);
  }

  // The length of the escape sequence at a backslash, 0 where it is none.
  std::size_t EscapeLength(std::size_t at) const {
    const auto all = [this](std::size_t from, std::size_t count, bool (*is)(char)) {
      for (std::size_t i = 0; i < count; ++i) {
        if (!is(At(from + i))) return false;
      }
      return true;
    };
    switch (At(at + 1)) {
      case 'a':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
      case 'v':
      case '"':
      case '\'':
      case '\\':
      case '?':
      case '`':
        return 2;
      case 'x':
      case 'X':
        return all(at + 2, 2, IsHex) ? 4 : 0;
      case 'u':
        return all(at + 2, 4, IsHex) ? 6 : 0;
      case 'U':
        return all(at + 2, 8, IsHex) ? 10 : 0;
      case '0':
      case '1':
      case '2':
      case '3':
        return all(at + 2, 2, IsOctal) ? 4 : 0;
      default:
        return 0;
    }
  }

  // The length of the string literal whose quote stands at `quote_at`, with its prefix; 0 where it is not
  // closed.
  std::size_t StringLength(std::size_t quote_at, bool raw) const {
    const char quote = At(quote_at);
    const bool triple = At(quote_at + 1) == quote && At(quote_at + 2) == quote;
    if (triple) {
      if (const std::size_t length = Body(quote_at + 3, quote, true, raw)) return length;
    }
    return Body(quote_at + 1, quote, false, raw);
  }

  std::size_t Body(std::size_t i, char quote, bool triple, bool raw) const {
    while (at_ + i < text_.size()) {
      const char c = At(i);
      if (c == quote && (!triple || (At(i + 1) == quote && At(i + 2) == quote))) return i + (triple ? 3 : 1);
      if (!triple && (c == '\n' || c == '\r')) return 0;
      if (c == '\\' && !raw) {
        const std::size_t escape = EscapeLength(i);
        if (escape == 0) return 0;
        i += escape;
      } else {
        ++i;
      }
    }
    return 0;
  }

  // Up to the line's end: what an unclosed string leaves unrecognized.
  std::size_t UnterminatedLength(std::size_t from) const {
    std::size_t i = from + 1;
    while (at_ + i < text_.size() && At(i) != '\n' && At(i) != '\r') ++i;
    return i;
  }

  void Number() {
    std::size_t i = 0;
    if (At(0) == '0' && At(1) == 'x' && IsHex(At(2))) {
      i = 2;
      while (IsHex(At(i))) ++i;
      return IntegerSuffix(i);
    }
    while (IsDigit(At(i))) ++i;
    bool real = false;
    if (At(i) == '.' && IsDigit(At(i + 1))) {
      real = true;
      ++i;
      while (IsDigit(At(i))) ++i;
    }
    if (At(i) == 'e' || At(i) == 'E') {
      std::size_t j = i + 1;
      if (At(j) == '+' || At(j) == '-') ++j;
      if (IsDigit(At(j))) {
        real = true;
        while (IsDigit(At(j))) ++j;
        i = j;
      }
    }
    if (real) return Add(TokenKind::kDouble, i);
    IntegerSuffix(i);
  }

  void IntegerSuffix(std::size_t length) {
    const bool is_unsigned = At(length) == 'u' || At(length) == 'U';
    Add(is_unsigned ? TokenKind::kUint : TokenKind::kInt, length + (is_unsigned ? 1 : 0));
  }

  void EscapedIdent() {
    std::size_t i = 1;
    while (IsLetter(At(i)) || IsDigit(At(i)) || At(i) == '.' || At(i) == '-' || At(i) == '/' || At(i) == ' ')
      ++i;
    if (i == 1 || At(i) != '`') return Unrecognized(i);
    Add(TokenKind::kEscapedIdent, i + 1);
  }

  void Operator(char c) {
    const char next = At(1);
    switch (c) {
      case '=':
        return next == '=' ? Add(TokenKind::kEqual, 2) : Unrecognized(next == '\0' ? 1 : 2);
      case '!':
        return next == '=' ? Add(TokenKind::kNotEqual, 2) : Add(TokenKind::kNot, 1);
      case '<':
        return next == '=' ? Add(TokenKind::kLessEqual, 2) : Add(TokenKind::kLess, 1);
      case '>':
        return next == '=' ? Add(TokenKind::kGreaterEqual, 2) : Add(TokenKind::kGreater, 1);
      case '&':
        return next == '&' ? Add(TokenKind::kAnd, 2) : Unrecognized(next == '\0' ? 1 : 2);
      case '|':
        return next == '|' ? Add(TokenKind::kOr, 2) : Unrecognized(next == '\0' ? 1 : 2);
      case '[':
        return Add(TokenKind::kLeftBracket, 1);
      case ']':
        return Add(TokenKind::kRightBracket, 1);
      case '{':
        return Add(TokenKind::kLeftBrace, 1);
      case '}':
        return Add(TokenKind::kRightBrace, 1);
      case '(':
        return Add(TokenKind::kLeftParen, 1);
      case ')':
        return Add(TokenKind::kRightParen, 1);
      case '.':
        return Add(TokenKind::kDot, 1);
      case ',':
        return Add(TokenKind::kComma, 1);
      case '-':
        return Add(TokenKind::kMinus, 1);
      case '?':
        return Add(TokenKind::kQuestion, 1);
      case ':':
        return Add(TokenKind::kColon, 1);
      case '+':
        return Add(TokenKind::kPlus, 1);
      case '*':
        return Add(TokenKind::kStar, 1);
      case '/':
        return Add(TokenKind::kSlash, 1);
      case '%':
        return Add(TokenKind::kPercent, 1);
      default:
        return Unrecognized(DecodeUtf8(text_, at_).bytes);
    }
  }

  void Unrecognized(std::size_t length) {
    length = std::min(length, text_.size() - at_);
    issues_.push_back({static_cast<std::uint32_t>(at_), "Syntax error: token recognition error at: '" +
                                                            std::string(text_.substr(at_, length)) + "'"});
    at_ += length;
  }

  std::string_view text_;
  std::vector<Issue>& issues_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

std::uint32_t ParseDigits(std::string_view digits, std::uint32_t base) {
  std::uint32_t value = 0;
  for (char c : digits) {
    const auto digit = static_cast<std::uint32_t>(IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    value = value * base + digit;
  }
  return value;
}

// Appends what the escape sequence at `text[0] == '\\'` stands for and returns its length.
Result<std::size_t> AppendEscape(std::string_view text, bool is_bytes, std::string& out) {
  const auto code_point = [&](std::size_t digits) -> Result<std::size_t> {
    if (is_bytes) return InvalidInput("unable to unescape string");
    const std::uint32_t value = ParseDigits(text.substr(2, digits), 16);
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
      return InvalidInput("invalid unicode code point");
    AppendUtf8(static_cast<char32_t>(value), out);
    return digits + 2;
  };
  const auto octet = [&](std::string_view digits, std::uint32_t base) {
    const std::uint32_t value = ParseDigits(digits, base);
    if (is_bytes) {
      out += static_cast<char>(value);
    } else {
      AppendUtf8(static_cast<char32_t>(value), out);
    }
  };
  switch (text[1]) {
    case 'a':
      out += '\a';
      return 2;
    case 'b':
      out += '\b';
      return 2;
    case 'f':
      out += '\f';
      return 2;
    case 'n':
      out += '\n';
      return 2;
    case 'r':
      out += '\r';
      return 2;
    case 't':
      out += '\t';
      return 2;
    case 'v':
      out += '\v';
      return 2;
    case 'x':
    case 'X':
      octet(text.substr(2, 2), 16);
      return 4;
    case 'u':
      return code_point(4);
    case 'U':
      return code_point(8);
    case '0':
    case '1':
    case '2':
    case '3':
      octet(text.substr(1, 3), 8);
      return 4;
    default:
      out += text[1];
      return 2;  // quotes, '?', '`' and the backslash stand for themselves
  }
}

}  // namespace

std::vector<Token> Tokenize(std::string_view text, std::vector<Issue>& issues) {
  return Lexer(text, issues).Run();
}

bool HasComment(std::string_view text) {
  std::vector<Issue> issues;
  std::size_t end = 0;
  for (const Token& token : Tokenize(text, issues)) {
    if (text.substr(end, token.offset - end).find("//") != std::string_view::npos) return true;
    end = token.offset + token.text.size();
  }
  return false;
}

Result<std::string> Unescape(std::string_view literal, bool is_bytes) {
  if (is_bytes) literal.remove_prefix(1);
  const bool raw = literal[0] == 'r' || literal[0] == 'R';
  if (raw) literal.remove_prefix(1);
  const std::size_t quotes =
      literal.size() >= 6 && literal[0] == literal[1] && literal[1] == literal[2] ? 3 : 1;
  literal = literal.substr(quotes, literal.size() - 2 * quotes);
  std::string out;
  out.reserve(literal.size());
  for (std::size_t i = 0; i < literal.size();) {
    if (literal[i] == '\\' && !raw) {
      EPHOR_ASSIGN(const std::size_t length, AppendEscape(literal.substr(i), is_bytes, out));
      i += length;
    } else if (literal[i] == '\r') {
      // Line ends in triple-quoted text are \n, whatever the file's are.
      out += '\n';
      i += i + 1 < literal.size() && literal[i + 1] == '\n' ? 2 : 1;
    } else {
      out += literal[i++];
    }
  }
  return out;
}

}  // namespace ephor::cel
