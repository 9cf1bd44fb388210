#include "jmespath/go_text.h"
#include "jmespath/print.h"

namespace ephor::jmespath {
namespace {

using json::Value;

std::string_view TypeName(Op op) {
  switch (op) {
    case Op::kIdentity:
      return "ASTIdentity";
    case Op::kCurrent:
      return "ASTCurrentNode";
    case Op::kField:
      return "ASTField";
    case Op::kLiteral:
      return "ASTLiteral";
    case Op::kIndex:
      return "ASTIndex";
    case Op::kSlice:
      return "ASTSlice";
    case Op::kSubexpression:
      return "ASTSubexpression";
    case Op::kIndexExpression:
      return "ASTIndexExpression";
    case Op::kProjection:
      return "ASTProjection";
    case Op::kFlatten:
      return "ASTFlatten";
    case Op::kFilterProjection:
      return "ASTFilterProjection";
    case Op::kValueProjection:
      return "ASTValueProjection";
    case Op::kMultiSelectList:
      return "ASTMultiSelectList";
    case Op::kMultiSelectHash:
      return "ASTMultiSelectHash";
    case Op::kKeyValuePair:
      return "ASTKeyValPair";
    case Op::kOr:
      return "ASTOrExpression";
    case Op::kAnd:
      return "ASTAndExpression";
    case Op::kPipe:
      return "ASTPipe";
    case Op::kNot:
      return "ASTNotExpression";
    case Op::kComparator:
      return "ASTComparator";
    case Op::kExpref:
      return "ASTExpRef";
    case Op::kFunction:
      return "ASTFunctionExpression";
    default:
      return "ASTEmpty";
  }
}

std::string_view ComparisonName(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return "tEQ";
    case Comparison::kNotEqual:
      return "tNE";
    case Comparison::kLess:
      return "tLT";
    case Comparison::kLessOrEqual:
      return "tLTE";
    case Comparison::kGreater:
      return "tGT";
    case Comparison::kGreaterOrEqual:
      break;
  }
  return "tGTE";
}

class TreePrinter {
 public:
  explicit TreePrinter(const Program& program) : program_(program) {}

  std::string Run() {
    Print(program_.root, 0);
    return std::move(out_);
  }

 private:
  void Print(NodeId id, std::size_t indent) {
    const Node& node = program_.nodes[id];
    Line(indent, TypeName(node.op), " {");
    const std::string value = ValueOf(node);
    if (!value.empty()) Line(indent + 2, "value: ", value);
    const std::vector<NodeId> children = ChildrenOf(node);
    // The reference never closes this brace.
    if (!children.empty()) Line(indent + 2, "children: {", "");
    for (const NodeId child : children) Print(child, indent + 4);
    Line(indent, "}", "");
  }

  void Line(std::size_t indent, std::string_view a, std::string_view b) {
    out_.append(indent, ' ');
    out_ += a;
    out_ += b;
    out_ += '\n';
  }

  std::string ValueOf(const Node& node) const {
    std::string text;
    switch (node.op) {
      case Op::kField:
      case Op::kKeyValuePair:
        AppendGoSyntax(Value::String(program_.keys[node.key].text), text);
        break;
      case Op::kLiteral:
        if (!program_.constants[node.constant].is_null()) {
          AppendGoSyntax(program_.constants[node.constant], text);
        }
        break;
      case Op::kIndex:
        text = std::to_string(program_.numbers[node.number]);
        break;
      case Op::kSlice:
        text = SliceText(program_.slices[node.slice]);
        break;
      case Op::kComparator:
        text = ComparisonName(node.comparison);
        break;
      case Op::kFunction:
        if (program_.calls[node.call].has_name) {
          AppendGoSyntax(Value::String(program_.calls[node.call].name), text);
        }
        break;
      default:
        break;
    }
    return text;
  }

  // The reference prints pointers here, other ones in every run; this shows what they point to.
  static std::string SliceText(const Slice& slice) {
    const auto part = [](bool has, std::int64_t value) {
      return has ? std::to_string(value) : std::string("(*int)(nil)");
    };
    return "[]*int{" + part(slice.has_start, slice.start) + ", " + part(slice.has_stop, slice.stop) + ", " +
           part(slice.has_step, slice.step) + "}";
  }

  std::vector<NodeId> ChildrenOf(const Node& node) const {
    switch (node.op) {
      case Op::kSubexpression:
      case Op::kIndexExpression:
      case Op::kProjection:
      case Op::kValueProjection:
      case Op::kOr:
      case Op::kAnd:
      case Op::kPipe:
      case Op::kComparator:
        return {node.left, node.right};
      case Op::kFilterProjection:
        return {node.left, node.right, node.condition};
      case Op::kFlatten:
      case Op::kNot:
      case Op::kExpref:
      case Op::kKeyValuePair:
        return {node.left};
      case Op::kMultiSelectList:
      case Op::kMultiSelectHash:
      case Op::kFunction: {
        const auto first = program_.children.begin() + node.first;
        return {first, first + node.count};
      }
      default:
        return {};
    }
  }

  const Program& program_;
  std::string out_;
};

}  // namespace

std::string PrintTree(const Program& program) {
  return TreePrinter(program).Run();
}

}  // namespace ephor::jmespath
