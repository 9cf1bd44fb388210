// Expression text to tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ephor::jmespath {

enum class TokenKind : std::uint8_t {
  kUnknown,
  kDot,
  kStar,
  kFilter,
  kFlatten,
  kLparen,
  kRparen,
  kLbracket,
  kRbracket,
  kLbrace,
  kRbrace,
  kOr,
  kPipe,
  kNumber,
  kUnquotedIdentifier,
  kQuotedIdentifier,
  kComma,
  kColon,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kEqual,
  kNotEqual,
  kJsonLiteral,
  kStringLiteral,
  kCurrent,
  kExpref,
  kAnd,
  kNot,
  kEnd,
};

// The name that error messages use: "tLbracket".
std::string_view TokenName(TokenKind kind);

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::uint32_t offset = 0;  // of its first byte
  // An identifier or literal without its quotes and escapes, a number's digits, else the token itself.
  std::string text;
};

// The last token is kEnd. Errors are those of Compile; their position is line 1 and the byte's column.
Result<std::vector<Token>> Tokenize(std::string_view expression);

// The error `SyntaxError: <message>` at an offset of the expression.
Error SyntaxError(std::string_view message, std::size_t offset);

}  // namespace ephor::jmespath
