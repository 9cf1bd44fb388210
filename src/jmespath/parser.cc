#include "jmespath/parser.h"

#include <algorithm>
#include <optional>

#include "base/number.h"
#include "jmespath/functions/function.h"
#include "jmespath/lexer.h"
#include "jmespath/precedence.h"
#include "json/parse.h"

namespace ephor::jmespath {
namespace {

using json::Value;

class Parser {
 public:
  Parser(std::string_view expression, std::vector<Token> tokens)
      : program_(std::make_unique<Program>()), tokens_(std::move(tokens)) {
    program_->text = expression;
    program_->nodes.reserve(tokens_.size());
  }

  Result<std::unique_ptr<Program>> Run() {
    EPHOR_ASSIGN(program_->root, ParseExpression(0));
    if (Current() != TokenKind::kEnd) {
      return Unexpected("Unexpected token at the end of the expression: " + Name(Current()));
    }
    if (index_error_) return std::unexpected(*std::move(index_error_));
    return std::move(program_);
  }

 private:
  // ---- tokens ----

  // Past the last token there is only its kEnd again.
  const Token& Ahead(std::size_t distance) const {
    return tokens_[std::min(next_ + distance, tokens_.size() - 1)];
  }
  TokenKind Current() const { return Ahead(0).kind; }
  void Advance() { ++next_; }
  static std::string Name(TokenKind kind) { return std::string(TokenName(kind)); }

  std::unexpected<Error> Unexpected(const std::string& message) const {
    return UnexpectedAt(message, Ahead(0));
  }
  static std::unexpected<Error> UnexpectedAt(const std::string& message, const Token& token) {
    return std::unexpected(SyntaxError(message, token.offset));
  }

  Result<void> Match(TokenKind kind) {
    if (Current() != kind) return Unexpected("Expected " + Name(kind) + ", received: " + Name(Current()));
    Advance();
    return {};
  }

  // ---- nodes ----

  Result<NodeId> Add(Op op, NodeId left, NodeId right, std::uint32_t below) {
    if (below >= kMaxDepth) return Unexpected("Expression is nested too deeply");
    Node node;
    node.op = node.run = op;
    node.left = left;
    node.right = right;
    node.height = static_cast<std::uint16_t>(below + 1);
    program_->nodes.push_back(node);
    return static_cast<NodeId>(program_->nodes.size() - 1);
  }
  Result<NodeId> Leaf(Op op) { return Add(op, 0, 0, 0); }
  Result<NodeId> Unary(Op op, NodeId left) { return Add(op, left, 0, At(left).height); }
  Result<NodeId> Binary(Op op, NodeId left, NodeId right) {
    return Add(op, left, right, std::max(At(left).height, At(right).height));
  }
  // A node over several: the children become neighbours in the program's list.
  Result<NodeId> Nary(Op op, const std::vector<NodeId>& children) {
    std::uint32_t below = 0;
    for (const NodeId child : children) below = std::max<std::uint32_t>(below, At(child).height);
    EPHOR_ASSIGN(const NodeId id, Add(op, 0, 0, below));
    At(id).first = static_cast<std::uint32_t>(program_->children.size());
    At(id).count = static_cast<std::uint32_t>(children.size());
    program_->children.insert(program_->children.end(), children.begin(), children.end());
    return id;
  }
  Node& At(NodeId id) { return program_->nodes[id]; }

  std::uint32_t AddKey(std::string_view text) {
    program_->keys.emplace_back(program_->arena.Copy(text));
    return static_cast<std::uint32_t>(program_->keys.size() - 1);
  }

  Result<NodeId> Field(std::string_view name) {
    EPHOR_ASSIGN(const NodeId id, Leaf(Op::kField));
    At(id).key = AddKey(name);
    return id;
  }

  Result<NodeId> Literal(Value value) {
    EPHOR_ASSIGN(const NodeId id, Leaf(Op::kLiteral));
    At(id).constant = static_cast<std::uint32_t>(program_->constants.size());
    program_->constants.push_back(value);
    return id;
  }

  // ---- grammar ----

  Result<NodeId> ParseExpression(int binding_power) {
    if (++depth_ > kMaxDepth) return Unexpected("Expression is nested too deeply");
    const Token& first = Ahead(0);
    Advance();
    EPHOR_ASSIGN(NodeId left, ParsePrefix(first));
    for (TokenKind kind = Current(); binding_power < BindingPower(kind); kind = Current()) {
      Advance();
      EPHOR_ASSIGN(left, ParseInfix(kind, left));
    }
    --depth_;
    return left;
  }

  Result<NodeId> ParsePrefix(const Token& token) {
    switch (token.kind) {
      case TokenKind::kJsonLiteral: {
        auto value = json::Parse(token.text, program_->arena);
        if (!value) {
          return std::unexpected(
              Error(ErrorCode::kInvalidInput, value.error().message()).At({1, token.offset + 1}));
        }
        return Literal(*value);
      }
      case TokenKind::kStringLiteral:
        return Literal(Value::String(program_->arena.Copy(token.text)));
      case TokenKind::kUnquotedIdentifier:
        return Field(token.text);
      case TokenKind::kQuotedIdentifier:
        if (Current() == TokenKind::kLparen) {
          return UnexpectedAt("Can't have quoted identifier as function Name.", token);
        }
        return Field(token.text);
      case TokenKind::kStar: {
        EPHOR_ASSIGN(const NodeId left, Leaf(Op::kIdentity));
        EPHOR_ASSIGN(const NodeId right, ParseProjectionRight(kStarPower));
        return Binary(Op::kValueProjection, left, right);
      }
      case TokenKind::kFilter: {
        EPHOR_ASSIGN(const NodeId left, Leaf(Op::kIdentity));
        return ParseFilter(left);
      }
      case TokenKind::kLbrace:
        return ParseMultiSelectHash();
      case TokenKind::kFlatten: {
        EPHOR_ASSIGN(const NodeId left, Leaf(Op::kIdentity));
        return ParseFlatten(left);
      }
      case TokenKind::kLbracket:
        return ParsePrefixBracket();
      case TokenKind::kCurrent:
        return Leaf(Op::kCurrent);
      case TokenKind::kExpref: {
        EPHOR_ASSIGN(const NodeId left, ParseExpression(0));
        return Unary(Op::kExpref, left);
      }
      case TokenKind::kNot: {
        EPHOR_ASSIGN(const NodeId left, ParseExpression(kNotPower));
        return Unary(Op::kNot, left);
      }
      case TokenKind::kLparen: {
        EPHOR_ASSIGN(const NodeId inner, ParseExpression(0));
        EPHOR_TRY(Match(TokenKind::kRparen));
        return inner;
      }
      case TokenKind::kEnd:
        return UnexpectedAt("Incomplete expression", token);
      default:
        return UnexpectedAt("Invalid token: " + Name(token.kind), token);
    }
  }

  Result<NodeId> ParsePrefixBracket() {
    const TokenKind kind = Current();
    if (kind == TokenKind::kNumber || kind == TokenKind::kColon) {
      EPHOR_ASSIGN(const NodeId left, Leaf(Op::kIdentity));
      auto index = ParseIndex();
      if (!index) {
        // The reference forgets this error and goes on, so that what follows is reported first. Where it
        // finds nothing more to report it accepts an expression that cannot be evaluated; here that is an
        // error.
        if (!index_error_) index_error_ = std::move(index).error();
        return Leaf(Op::kEmpty);
      }
      return ProjectIfSlice(left, *index);
    }
    if (kind == TokenKind::kStar && Ahead(1).kind == TokenKind::kRbracket) {
      Advance();
      Advance();
      EPHOR_ASSIGN(const NodeId left, Leaf(Op::kIdentity));
      EPHOR_ASSIGN(const NodeId right, ParseProjectionRight(kStarPower));
      return Binary(Op::kProjection, left, right);
    }
    return ParseMultiSelectList();
  }

  Result<NodeId> ParseInfix(TokenKind kind, NodeId left) {
    switch (kind) {
      case TokenKind::kDot:
        if (Current() == TokenKind::kStar) {
          Advance();
          EPHOR_ASSIGN(const NodeId right, ParseProjectionRight(kDotPower));
          return Binary(Op::kValueProjection, left, right);
        } else {
          EPHOR_ASSIGN(const NodeId right, ParseDotRight(kDotPower));
          return Binary(Op::kSubexpression, left, right);
        }
      case TokenKind::kPipe:
        return ParseRight(Op::kPipe, kind, left);
      case TokenKind::kOr:
        return ParseRight(Op::kOr, kind, left);
      case TokenKind::kAnd:
        return ParseRight(Op::kAnd, kind, left);
      case TokenKind::kEqual:
        return ParseComparator(Comparison::kEqual, kind, left);
      case TokenKind::kNotEqual:
        return ParseComparator(Comparison::kNotEqual, kind, left);
      case TokenKind::kLess:
        return ParseComparator(Comparison::kLess, kind, left);
      case TokenKind::kLessOrEqual:
        return ParseComparator(Comparison::kLessOrEqual, kind, left);
      case TokenKind::kGreater:
        return ParseComparator(Comparison::kGreater, kind, left);
      case TokenKind::kGreaterOrEqual:
        return ParseComparator(Comparison::kGreaterOrEqual, kind, left);
      case TokenKind::kLparen:
        return ParseCall(left);
      case TokenKind::kFilter:
        return ParseFilter(left);
      case TokenKind::kFlatten:
        return ParseFlatten(left);
      case TokenKind::kLbracket: {
        if (Current() == TokenKind::kNumber || Current() == TokenKind::kColon) {
          EPHOR_ASSIGN(const NodeId index, ParseIndex());
          return ProjectIfSlice(left, index);
        }
        EPHOR_TRY(Match(TokenKind::kStar));
        EPHOR_TRY(Match(TokenKind::kRbracket));
        EPHOR_ASSIGN(const NodeId right, ParseProjectionRight(kStarPower));
        return Binary(Op::kProjection, left, right);
      }
      default:
        return Unexpected("Unexpected token: " + Name(kind));
    }
  }

  Result<NodeId> ParseRight(Op op, TokenKind kind, NodeId left) {
    EPHOR_ASSIGN(const NodeId right, ParseExpression(BindingPower(kind)));
    return Binary(op, left, right);
  }

  Result<NodeId> ParseComparator(Comparison comparison, TokenKind kind, NodeId left) {
    EPHOR_ASSIGN(const NodeId id, ParseRight(Op::kComparator, kind, left));
    At(id).comparison = comparison;
    return id;
  }

  // A comma may be left out between arguments and may follow the last.
  Result<NodeId> ParseCall(NodeId callee) {
    std::vector<NodeId> arguments;
    while (Current() != TokenKind::kRparen) {
      EPHOR_ASSIGN(const NodeId argument, ParseExpression(0));
      if (Current() == TokenKind::kComma) Advance();
      arguments.push_back(argument);
    }
    EPHOR_TRY(Match(TokenKind::kRparen));
    EPHOR_ASSIGN(const NodeId id, Nary(Op::kFunction, arguments));
    At(id).call = static_cast<std::uint32_t>(program_->calls.size());
    program_->calls.push_back(MakeCall(callee, arguments));
    return id;
  }

  // The reference takes whatever text the node before the parenthesis carries for the function's name, also
  // that of a raw string or of another call: f(x)(y) is f(y).
  Call MakeCall(NodeId callee, const std::vector<NodeId>& arguments) {
    Call call;
    const Node& node = At(callee);
    if (node.op == Op::kField) {
      call.name = program_->keys[node.key].text;
      call.has_name = true;
    } else if (node.op == Op::kFunction) {
      call = program_->calls[node.call];
    } else if (node.op == Op::kLiteral && program_->constants[node.constant].is_string()) {
      call.name = program_->constants[node.constant].as_string();
      call.has_name = true;
    }
    if (!call.has_name) return call;
    call.function = FindFunction(call.name);
    call.regex = nullptr;
    call.range = nullptr;
    if (call.function != nullptr) PrepareConstants(arguments, call);
    return call;
  }

  // A constant that is not right stays unprepared: the call itself reports it, as the reference does.
  void PrepareConstants(const std::vector<NodeId>& arguments, Call& call) {
    const auto text_of = [&](std::size_t i) -> std::optional<std::string_view> {
      if (i >= arguments.size() || At(arguments[i]).op != Op::kLiteral) return std::nullopt;
      const Value& value = program_->constants[At(arguments[i]).constant];
      return value.is_string() ? std::optional(value.as_string()) : std::nullopt;
    };
    if (call.function->prepare == Function::Prepare::kRegex) {
      const auto pattern = text_of(0);
      if (!pattern) return;
      if (auto regex = Regex::Compile(*pattern)) {
        call.regex = program_->regexes.emplace_back(std::make_unique<const Regex>(*std::move(regex))).get();
      }
    } else if (call.function->prepare == Function::Prepare::kRangeSecond) {
      const auto text = text_of(1);
      if (!text) return;
      if (auto range = VersionRange::Parse(*text)) {
        call.range =
            program_->ranges.emplace_back(std::make_unique<const VersionRange>(*std::move(range))).get();
      }
    }
  }

  Result<NodeId> ParseFlatten(NodeId left) {
    EPHOR_ASSIGN(const NodeId flatten, Unary(Op::kFlatten, left));
    EPHOR_ASSIGN(const NodeId right, ParseProjectionRight(kFlattenPower));
    return Binary(Op::kProjection, flatten, right);
  }

  Result<NodeId> ParseFilter(NodeId left) {
    EPHOR_ASSIGN(const NodeId condition, ParseExpression(0));
    EPHOR_TRY(Match(TokenKind::kRbracket));
    EPHOR_ASSIGN(const NodeId right, ParseProjectionRight(kFilterPower));
    const auto below = std::max({At(left).height, At(right).height, At(condition).height});
    EPHOR_ASSIGN(const NodeId id, Add(Op::kFilterProjection, left, right, below));
    At(id).condition = condition;
    return id;
  }

  Result<NodeId> ParseIndex() {
    if (Current() == TokenKind::kColon || Ahead(1).kind == TokenKind::kColon) return ParseSlice();
    EPHOR_ASSIGN(const std::int64_t number, Integer(Ahead(0)));
    Advance();
    EPHOR_TRY(Match(TokenKind::kRbracket));
    EPHOR_ASSIGN(const NodeId id, Leaf(Op::kIndex));
    At(id).number = static_cast<std::uint32_t>(program_->numbers.size());
    program_->numbers.push_back(number);
    return id;
  }

  static Result<std::int64_t> Integer(const Token& token) {
    if (const auto number = ParseInt(token.text)) return *number;
    // Only a lone minus or a number beyond int64 gets here.
    const std::string reason = token.text == "-" ? "invalid syntax" : "value out of range";
    return std::unexpected(
        Error(ErrorCode::kInvalidInput, "strconv.Atoi: parsing \"" + token.text + "\": " + reason)
            .At({1, token.offset + 1}));
  }

  Result<NodeId> ParseSlice() {
    Slice slice;
    for (int part = 0; Current() != TokenKind::kRbracket && part < 3;) {
      if (Current() == TokenKind::kColon) {
        ++part;
      } else if (Current() == TokenKind::kNumber) {
        EPHOR_ASSIGN(const std::int64_t number, Integer(Ahead(0)));
        (part == 0 ? slice.start : part == 1 ? slice.stop : slice.step) = number;
        (part == 0 ? slice.has_start : part == 1 ? slice.has_stop : slice.has_step) = true;
      } else {
        return Unexpected("Expected tColon or tNumber, received: " + Name(Current()));
      }
      Advance();
    }
    EPHOR_TRY(Match(TokenKind::kRbracket));
    EPHOR_ASSIGN(const NodeId id, Leaf(Op::kSlice));
    At(id).slice = static_cast<std::uint32_t>(program_->slices.size());
    program_->slices.push_back(slice);
    return id;
  }

  Result<NodeId> ProjectIfSlice(NodeId left, NodeId index) {
    const bool is_slice = At(index).op == Op::kSlice;
    EPHOR_ASSIGN(const NodeId expression, Binary(Op::kIndexExpression, left, index));
    if (!is_slice) return expression;
    EPHOR_ASSIGN(const NodeId right, ParseProjectionRight(kStarPower));
    return Binary(Op::kProjection, expression, right);
  }

  Result<NodeId> ParseMultiSelectList() {
    std::vector<NodeId> items;
    while (true) {
      EPHOR_ASSIGN(const NodeId item, ParseExpression(0));
      items.push_back(item);
      if (Current() == TokenKind::kRbracket) break;
      EPHOR_TRY(Match(TokenKind::kComma));
    }
    Advance();
    return Nary(Op::kMultiSelectList, items);
  }

  // A comma may be left out between pairs, but may not follow the last.
  Result<NodeId> ParseMultiSelectHash() {
    std::vector<NodeId> pairs;
    while (true) {
      const Token& name = Ahead(0);
      if (name.kind != TokenKind::kUnquotedIdentifier && name.kind != TokenKind::kQuotedIdentifier) {
        return Unexpected("Expected tQuotedIdentifier or tUnquotedIdentifier");
      }
      Advance();
      EPHOR_TRY(Match(TokenKind::kColon));
      EPHOR_ASSIGN(const NodeId value, ParseExpression(0));
      EPHOR_ASSIGN(const NodeId pair, Unary(Op::kKeyValuePair, value));
      At(pair).key = AddKey(name.text);
      pairs.push_back(pair);
      if (Current() == TokenKind::kComma) {
        Advance();
      } else if (Current() == TokenKind::kRbrace) {
        Advance();
        break;
      }
    }
    EPHOR_ASSIGN(const NodeId id, Nary(Op::kMultiSelectHash, pairs));
    At(id).shape = static_cast<std::uint32_t>(program_->shapes.size());
    program_->shapes.push_back(MakeShape(pairs));
    return id;
  }

  // Objects keep their keys sorted, so each pair learns its place now.
  std::vector<json::Key> MakeShape(const std::vector<NodeId>& pairs) {
    const auto less = [](const json::Key& a, const json::Key& b) { return a.text < b.text; };
    const auto equal = [](const json::Key& a, const json::Key& b) { return a.text == b.text; };
    std::vector<json::Key> shape;
    for (const NodeId pair : pairs) shape.push_back(program_->keys[At(pair).key]);
    std::sort(shape.begin(), shape.end(), less);
    shape.erase(std::unique(shape.begin(), shape.end(), equal), shape.end());
    for (const NodeId pair : pairs) {
      const auto place = std::lower_bound(shape.begin(), shape.end(), program_->keys[At(pair).key], less);
      At(pair).slot = static_cast<std::uint32_t>(place - shape.begin());
    }
    return shape;
  }

  Result<NodeId> ParseDotRight(int binding_power) {
    switch (Current()) {
      case TokenKind::kQuotedIdentifier:
      case TokenKind::kUnquotedIdentifier:
      case TokenKind::kStar:
        return ParseExpression(binding_power);
      case TokenKind::kLbracket:
        Advance();
        return ParseMultiSelectList();
      case TokenKind::kLbrace:
        Advance();
        return ParseMultiSelectHash();
      default:
        return Unexpected("Expected identifier, lbracket, or lbrace");
    }
  }

  Result<NodeId> ParseProjectionRight(int binding_power) {
    const TokenKind kind = Current();
    if (BindingPower(kind) < kProjectionStop) return Leaf(Op::kIdentity);
    if (kind == TokenKind::kLbracket || kind == TokenKind::kFilter) return ParseExpression(binding_power);
    if (kind == TokenKind::kDot) {
      Advance();
      return ParseDotRight(binding_power);
    }
    return Unexpected("Error");
  }

  std::unique_ptr<Program> program_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::size_t depth_ = 0;
  std::optional<Error> index_error_;
};

}  // namespace

Result<std::unique_ptr<Program>> Parse(std::string_view expression) {
  if (expression.size() > kMaxExpressionBytes) {
    return std::unexpected(SyntaxError("Expression is too long", kMaxExpressionBytes));
  }
  EPHOR_ASSIGN(std::vector<Token> tokens, Tokenize(expression));
  return Parser(expression, std::move(tokens)).Run();
}

}  // namespace ephor::jmespath
