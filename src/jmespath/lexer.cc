#include "jmespath/lexer.h"

#include <array>

#include "base/arena.h"
#include "base/utf8.h"
#include "json/parse.h"

namespace ephor::jmespath {
namespace {

constexpr std::array<std::string_view, 31> kTokenNames = {
    "tUnknown",
    "tDot",
    "tStar",
    "tFilter",
    "tFlatten",
    "tLparen",
    "tRparen",
    "tLbracket",
    "tRbracket",
    "tLbrace",
    "tRbrace",
    "tOr",
    "tPipe",
    "tNumber",
    "tUnquotedIdentifier",
    "tQuotedIdentifier",
    "tComma",
    "tColon",
    "tLT",
    "tLTE",
    "tGT",
    "tGTE",
    "tEQ",
    "tNE",
    "tJSONLiteral",
    "tStringLiteral",
    "tCurrent",
    "tExpref",
    "tAnd",
    "tNot",
    "tEOF",
};

bool StartsIdentifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// As Go's strconv.QuoteRuneToASCII.
std::string QuoteRune(char32_t rune) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (rune) {
    case '\a':
      return "'\\a'";
    case '\b':
      return "'\\b'";
    case '\f':
      return "'\\f'";
    case '\v':
      return "'\\v'";
    case '\\':
      return "'\\\\'";
    default:
      break;
  }
  if (rune >= 0x20 && rune < 0x7f) return std::string("'") + static_cast<char>(rune) + "'";
  std::string quoted = rune < 0x80 ? "'\\x" : rune < 0x10000 ? "'\\u" : "'\\U";
  const int digits = rune < 0x80 ? 2 : rune < 0x10000 ? 4 : 8;
  for (int i = digits - 1; i >= 0; --i) quoted += kHex[(rune >> (4 * i)) & 15];
  return quoted + "'";
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> Run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (StartsIdentifier(c)) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && (StartsIdentifier(text_[end]) || IsDigit(text_[end]))) ++end;
        Take(TokenKind::kUnquotedIdentifier, end - at_);
      } else if (c == '-' || IsDigit(c)) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && IsDigit(text_[end])) ++end;
        Take(TokenKind::kNumber, end - at_);
      } else if (c == '"') {
        EPHOR_TRY(TakeQuotedIdentifier());
      } else if (c == '\'') {
        EPHOR_TRY(TakeRawString());
      } else if (c == '`') {
        EPHOR_TRY(TakeJsonLiteral());
      } else if (!TakeOperator(c)) {
        return std::unexpected(UnknownCharacter());
      }
    }
    tokens_.push_back({TokenKind::kEnd, static_cast<std::uint32_t>(text_.size()), {}});
    return std::move(tokens_);
  }

 private:
  void Take(TokenKind kind, std::size_t length) {
    tokens_.push_back({kind, static_cast<std::uint32_t>(at_), std::string(text_.substr(at_, length))});
    at_ += length;
  }

  bool NextIs(char c) const { return at_ + 1 < text_.size() && text_[at_ + 1] == c; }

  void TakeEither(char second, TokenKind both, TokenKind alone) {
    NextIs(second) ? Take(both, 2) : Take(alone, 1);
  }

  bool TakeOperator(char c) {
    switch (c) {
      case '.':
        Take(TokenKind::kDot, 1);
        break;
      case '*':
        Take(TokenKind::kStar, 1);
        break;
      case ',':
        Take(TokenKind::kComma, 1);
        break;
      case ':':
        Take(TokenKind::kColon, 1);
        break;
      case '{':
        Take(TokenKind::kLbrace, 1);
        break;
      case '}':
        Take(TokenKind::kRbrace, 1);
        break;
      case ']':
        Take(TokenKind::kRbracket, 1);
        break;
      case '(':
        Take(TokenKind::kLparen, 1);
        break;
      case ')':
        Take(TokenKind::kRparen, 1);
        break;
      case '@':
        Take(TokenKind::kCurrent, 1);
        break;
      case '[':
        if (NextIs('?')) {
          Take(TokenKind::kFilter, 2);
        } else {
          TakeEither(']', TokenKind::kFlatten, TokenKind::kLbracket);
        }
        break;
      case '|':
        TakeEither('|', TokenKind::kOr, TokenKind::kPipe);
        break;
      case '<':
        TakeEither('=', TokenKind::kLessOrEqual, TokenKind::kLess);
        break;
      case '>':
        TakeEither('=', TokenKind::kGreaterOrEqual, TokenKind::kGreater);
        break;
      case '!':
        TakeEither('=', TokenKind::kNotEqual, TokenKind::kNot);
        break;
      case '=':
        TakeEither('=', TokenKind::kEqual, TokenKind::kUnknown);
        break;
      case '&':
        TakeEither('&', TokenKind::kAnd, TokenKind::kExpref);
        break;
      default:
        return false;
    }
    return true;
  }

  // The offset of the delimiter that closes what was opened at at_; a backslash hides the byte after it.
  Result<std::size_t> FindClosing(char delimiter) const {
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == delimiter) return i;
      if (text_[i] == '\\') ++i;
    }
    return std::unexpected(Unclosed(delimiter));
  }

  Error Unclosed(char delimiter) const {
    return SyntaxError(std::string("Unclosed delimiter: ") + delimiter, text_.size());
  }

  Result<void> TakeQuotedIdentifier() {
    EPHOR_ASSIGN(const std::size_t end, FindClosing('"'));
    const std::string_view quoted = text_.substr(at_, end + 1 - at_);
    Arena arena(512);
    auto decoded = json::Parse(quoted, arena);
    if (!decoded) return std::unexpected(std::move(decoded).error());
    tokens_.push_back(
        {TokenKind::kQuotedIdentifier, static_cast<std::uint32_t>(at_), std::string(decoded->as_string())});
    at_ = end + 1;
    return {};
  }

  // Only \' is an escape; a backslash before anything else stands for itself.
  Result<void> TakeRawString() {
    std::string value;
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\'') {
        tokens_.push_back({TokenKind::kStringLiteral, static_cast<std::uint32_t>(at_ + 1), std::move(value)});
        at_ = i + 1;
        return {};
      }
      if (text_[i] == '\\' && i + 1 < text_.size() && text_[i + 1] == '\'') ++i;
      value += text_[i];
    }
    return std::unexpected(Unclosed('\''));
  }

  Result<void> TakeJsonLiteral() {
    EPHOR_ASSIGN(const std::size_t end, FindClosing('`'));
    std::string value;
    for (std::size_t i = at_ + 1; i < end; ++i) {
      if (text_[i] == '\\' && text_[i + 1] == '`') continue;
      value += text_[i];
    }
    tokens_.push_back({TokenKind::kJsonLiteral, static_cast<std::uint32_t>(at_ + 1), std::move(value)});
    at_ = end + 1;
    return {};
  }

  Error UnknownCharacter() const {
    const CodePoint rune = DecodeUtf8(text_, at_);
    return SyntaxError("Unknown char: " + QuoteRune(rune.value), at_ + rune.bytes - 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::string_view TokenName(TokenKind kind) {
  return kTokenNames[static_cast<std::size_t>(kind)];
}

Result<std::vector<Token>> Tokenize(std::string_view expression) {
  return Lexer(expression).Run();
}

Error SyntaxError(std::string_view message, std::size_t offset) {
  return Error(ErrorCode::kInvalidInput, "SyntaxError: " + std::string(message))
      .At({1, static_cast<std::uint32_t>(offset + 1)});
}

}  // namespace ephor::jmespath
