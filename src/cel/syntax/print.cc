#include "cel/syntax/print.h"

#include <algorithm>
#include <cmath>

#include "base/number.h"
#include "base/utf8.h"

namespace ephor::cel {
namespace {

constexpr int kConditional = 1, kOr = 2, kAnd = 3, kRelation = 4, kSum = 5, kProduct = 6, kUnary = 7,
              kMember = 8;

struct OperatorText {
  std::string_view function, text;
  int precedence;
};
constexpr OperatorText kBinary[] = {
    {op::kOr, " || ", kOr},           {op::kAnd, " && ", kAnd},
    {op::kEquals, " == ", kRelation}, {op::kNotEquals, " != ", kRelation},
    {op::kLess, " < ", kRelation},    {op::kLessEquals, " <= ", kRelation},
    {op::kGreater, " > ", kRelation}, {op::kGreaterEquals, " >= ", kRelation},
    {op::kIn, " in ", kRelation},     {op::kAdd, " + ", kSum},
    {op::kSubtract, " - ", kSum},     {op::kMultiply, " * ", kProduct},
    {op::kDivide, " / ", kProduct},   {op::kModulo, " % ", kProduct},
};

const OperatorText* BinaryOf(std::string_view function) {
  for (const OperatorText& row : kBinary) {
    if (row.function == function) return &row;
  }
  return nullptr;
}

int PrecedenceOf(const Expr& expr) {
  if (expr.macro_call != nullptr) return kMember;
  if (expr.kind == ExprKind::kLiteral) {
    const bool negative = (expr.literal.kind == LiteralKind::kInt && expr.literal.integer < 0) ||
                          (expr.literal.kind == LiteralKind::kDouble && std::signbit(expr.literal.real));
    return negative ? kUnary : kMember;
  }
  if (expr.kind != ExprKind::kCall || expr.operand != nullptr) return kMember;
  if (expr.name == op::kConditional) return kConditional;
  if (expr.name == op::kNot || expr.name == op::kNegate) return kUnary;
  const OperatorText* binary = BinaryOf(expr.name);
  return binary != nullptr ? binary->precedence : kMember;
}

void AppendEscaped(std::string_view text, bool is_bytes, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (c < 0x20 || c == 0x7f || (is_bytes && c >= 0x80)) {
          out += "\\x";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        } else {
          out += text[i];
        }
    }
    ++i;
  }
}

bool IsPlainField(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  }
  return name != "in" && name != "true" && name != "false" && name != "null";
}

class Printer {
 public:
  explicit Printer(const PrintOptions& options) : options_(options) {}

  std::string Run(const Expr& expr) {
    Append(expr, 0);
    return std::move(out_);
  }

 private:
  // Whether what is appended by `print` fits on the line, tried on one line first.
  template <class OneLine, class ManyLines>
  void Fit(OneLine&& one_line, ManyLines&& many_lines) {
    if (options_.width == 0 || flat_) return one_line();
    const std::size_t before = out_.size();
    flat_ = true;
    one_line();
    flat_ = false;
    const std::size_t newline = out_.rfind('\n', before);
    const std::size_t line_start = newline == std::string::npos ? 0 : newline + 1;
    if (out_.size() - line_start <= options_.width) return;
    out_.resize(before);
    many_lines();
  }

  void NewLine() {
    out_ += '\n';
    out_.append(2 * indent_, ' ');
  }

  void Append(const Expr& expr, int least) {
    const bool parens = PrecedenceOf(expr) < least;
    if (parens) out_ += '(';
    if (expr.macro_call != nullptr) {
      Call(*expr.macro_call);
    } else {
      Node(expr);
    }
    if (parens) out_ += ')';
  }

  void Node(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kLiteral:
        return AppendLiteral(expr.literal);
      case ExprKind::kIdent:
        if (expr.leading_dot) out_ += '.';
        out_ += expr.name;
        return;
      case ExprKind::kSelect:
        Append(*expr.operand, kMember);
        out_ += expr.optional ? ".?" : ".";
        return Field(expr.name);
      case ExprKind::kCall:
        return Call(expr);
      case ExprKind::kList:
        return Elements("[", expr, "]");
      case ExprKind::kMap:
        return Elements("{", expr, "}");
      case ExprKind::kMessage:
        if (expr.leading_dot) out_ += '.';
        out_ += expr.name;
        return Elements("{", expr, "}");
      case ExprKind::kMacro:
        return;  // always has its macro_call
    }
  }

  void Field(std::string_view name) {
    const bool plain = IsPlainField(name);
    if (!plain) out_ += '`';
    out_ += name;
    if (!plain) out_ += '`';
  }

  void AppendLiteral(const Literal& literal) {
    switch (literal.kind) {
      case LiteralKind::kNull:
        out_ += "null";
        return;
      case LiteralKind::kBool:
        out_ += literal.boolean ? "true" : "false";
        return;
      case LiteralKind::kInt:
        AppendInt(literal.integer, out_);
        return;
      case LiteralKind::kUint:
        out_ += std::to_string(literal.unsigned_integer) + "u";
        return;
      case LiteralKind::kDouble: {
        const std::string text = GoFloat(literal.real);
        out_ += text;
        if (text.find_first_of(".e") == std::string::npos) out_ += ".0";
        return;
      }
      case LiteralKind::kBytes:
        out_ += 'b';
        [[fallthrough]];
      case LiteralKind::kString:
        out_ += '"';
        AppendEscaped(literal.text, literal.kind == LiteralKind::kBytes, out_);
        out_ += '"';
        return;
    }
  }

  void Call(const Expr& call) {
    if (call.operand == nullptr) {
      if (const OperatorText* binary = BinaryOf(call.name)) return Chain(call, *binary);
      if (call.name == op::kConditional) return Conditional(call);
      if (call.name == op::kNot || call.name == op::kNegate) {
        out_ += call.name == op::kNot ? '!' : '-';
        // A unary operand gets parentheses, so that -(-1) does not become --1, and a number too: -(1) is not
        // the literal -1.
        const bool number = call.name == op::kNegate && call.args[0]->kind == ExprKind::kLiteral;
        return Append(*call.args[0], number ? kMember + 1 : kMember);
      }
      if (call.name == op::kIndex || call.name == op::kOptIndex) {
        Append(*call.args[0], kMember);
        out_ += call.name == op::kIndex ? "[" : "[?";
        Append(*call.args[1], 0);
        out_ += ']';
        return;
      }
      if (call.leading_dot) out_ += '.';
    } else {
      Append(*call.operand, kMember);
      out_ += '.';
    }
    out_ += call.name;
    out_ += '(';
    Fit(
        [&] {
          for (std::size_t i = 0; i < call.args.size(); ++i) {
            if (i > 0) out_ += ", ";
            Append(*call.args[i], 0);
          }
        },
        [&] {
          ++indent_;
          for (std::size_t i = 0; i < call.args.size(); ++i) {
            if (i > 0) out_ += ',';
            NewLine();
            Append(*call.args[i], 0);
          }
          --indent_;
          NewLine();
        });
    out_ += ')';
  }

  void Chain(const Expr& call, const OperatorText& which) {
    const auto operands = [&](bool lines) {
      for (std::size_t i = 0; i < call.args.size(); ++i) {
        if (i > 0) {
          out_ += lines ? which.text.substr(0, which.text.size() - 1) : which.text;
          if (lines) NewLine();
        }
        Append(*call.args[i], i == 0 && which.precedence > kAnd ? which.precedence : which.precedence + 1);
      }
    };
    if (which.precedence > kAnd) return operands(false);
    Fit([&] { operands(false); }, [&] { operands(true); });
  }

  void Conditional(const Expr& call) {
    const auto parts = [&](bool lines) {
      Append(*call.args[0], kConditional + 1);
      if (lines) {
        ++indent_;
        NewLine();
        out_ += "? ";
      } else {
        out_ += " ? ";
      }
      Append(*call.args[1], kConditional + 1);
      if (lines) {
        NewLine();
        out_ += ": ";
        --indent_;
      } else {
        out_ += " : ";
      }
      Append(*call.args[2], kConditional);
    };
    Fit([&] { parts(false); }, [&] { parts(true); });
  }

  void Elements(std::string_view open, const Expr& expr, std::string_view close) {
    const auto element = [&](const Entry& entry) {
      if (entry.optional) out_ += '?';
      if (entry.key != nullptr) {
        Append(*entry.key, 0);
        out_ += ": ";
      } else if (!entry.field.empty()) {
        Field(entry.field);
        out_ += ": ";
      }
      Append(*entry.value, 0);
    };
    out_ += open;
    Fit(
        [&] {
          for (std::size_t i = 0; i < expr.entries.size(); ++i) {
            if (i > 0) out_ += ", ";
            element(expr.entries[i]);
          }
        },
        [&] {
          ++indent_;
          for (std::size_t i = 0; i < expr.entries.size(); ++i) {
            if (i > 0) out_ += ',';
            NewLine();
            element(expr.entries[i]);
          }
          --indent_;
          NewLine();
        });
    out_ += close;
  }

  const PrintOptions& options_;
  std::string out_;
  std::size_t indent_ = 0;
  bool flat_ = false;
};

}  // namespace

std::string Print(const Expr& expr, const PrintOptions& options) {
  return Printer(options).Run(expr);
}

}  // namespace ephor::cel
