#include "pattern/anchor.h"

#include "pattern/text.h"

namespace ephor::pattern {
namespace {

std::optional<AnchorKind> KindOfSign(char sign) {
  switch (sign) {
    case '=':
      return AnchorKind::kEquality;
    case '^':
      return AnchorKind::kExistence;
    case 'X':
      return AnchorKind::kNegation;
    case '<':
      return AnchorKind::kGlobal;
    case '+':
      return AnchorKind::kAddIfAbsent;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<Anchor> ParseAnchor(std::string_view written) {
  // Nearly all keys are plain: one look for the parenthesis decides.
  if (written.find('(') == std::string_view::npos) return std::nullopt;
  std::string_view text = TrimSpace(written);
  AnchorKind kind = AnchorKind::kConditional;
  if (const auto sign = text.empty() ? std::nullopt : KindOfSign(text.front())) {
    kind = *sign;
    text.remove_prefix(1);
  }
  if (text.size() < 3 || text.front() != '(' || text.back() != ')') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find('\n') != std::string_view::npos) return std::nullopt;
  return Anchor{kind, text};
}

std::string_view AnchorSign(AnchorKind kind) {
  switch (kind) {
    case AnchorKind::kConditional:
      return "";
    case AnchorKind::kEquality:
      return "=";
    case AnchorKind::kExistence:
      return "^";
    case AnchorKind::kNegation:
      return "X";
    case AnchorKind::kGlobal:
      return "<";
    case AnchorKind::kAddIfAbsent:
      return "+";
  }
  return "";
}

}  // namespace ephor::pattern
