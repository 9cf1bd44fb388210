// How tightly each token binds: shared by the parser and by what prints expressions.
#pragma once

#include "jmespath/lexer.h"

namespace ephor::jmespath {

inline constexpr int kPipePower = 1;
inline constexpr int kOrPower = 2;
inline constexpr int kAndPower = 3;
inline constexpr int kComparatorPower = 5;
inline constexpr int kFlattenPower = 9;
// A projection's right side ends before tokens that bind less than this.
inline constexpr int kProjectionStop = 10;
inline constexpr int kStarPower = 20;
inline constexpr int kFilterPower = 21;
inline constexpr int kDotPower = 40;
inline constexpr int kNotPower = 45;  // above the dot: `!a.b` is `(!a).b`, and policies rely on it
inline constexpr int kBracePower = 50;
inline constexpr int kBracketPower = 55;
inline constexpr int kParenPower = 60;

constexpr int BindingPower(TokenKind kind) {
  switch (kind) {
    case TokenKind::kPipe:
      return kPipePower;
    case TokenKind::kOr:
      return kOrPower;
    case TokenKind::kAnd:
      return kAndPower;
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kLessOrEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterOrEqual:
      return kComparatorPower;
    case TokenKind::kFlatten:
      return kFlattenPower;
    case TokenKind::kStar:
      return kStarPower;
    case TokenKind::kFilter:
      return kFilterPower;
    case TokenKind::kDot:
      return kDotPower;
    case TokenKind::kNot:
      return kNotPower;
    case TokenKind::kLbrace:
      return kBracePower;
    case TokenKind::kLbracket:
      return kBracketPower;
    case TokenKind::kLparen:
      return kParenPower;
    default:
      return 0;
  }
}

}  // namespace ephor::jmespath
