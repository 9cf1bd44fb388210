#include "cel/syntax/parser.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/number.h"
#include "base/utf8.h"
#include "cel/syntax/token.h"

namespace ephor::cel {
namespace {

constexpr std::string_view kReserved[] = {"as",        "break",  "const",  "continue", "else", "for",
                                          "function",  "if",     "import", "let",      "loop", "package",
                                          "namespace", "return", "var",    "void",     "while"};

constexpr std::string_view kPrimaryStarts =
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, "
    "IDENTIFIER}";

struct BinaryOperator {
  int precedence = 0;  // 0: none
  std::string_view function;
};

constexpr int kOr = 1, kAnd = 2, kRelation = 3, kSum = 4, kProduct = 5;

BinaryOperator OperatorOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kOr:
      return {kOr, op::kOr};
    case TokenKind::kAnd:
      return {kAnd, op::kAnd};
    case TokenKind::kEqual:
      return {kRelation, op::kEquals};
    case TokenKind::kNotEqual:
      return {kRelation, op::kNotEquals};
    case TokenKind::kLess:
      return {kRelation, op::kLess};
    case TokenKind::kLessEqual:
      return {kRelation, op::kLessEquals};
    case TokenKind::kGreater:
      return {kRelation, op::kGreater};
    case TokenKind::kGreaterEqual:
      return {kRelation, op::kGreaterEquals};
    case TokenKind::kIn:
      return {kRelation, op::kIn};
    case TokenKind::kPlus:
      return {kSum, op::kAdd};
    case TokenKind::kMinus:
      return {kSum, op::kSubtract};
    case TokenKind::kStar:
      return {kProduct, op::kMultiply};
    case TokenKind::kSlash:
      return {kProduct, op::kDivide};
    case TokenKind::kPercent:
      return {kProduct, op::kModulo};
    default:
      return {};
  }
}

// Thrown nowhere: a parse that cannot go on sets `failed_`, and every loop and caller looks at it.
class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options, Arena& arena, std::vector<Issue>& issues)
      : options_(options), arena_(arena), issues_(issues), tokens_(Tokenize(text, issues)) {}

  Expr* Run() {
    if (!issues_.empty()) return nullptr;
    Expr* expr = Conditional();
    if (!failed_ && Peek() != TokenKind::kEnd) {
      const bool one_left = tokens_[at_ + 1].kind == TokenKind::kEnd;
      FailAt(Now(), std::string("Syntax error: ") + (one_left ? "extraneous" : "mismatched") + " input " +
                        Quoted(Now()) + " expecting <EOF>");
    }
    return issues_.empty() ? expr : nullptr;
  }

 private:
  const Token& Now() const { return tokens_[at_]; }
  TokenKind Peek() const { return tokens_[at_].kind; }
  TokenKind PeekNext() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)].kind; }
  Token Take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool TakeIf(TokenKind kind) {
    if (failed_ || Peek() != kind) return false;
    Take();
    return true;
  }

  static std::string Quoted(const Token& token) {
    if (token.kind == TokenKind::kEnd) return "'<EOF>'";
    std::string out = "'";
    for (char c : token.text) {
      if (c == '\n')
        out += "\\n";
      else if (c == '\r')
        out += "\\r";
      else if (c == '\t')
        out += "\\t";
      else
        out += c;
    }
    return out + "'";
  }

  void FailAt(const Token& token, std::string message) {
    if (failed_) return;
    failed_ = true;
    issues_.push_back({token.offset, std::move(message)});
  }

  void Expect(TokenKind kind, std::string_view what) {
    if (TakeIf(kind)) return;
    FailAt(Now(), "Syntax error: mismatched input " + Quoted(Now()) + " expecting " + std::string(what));
  }

  Expr* New(ExprKind kind, std::uint32_t offset) {
    Expr* expr = arena_.New<Expr>();
    expr->kind = kind;
    expr->offset = offset;
    return expr;
  }

  // Gives the node its depth and refuses trees that a recursive pass could not walk.
  Expr* Deep(Expr* expr, std::size_t depth) {
    if (depth > options_.max_depth) TooDeep();
    depth_ = depth;
    return expr;
  }
  void TooDeep() {
    if (failed_) return;
    failed_ = true;
    issues_.push_back(
        {Issue::kNoOffset, "expression recursion limit exceeded: " + std::to_string(options_.max_depth)});
  }

  Expr* CallNode(std::uint32_t offset, std::string_view function, std::initializer_list<Expr*> args) {
    Expr* call = New(ExprKind::kCall, offset);
    call->name = function;
    call->args = arena_.Copy(std::span<Expr* const>(args.begin(), args.size()));
    return call;
  }

  // Every production leaves the height of its tree in depth_.
  Expr* Conditional() {
    if (++nesting_ > options_.max_depth) {
      TooDeep();
      return New(ExprKind::kLiteral, 0);
    }
    Expr* expr = Binary(kOr);
    if (!failed_ && Peek() == TokenKind::kQuestion) {
      const Token question = Take();
      std::size_t depth = depth_;
      Expr* yes = Binary(kOr);
      depth = std::max(depth, depth_);
      Expect(TokenKind::kColon, "':'");
      if (!failed_) {
        Expr* no = Conditional();
        depth = std::max(depth, depth_);
        expr = Deep(CallNode(question.offset, op::kConditional, {expr, yes, no}), depth + 1);
      }
    }
    --nesting_;
    return expr;
  }

  Expr* Binary(int precedence) {
    Expr* left = Unary();
    while (!failed_) {
      const BinaryOperator next = OperatorOf(Peek());
      if (next.precedence < precedence || next.precedence == 0) break;
      left = next.precedence <= kAnd ? Logical(left, next) : Arithmetic(left, next);
    }
    return left;
  }

  // && and || take all operands of a chain at once, so that long chains are flat.
  Expr* Logical(Expr* first, BinaryOperator which) {
    std::vector<Expr*> operands = {first};
    std::size_t depth = depth_;
    const std::uint32_t offset = Now().offset;
    while (!failed_ && OperatorOf(Peek()).precedence == which.precedence) {
      Take();
      operands.push_back(Binary(which.precedence + 1));
      depth = std::max(depth, depth_);
    }
    Expr* call = New(ExprKind::kCall, offset);
    call->name = which.function;
    call->args = arena_.Copy(std::span<Expr* const>(operands));
    return Deep(call, depth + 1);
  }

  Expr* Arithmetic(Expr* left, BinaryOperator which) {
    const std::uint32_t offset = Take().offset;
    const std::size_t depth = depth_;
    Expr* right = Binary(which.precedence + 1);
    return Deep(CallNode(offset, which.function, {left, right}), std::max(depth, depth_) + 1);
  }

  Expr* Unary() {
    const TokenKind kind = Peek();
    if (kind != TokenKind::kNot && kind != TokenKind::kMinus) return Member(Primary());
    // A sign directly before a number belongs to it, so that the smallest integer can be written.
    if (kind == TokenKind::kMinus && (PeekNext() == TokenKind::kInt || PeekNext() == TokenKind::kDouble)) {
      const Token sign = Take();
      return Member(Number(sign.offset, true));
    }
    const std::uint32_t offset = Now().offset;
    bool odd = false;
    while (!failed_ && Peek() == kind) {
      if (kind == TokenKind::kMinus && odd &&
          (PeekNext() == TokenKind::kInt || PeekNext() == TokenKind::kDouble)) {
        break;
      }
      Take();
      odd = !odd;
    }
    Expr* operand;
    if (kind == TokenKind::kMinus && Peek() == TokenKind::kMinus) {
      const Token sign = Take();
      operand = Member(Number(sign.offset, true));
    } else {
      operand = Member(Primary());
    }
    if (!odd) return operand;
    return Deep(CallNode(offset, kind == TokenKind::kNot ? op::kNot : op::kNegate, {operand}), depth_ + 1);
  }

  Expr* Member(Expr* expr) {
    while (!failed_) {
      if (Peek() == TokenKind::kDot) {
        expr = AfterDot(expr, Take());
      } else if (Peek() == TokenKind::kLeftBracket) {
        expr = Index(expr, Take());
      } else {
        break;
      }
    }
    return expr;
  }

  Expr* AfterDot(Expr* operand, Token dot) {
    const bool optional = TakeIf(TokenKind::kQuestion);
    if (optional && !options_.optional_syntax) {
      issues_.push_back({dot.offset, "unsupported syntax '.?'"});
    }
    const Token field = Take();
    if (field.kind == TokenKind::kIdent && !optional && Peek() == TokenKind::kLeftParen) {
      return Call(operand, field, false);
    }
    if (field.kind != TokenKind::kIdent && field.kind != TokenKind::kEscapedIdent) {
      FailAt(field, "Syntax error: no viable alternative at input '." +
                        (field.kind == TokenKind::kEnd ? std::string() : std::string(field.text)) + "'");
      return operand;
    }
    Expr* select = New(ExprKind::kSelect, dot.offset);
    select->operand = operand;
    select->name = FieldName(field);
    select->optional = optional;
    return Deep(select, depth_ + 1);
  }

  static std::string_view FieldName(const Token& token) {
    return token.kind == TokenKind::kEscapedIdent ? token.text.substr(1, token.text.size() - 2) : token.text;
  }

  Expr* Index(Expr* operand, Token bracket) {
    const std::size_t depth = depth_;
    const bool optional = TakeIf(TokenKind::kQuestion);
    if (optional && !options_.optional_syntax) {
      issues_.push_back({bracket.offset, "unsupported syntax '[?'"});
    }
    Expr* index = Conditional();
    Expect(TokenKind::kRightBracket, "']'");
    return Deep(CallNode(bracket.offset, optional ? op::kOptIndex : op::kIndex, {operand, index}),
                std::max(depth, depth_) + 1);
  }

  // After a function's name, at its parenthesis.
  Expr* Call(Expr* receiver, Token name, bool leading_dot) {
    const Token paren = Take();
    std::size_t depth = receiver == nullptr ? 0 : depth_;
    std::vector<Expr*> args;
    if (Peek() != TokenKind::kRightParen) {
      do {
        args.push_back(Conditional());
        depth = std::max(depth, depth_);
      } while (TakeIf(TokenKind::kComma));
    }
    Expect(TokenKind::kRightParen, "')'");
    Expr* call = New(ExprKind::kCall, paren.offset);
    call->name = name.text;
    call->operand = receiver;
    call->leading_dot = leading_dot;
    call->args = arena_.Copy(std::span<Expr* const>(args));
    Deep(call, depth + 1);
    return failed_ ? call : Expand(call);
  }

  Expr* Expand(Expr* call) {
    for (const MacroRow& macro : options_.macros) {
      if (macro.name != call->name || macro.receiver != (call->operand != nullptr)) continue;
      if (macro.arguments >= 0 && static_cast<std::size_t>(macro.arguments) != call->args.size()) continue;
      Expr* expanded = macro.expand(MacroContext(arena_, issues_, *call));
      if (expanded == nullptr) continue;
      if (expanded != call) expanded->macro_call = call;
      return Deep(expanded, depth_ + 1);
    }
    return call;
  }

  Expr* Primary() {
    const Token token = Now();
    depth_ = 1;
    switch (token.kind) {
      case TokenKind::kLeftParen: {
        Take();
        Expr* inner = Conditional();
        Expect(TokenKind::kRightParen, "')'");
        return inner;
      }
      case TokenKind::kLeftBracket:
        return List();
      case TokenKind::kLeftBrace:
        return Map();
      case TokenKind::kDot: {
        if (PeekNext() != TokenKind::kIdent) break;
        Take();
        return Name(Take(), true);
      }
      case TokenKind::kIdent:
        return Name(Take(), false);
      case TokenKind::kInt:
      case TokenKind::kUint:
      case TokenKind::kDouble:
        return Number(token.offset, false);
      case TokenKind::kString:
      case TokenKind::kBytes:
        return Text();
      case TokenKind::kTrue:
      case TokenKind::kFalse: {
        Take();
        Expr* literal = New(ExprKind::kLiteral, token.offset);
        literal->literal.kind = LiteralKind::kBool;
        literal->literal.boolean = token.kind == TokenKind::kTrue;
        return literal;
      }
      case TokenKind::kNull:
        Take();
        return New(ExprKind::kLiteral, token.offset);
      default:
        break;
    }
    FailAt(token, "Syntax error: mismatched input " +
                      (token.kind == TokenKind::kEnd ? "'<EOF>'" : Quoted(token)) + " expecting " +
                      std::string(kPrimaryStarts));
    return New(ExprKind::kLiteral, token.offset);
  }

  // An identifier, a call, or a message whose dotted name begins here.
  Expr* Name(Token name, bool leading_dot) {
    if (Peek() == TokenKind::kLeftParen) {
      if (IsReserved(name.text)) return Reserved(name);
      return Call(nullptr, name, leading_dot);
    }
    std::size_t end = at_;
    while (tokens_[end].kind == TokenKind::kDot && end + 1 < tokens_.size() &&
           tokens_[end + 1].kind == TokenKind::kIdent) {
      end += 2;
    }
    if (tokens_[end].kind == TokenKind::kLeftBrace) {
      std::string full(name.text);
      for (std::size_t i = at_; i < end; ++i) full += tokens_[i].text;
      at_ = end;
      return Message(arena_.Copy(full), leading_dot);
    }
    if (IsReserved(name.text)) return Reserved(name);
    Expr* ident = New(ExprKind::kIdent, name.offset);
    ident->name = name.text;
    ident->leading_dot = leading_dot;
    return ident;
  }

  static bool IsReserved(std::string_view name) {
    return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
  }
  Expr* Reserved(Token name) {
    issues_.push_back({name.offset, "reserved identifier: " + std::string(name.text)});
    return New(ExprKind::kLiteral, name.offset);
  }

  bool OptionalMark() {
    const Token mark = Now();
    if (!TakeIf(TokenKind::kQuestion)) return false;
    if (!options_.optional_syntax) issues_.push_back({mark.offset, "unsupported syntax '?'"});
    return true;
  }

  Expr* List() {
    Expr* list = New(ExprKind::kList, Take().offset);
    return Entries(list, TokenKind::kRightBracket, "{',', ']'}",
                   [&](Entry& entry, std::size_t&) { entry.offset = Now().offset; });
  }

  Expr* Map() {
    Expr* map = New(ExprKind::kMap, Take().offset);
    return Entries(map, TokenKind::kRightBrace, "{',', '}'}", [&](Entry& entry, std::size_t& depth) {
      entry.key = Conditional();
      depth = std::max(depth, depth_);
      Colon(entry);
    });
  }

  Expr* Message(std::string_view type, bool leading_dot) {
    Expr* message = New(ExprKind::kMessage, Take().offset);
    message->name = type;
    message->leading_dot = leading_dot;
    return Entries(message, TokenKind::kRightBrace, "{',', '}'}", [&](Entry& entry, std::size_t&) {
      const Token field = Take();
      if (field.kind != TokenKind::kIdent && field.kind != TokenKind::kEscapedIdent) {
        FailAt(field, "Syntax error: mismatched input " + Quoted(field) +
                          " expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}");
        return;
      }
      entry.field = FieldName(field);
      Colon(entry);
    });
  }

  void Colon(Entry& entry) {
    entry.offset = Now().offset;
    Expect(TokenKind::kColon, "':'");
  }

  // The entries up to the closing token, in which one comma may stand after the last, or alone.
  // start(entry, depth) reads what comes before an entry's value; `depth` is that of the deepest part so far.
  template <class Start>
  Expr* Entries(Expr* owner, TokenKind close, std::string_view expected, Start start) {
    std::vector<Entry> entries;
    std::size_t depth = 0;
    while (!failed_ && Peek() != close) {
      if (Peek() == TokenKind::kComma && entries.empty() && PeekNext() == close) {
        Take();
        break;
      }
      Entry entry;
      entry.optional = OptionalMark();
      start(entry, depth);
      if (failed_) break;
      entry.value = Conditional();
      depth = std::max(depth, depth_);
      entries.push_back(entry);
      if (!TakeIf(TokenKind::kComma)) break;
    }
    Expect(close, expected);
    owner->entries = arena_.Copy(std::span<const Entry>(entries));
    return Deep(owner, depth + 1);
  }

  Expr* Number(std::uint32_t offset, bool negative) {
    const Token token = Take();
    depth_ = 1;
    Expr* expr = New(ExprKind::kLiteral, offset);
    Literal& literal = expr->literal;
    if (token.kind == TokenKind::kDouble) {
      const std::optional<double> value = ParseFloat(token.text);
      if (!value) issues_.push_back({offset, "invalid double literal"});
      literal.kind = LiteralKind::kDouble;
      literal.real = negative ? -value.value_or(0) : value.value_or(0);
      return expr;
    }
    std::string_view digits = token.text;
    const bool is_unsigned = token.kind == TokenKind::kUint;
    if (is_unsigned) digits.remove_suffix(1);
    const bool hex = digits.starts_with("0x");
    if (hex) digits.remove_prefix(2);
    std::uint64_t magnitude = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, hex ? 16 : 10);
    bool fits = error == std::errc() && end == digits.data() + digits.size();
    if (is_unsigned) {
      if (!fits) issues_.push_back({offset, "invalid uint literal"});
      literal.kind = LiteralKind::kUint;
      literal.unsigned_integer = magnitude;
      return expr;
    }
    const std::uint64_t limit = negative ? std::uint64_t{1} << 63 : (std::uint64_t{1} << 63) - 1;
    if (!fits || magnitude > limit) issues_.push_back({offset, "invalid int literal"});
    literal.kind = LiteralKind::kInt;
    literal.integer = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
    return expr;
  }

  Expr* Text() {
    const Token token = Take();
    const bool is_bytes = token.kind == TokenKind::kBytes;
    Expr* expr = New(ExprKind::kLiteral, token.offset);
    expr->literal.kind = is_bytes ? LiteralKind::kBytes : LiteralKind::kString;
    Result<std::string> text = Unescape(token.text, is_bytes);
    if (text) {
      expr->literal.text = arena_.Copy(*text);
    } else {
      issues_.push_back({token.offset, text.error().message()});
    }
    return expr;
  }

  const ParseOptions& options_;
  Arena& arena_;
  std::vector<Issue>& issues_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  std::size_t depth_ = 0;
  bool failed_ = false;
};

}  // namespace

Expr* Parse(std::string_view text, const ParseOptions& options, Arena& arena, std::vector<Issue>& issues) {
  if (text.size() > options.max_code_points) {
    const std::size_t size = CountCodePoints(text);
    if (size > options.max_code_points) {
      issues.push_back(
          {Issue::kNoOffset, "expression code point size exceeds limit: size: " + std::to_string(size) +
                                 ", limit " + std::to_string(options.max_code_points)});
      return nullptr;
    }
  }
  return Parser(text, options, arena, issues).Run();
}

}  // namespace ephor::cel
