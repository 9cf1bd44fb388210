#include "cel/check/validate.h"

#include "base/regex.h"
#include "cel/eval/context.h"

namespace ephor::cel {
namespace {

class Validator {
 public:
  Validator(const Env& env, std::vector<Issue>& issues) : env_(env), issues_(issues) {}

  void Visit(const Expr& expr, bool in_format) {
    const EnvOptions& options = env_.options();
    if (expr.kind == ExprKind::kCall && options.validate_literals) CheckCall(expr);
    for (const OverloadDecl* overload : expr.overloads) {
      if (overload->row != nullptr && overload->row->check_literals != nullptr) {
        overload->row->check_literals(expr, issues_);
      }
    }
    if (options.homogeneous_literals && !in_format) {
      if (expr.kind == ExprKind::kList) CheckList(expr);
      if (expr.kind == ExprKind::kMap) CheckMap(expr);
    }
    in_format |= expr.kind == ExprKind::kCall && expr.name == "format";
    ForEachChild(expr, [&](const Expr& child) {
      if (!(expr.namespaced && &child == expr.operand)) Visit(child, in_format);
    });
  }

 private:
  void Mismatch(const Expr& place, const Type& expected, const Type& found) {
    issues_.push_back(
        {place.offset, "expected type '" + expected.ToString() + "' but found '" + found.ToString() + "'"});
  }

  static const Type& ElementType(const Entry& entry) {
    const Type& type = *entry.value->type;
    return entry.optional && type.is_optional() ? type.param(0) : type;
  }

  void CheckList(const Expr& expr) {
    const Type* first = nullptr;
    for (const Entry& entry : expr.entries) {
      const Type& type = ElementType(entry);
      if (first == nullptr) {
        first = &type;
      } else if (!SameType(*first, type)) {
        return Mismatch(*entry.value, *first, type);
      }
    }
  }

  void CheckMap(const Expr& expr) {
    const Type* key = nullptr;
    const Type* value = nullptr;
    for (const Entry& entry : expr.entries) {
      const Type& type = ElementType(entry);
      if (key == nullptr) {
        key = entry.key->type;
        value = &type;
        continue;
      }
      if (!SameType(*key, *entry.key->type)) Mismatch(*entry.key, *key, *entry.key->type);
      if (!SameType(*value, type)) Mismatch(*entry.value, *value, type);
    }
  }

  void CheckCall(const Expr& expr) {
    if (expr.args.empty() || expr.args[0]->kind != ExprKind::kLiteral) return;
    const Literal& literal = expr.args[0]->literal;
    if (literal.kind != LiteralKind::kString) return;
    bool valid = true;
    if (expr.name == "matches") {
      valid = Regex::Compile(literal.text).has_value();
    } else if (expr.operand == nullptr && (expr.name == "duration" || expr.name == "timestamp")) {
      valid = Converts(expr, literal);
    }
    if (!valid) issues_.push_back({expr.args[0]->offset, "invalid " + std::string(expr.name) + " argument"});
  }

  bool Converts(const Expr& expr, const Literal& literal) {
    Arena arena(1024);
    const ports::World nowhere;
    Context context{arena, nowhere};
    Call call{context, expr.name};
    const Value argument = Value::String(literal.text);
    const std::span<const Value> args(&argument, 1);
    for (const OverloadDecl* overload : expr.overloads) {
      if (overload->row == nullptr || !args[0].in(overload->kinds[0])) continue;
      if (overload->row->function(call, args).is_error()) return false;
    }
    return true;
  }

  const Env& env_;
  std::vector<Issue>& issues_;
};

}  // namespace

void ValidateLiterals(const Expr& expr, const Env& env, std::vector<Issue>& issues) {
  Validator(env, issues).Visit(expr, false);
}

}  // namespace ephor::cel
