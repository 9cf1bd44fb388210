// Computes the constant parts of an expression while it is compiled.
#include "cel/plan/planner.h"
#include "ports/world.h"

namespace ephor::cel {
namespace {

// What a constant part may cost; what costs more is left to the evaluation and its own limit.
constexpr std::uint64_t kFoldCost = 20'000;
// And how large its result may be, in items or bytes.
constexpr std::uint64_t kFoldSize = 64 * 1024;

class Folder {
 public:
  Folder(const Env& env, const PlanOptions& options, std::uint32_t locals, Arena& arena)
      : env_(env), options_(options), locals_(locals), arena_(arena) {}

  Result<void> Run(Expr& expr) {
    Visit(expr);
    if (failure_) return std::unexpected(std::move(*failure_));
    return {};
  }

 private:
  static bool IsConstant(const Expr& expr) {
    return expr.constant != nullptr || expr.kind == ExprKind::kLiteral;
  }

  void Visit(Expr& expr) {
    if (failure_ || expr.resolution != Resolution::kNone) return;
    // A receiver that is part of the function's name is no expression.
    ForEachChild(expr, [&](Expr& child) {
      if (!(expr.namespaced && &child == expr.operand)) Visit(child);
    });
    switch (expr.kind) {
      case ExprKind::kCall:
        if (expr.name == op::kConditional && expr.operand == nullptr) return FoldConditional(expr);
        if (Pure(expr) && ChildrenConstant(expr)) Evaluate(expr);
        return;
      case ExprKind::kList:
      case ExprKind::kMap:
        if (ChildrenConstant(expr)) Evaluate(expr);
        return;
      case ExprKind::kSelect:
        if (ChildrenConstant(expr)) Evaluate(expr);
        return;
      default:
        return;
    }
  }

  static bool Pure(const Expr& expr) {
    for (const OverloadDecl* overload : expr.overloads) {
      if (overload->row == nullptr || (overload->row->flags & kImpure) != 0) return false;
    }
    return true;
  }

  static bool ChildrenConstant(const Expr& expr) {
    bool all = true;
    ForEachChild(expr, [&](const Expr& child) {
      if (!(expr.namespaced && &child == expr.operand)) all &= IsConstant(child);
    });
    return all;
  }

  void FoldConditional(Expr& expr) {
    const Expr& condition = *expr.args[0];
    if (!IsConstant(condition)) return;
    const Value value = condition.constant != nullptr ? *condition.constant : LiteralValue(condition.literal);
    if (!value.is_bool()) return;
    const Type* type = expr.type;
    const Expr branch = *expr.args[value.as_bool() ? 1 : 2];
    expr = branch;
    expr.type = type;
  }

  void Evaluate(Expr& expr) {
    Code code;
    code.env = std::shared_ptr<const Env>(std::shared_ptr<const Env>(), &env_);
    code.locals = locals_;
    PlanOptions options = options_;
    options.prepare = false;
    if (!Plan(expr, options, Noting::kNothing, code)) return;
    const ports::World nowhere;
    Context context{arena_, nowhere, kFoldCost};
    const Value value = Execute(code, {}, context);
    if (value.is_error()) {
      if (IsConversion(expr) && env_.options().fold_conversions && !failure_) {
        failure_ = Error(ErrorCode::kInvalidInput, std::string(value.error().message));
      }
      return;
    }
    if (value.in(kListKinds | kMapKinds) ? value.size() > kFoldSize : TextSize(value) > kFoldSize) return;
    expr.constant = Keep(value);
  }

  static std::size_t TextSize(const Value& value) {
    return value.in(SetOf(ValueKind::kString) | SetOf(ValueKind::kBytes)) ? value.text().size() : 0;
  }

  // Results may reach into the little program's constants, which go away.
  const Value* Keep(const Value& value) { return arena_.New<Value>(Copy(value)); }
  Value Copy(const Value& value) {
    switch (value.kind()) {
      case ValueKind::kString:
        return Value::String(arena_.Copy(value.text()));
      case ValueKind::kBytes:
        return Value::Bytes(arena_.Copy(value.text()));
      case ValueKind::kType:
        return Value::Type(arena_.Copy(value.text()));
      case ValueKind::kOptional:
        return value.optional() == nullptr ? value : Value::Optional(Keep(*value.optional()));
      case ValueKind::kList: {
        std::span<Value> items = arena_.NewArray<Value>(value.size());
        for (std::uint32_t i = 0; i < value.size(); ++i) items[i] = Copy(value.At(i));
        return Value::List(items);
      }
      case ValueKind::kMap: {
        MapBuilder members(arena_, value.size());
        for (const MapEntry& entry : value.native_map().entries)
          members.Set(Copy(entry.key), Copy(entry.value));
        return members.Build();
      }
      default:
        return value;
    }
  }

  static bool IsConversion(const Expr& expr) {
    if (expr.kind != ExprKind::kCall || expr.args.size() != 1 || expr.overloads.empty()) return false;
    return (expr.overloads[0]->row->flags & kConversion) != 0;
  }

  const Env& env_;
  const PlanOptions& options_;
  std::uint32_t locals_;
  Arena& arena_;
  std::optional<Error> failure_;
};

}  // namespace

Result<void> Fold(Expr& expr, const Env& env, const PlanOptions& options, std::uint32_t locals,
                  Arena& arena) {
  return Folder(env, options, locals, arena).Run(expr);
}

}  // namespace ephor::cel
