#include <algorithm>

#include "jmespath/precedence.h"
#include "jmespath/print.h"
#include "json/write.h"

namespace ephor::jmespath {
namespace {

using json::Value;

// Nothing that follows can become part of the text before it.
constexpr int kClosed = 255;

bool IsIdentifier(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

class Printer {
 public:
  explicit Printer(const Program& program) : program_(program) {}

  std::string Run(NodeId node) {
    Print(node, 0);
    return std::move(out_);
  }

 private:
  // Appends a node where the parser expects operators that bind tighter than `context`, in parentheses if
  // need be. The result says what the text is open for: a following operator that binds tighter than it would
  // become part of the text, as `.b` becomes part of the right side of `a[*]`.
  int Print(NodeId id, int context) {
    const Node& node = program_.nodes[id];
    const int power = Power(node);
    if (power > context) return PrintBare(id, context);
    out_ += '(';
    PrintBare(id, 0);
    out_ += ')';
    return kClosed;
  }

  // How tightly the operator binds that stands between the node's parts; prefixes and leaves fit anywhere.
  int Power(const Node& node) const {
    switch (node.op) {
      case Op::kPipe:
        return kPipePower;
      case Op::kOr:
        return kOrPower;
      case Op::kAnd:
        return kAndPower;
      case Op::kComparator:
        return kComparatorPower;
      case Op::kSubexpression:
        return kDotPower;
      case Op::kFunction:
        return kParenPower;
      case Op::kIndexExpression:
        return StartsHere(node.left) ? kClosed : kBracketPower;
      case Op::kFilterProjection:
        return StartsHere(node.left) ? kClosed : kFilterPower;
      case Op::kValueProjection:
        return StartsHere(node.left) ? kClosed : kDotPower;
      case Op::kProjection: {
        const Node& left = program_.nodes[node.left];
        if (left.op == Op::kFlatten) return StartsHere(left.left) ? kClosed : kFlattenPower;
        if (IsSlice(left)) return StartsHere(left.left) ? kClosed : kBracketPower;
        return StartsHere(node.left) ? kClosed : kBracketPower;
      }
      default:
        return kClosed;
    }
  }

  bool StartsHere(NodeId left) const { return program_.nodes[left].op == Op::kIdentity; }
  bool IsSlice(const Node& node) const {
    return node.op == Op::kIndexExpression && program_.nodes[node.right].op == Op::kSlice;
  }

  // The left side of an operator that binds with `power`.
  void PrintLeft(NodeId id, int context, int power) {
    if (StartsHere(id)) return;
    const std::size_t start = out_.size();
    if (Print(id, context) < power) {
      out_.insert(start, 1, '(');
      out_ += ')';
    }
  }

  int PrintBare(NodeId id, int context) {
    const Node& node = program_.nodes[id];
    switch (node.op) {
      case Op::kCurrent:
        out_ += '@';
        return kClosed;
      case Op::kField:
        PrintName(program_.keys[node.key].text);
        return kClosed;
      case Op::kLiteral:
        PrintLiteral(program_.constants[node.constant]);
        return kClosed;
      case Op::kSubexpression: {
        PrintLeft(node.left, context, kDotPower);
        out_ += '.';
        return PrintAfterDot(node.right, kDotPower);
      }
      case Op::kIndexExpression:
        PrintLeft(node.left, context, kBracketPower);
        out_ += '[';
        out_ += std::to_string(program_.numbers[program_.nodes[node.right].number]);
        out_ += ']';
        return kClosed;
      case Op::kProjection:
        return PrintProjection(node, context);
      case Op::kFilterProjection: {
        PrintLeft(node.left, context, kFilterPower);
        out_ += "[?";
        Print(node.condition, 0);
        out_ += ']';
        return PrintRight(node.right, kFilterPower);
      }
      case Op::kValueProjection:
        if (StartsHere(node.left)) {
          out_ += '*';
          return PrintRight(node.right, kStarPower);
        }
        PrintLeft(node.left, context, kDotPower);
        out_ += ".*";
        return PrintRight(node.right, kDotPower);
      case Op::kMultiSelectList: {
        out_ += '[';
        const std::size_t start = out_.size();
        PrintList(node);
        if (std::string_view(out_).substr(start) == "*") out_.replace(start, 1, "(*)");  // not a projection
        out_ += ']';
        return kClosed;
      }
      case Op::kMultiSelectHash:
        out_ += '{';
        PrintList(node);
        out_ += '}';
        return kClosed;
      case Op::kKeyValuePair:
        PrintName(program_.keys[node.key].text);
        out_ += ": ";
        Print(node.left, 0);
        return kClosed;
      case Op::kPipe:
        return PrintBinary(node, context, " | ", kPipePower);
      case Op::kOr:
        return PrintBinary(node, context, " || ", kOrPower);
      case Op::kAnd:
        return PrintBinary(node, context, " && ", kAndPower);
      case Op::kComparator:
        return PrintBinary(node, context, Sign(node.comparison), kComparatorPower);
      case Op::kNot:
        out_ += '!';
        return std::min(kNotPower, Print(node.left, kNotPower));
      case Op::kExpref: {
        out_ += '&';
        const std::size_t start = out_.size();
        Print(node.left, 0);
        if (std::string_view(out_).substr(start).starts_with('&'))
          out_.insert(start, 1, ' ');  // else it would be an "and"
        return 0;
      }
      case Op::kFunction:
        PrintCallee(program_.calls[node.call]);
        out_ += '(';
        PrintList(node);
        out_ += ')';
        return kClosed;
      default:
        return kClosed;
    }
  }

  static std::string_view Sign(Comparison comparison) {
    switch (comparison) {
      case Comparison::kEqual:
        return " == ";
      case Comparison::kNotEqual:
        return " != ";
      case Comparison::kLess:
        return " < ";
      case Comparison::kLessOrEqual:
        return " <= ";
      case Comparison::kGreater:
        return " > ";
      case Comparison::kGreaterOrEqual:
        break;
    }
    return " >= ";
  }

  int PrintBinary(const Node& node, int context, std::string_view sign, int power) {
    PrintLeft(node.left, context, power);
    out_ += sign;
    return std::min(power, Print(node.right, power));
  }

  int PrintProjection(const Node& node, int context) {
    const Node& left = program_.nodes[node.left];
    if (left.op == Op::kFlatten) {
      PrintLeft(left.left, context, kFlattenPower);
      out_ += "[]";
      return PrintRight(node.right, kFlattenPower);
    }
    if (IsSlice(left)) {
      PrintLeft(left.left, context, kBracketPower);
      PrintSlice(program_.slices[program_.nodes[left.right].slice]);
    } else {
      PrintLeft(node.left, context, kBracketPower);
      out_ += "[*]";
    }
    return PrintRight(node.right, kStarPower);
  }

  void PrintSlice(const Slice& slice) {
    out_ += '[';
    if (slice.has_start) out_ += std::to_string(slice.start);
    out_ += ':';
    if (slice.has_stop) out_ += std::to_string(slice.stop);
    if (slice.has_step) {
      out_ += ':';
      out_ += std::to_string(slice.step);
    }
    out_ += ']';
  }

  // The right side of a projection.
  int PrintRight(NodeId id, int power) {
    if (StartsHere(id)) return kProjectionStop - 1;  // an empty right side takes whatever may begin one
    const Node& node = program_.nodes[id];
    // Brackets follow directly; a list alone could too, but after a dot it takes no further operators.
    if (node.op != Op::kMultiSelectList && BeginsWithBracket(id)) return std::min(power, Print(id, power));
    out_ += '.';
    return PrintAfterDot(id, power);
  }

  // The parser takes nothing more into a list or an object after a dot.
  int PrintAfterDot(NodeId id, int power) {
    const Op op = program_.nodes[id].op;
    const int open = Print(id, power);
    return op == Op::kMultiSelectList || op == Op::kMultiSelectHash ? kClosed : std::min(power, open);
  }

  bool BeginsWithBracket(NodeId id) const {
    while (true) {
      const Node& node = program_.nodes[id];
      switch (node.op) {
        case Op::kMultiSelectList:
          return true;
        case Op::kIndexExpression:
        case Op::kFilterProjection:
        case Op::kProjection:
        case Op::kFlatten:
          if (StartsHere(node.left)) return true;
          id = node.left;
          break;
        case Op::kSubexpression:
          id = node.left;
          break;
        case Op::kValueProjection:
          if (StartsHere(node.left)) return false;
          id = node.left;
          break;
        default:
          return false;
      }
    }
  }

  void PrintList(const Node& node) {
    for (std::uint32_t i = 0; i < node.count; ++i) {
      if (i > 0) out_ += ", ";
      Print(program_.children[node.first + i], 0);
    }
  }

  void PrintCallee(const Call& call) {
    if (!call.has_name) {
      out_ += "_[0]";  // something without a name that may also stand after a dot
    } else if (IsIdentifier(call.name)) {
      out_ += call.name;
    } else {
      PrintLiteral(Value::String(call.name));
    }
  }

  void PrintName(std::string_view name) {
    if (IsIdentifier(name)) {
      out_ += name;
    } else {
      json::WriteString(name, out_);
    }
  }

  void PrintLiteral(const Value& value) {
    if (value.is_string() && !value.as_string().ends_with('\\')) {
      out_ += '\'';
      for (const char c : value.as_string()) {
        if (c == '\'') out_ += '\\';
        out_ += c;
      }
      out_ += '\'';
      return;
    }
    out_ += '`';
    AppendLiteralJson(json::ToString(value));
    out_ += '`';
  }

  void AppendLiteralJson(std::string_view text) {
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '`') out_ += '\\';
      if (text[i] == '"') in_string = !in_string;
      if (text[i] == '\\') out_ += text[i++];
      out_ += text[i];
      // "-0" alone would come back as the integer zero.
      if (!in_string && text.substr(i).starts_with("-0") &&
          (i + 2 == text.size() || std::string_view(".eE").find(text[i + 2]) == std::string_view::npos)) {
        out_ += "0.0";
        ++i;
      }
    }
  }

  const Program& program_;
  std::string out_;
};

}  // namespace

std::string PrintExpression(const Program& program, NodeId node) {
  return Printer(program).Run(node);
}

}  // namespace ephor::jmespath
