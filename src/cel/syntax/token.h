// Tokens of the language and the lexer that finds them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cel/syntax/source.h"

namespace ephor::cel {

enum class TokenKind : std::uint8_t {
  kEnd,
  kIdent,
  kEscapedIdent,  // `a.b/c`
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTrue,
  kFalse,
  kNull,
  kIn,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kLeftParen,
  kRightParen,
  kDot,
  kComma,
  kMinus,
  kNot,
  kQuestion,
  kColon,
  kPlus,
  kStar,
  kSlash,
  kPercent,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::uint32_t offset = 0;
  std::string_view text;  // with quotes and prefixes
};

// Splits a text into tokens, the last of which is kEnd. White space and comments are left out. Where no token
// fits, an issue is added (`Syntax error: token recognition error at: '#'`) and the lexer goes on behind it.
std::vector<Token> Tokenize(std::string_view text, std::vector<Issue>& issues);

// Whether there is a comment between the tokens of a text that has been parsed without issues.
bool HasComment(std::string_view text);

// The value of a string or bytes literal. Fails with the reference's texts: "unable to unescape string",
// "invalid unicode code point".
Result<std::string> Unescape(std::string_view literal, bool is_bytes);

}  // namespace ephor::cel
