#include "cel/check/checker.h"

#include "cel/check/substitution.h"

namespace ephor::cel {
namespace {

bool IsDyn(const Type& type) {
  return type.is(TypeKind::kDyn);
}
bool IsDynOrError(const Type& type) {
  return type.is(TypeKind::kDyn) || type.is(TypeKind::kError);
}

// "(int, string)", or "string.(int)" of a method.
std::string AppliedTypes(std::span<const Type* const> args, bool member) {
  std::string out;
  std::size_t i = 0;
  if (member) out += args[i++]->ToString() + ".";
  out += '(';
  for (std::size_t first = i; i < args.size(); ++i) {
    if (i > first) out += ", ";
    out += args[i]->ToString();
  }
  return out + ')';
}

class Checker {
 public:
  Checker(const Env& env, Arena& arena, std::vector<Issue>* issues)
      : env_(env), arena_(arena), issues_(issues), substitution_(arena) {}

  CheckResult Run(Expr& expr) {
    Visit(expr);
    if (checked()) Finish(expr);
    return {expr.type, most_locals_};
  }

 private:
  struct Local {
    std::string_view name;
    const Type* type;
    std::uint32_t place;
  };

  // Without issues to report to, names and calls are resolved and nothing is refused.
  bool checked() const { return issues_ != nullptr; }
  void Complain(std::uint32_t offset, std::string message) {
    if (checked()) issues_->push_back({offset, std::move(message)});
  }
  void Mismatch(const Expr& place, const Type* expected, const Type* found) {
    Complain(place.offset,
             "expected type '" + expected->ToString() + "' but found '" + found->ToString() + "'");
  }
  void Undeclared(std::uint32_t offset, std::string_view name) {
    Complain(offset, "undeclared reference to '" + std::string(name) + "' (in container '" +
                         env_.options().container + "')");
  }

  std::uint32_t Push(std::string_view name, const Type* type) {
    const auto place = static_cast<std::uint32_t>(locals_.size());
    locals_.push_back({name, type, place});
    most_locals_ = std::max(most_locals_, place + 1);
    return place;
  }
  void Pop(std::size_t count) { locals_.resize(locals_.size() - count); }

  const Local* FindLocal(std::string_view name) const {
    for (std::size_t i = locals_.size(); i-- > 0;) {
      if (locals_[i].name == name) return &locals_[i];
    }
    return nullptr;
  }

  // Calls each(full name) from the innermost container outwards until it gives true.
  template <class Each>
  bool InContainers(std::string_view name, bool leading_dot, Each&& each) const {
    if (!leading_dot) {
      std::string_view container = env_.options().container;
      while (!container.empty()) {
        if (each(std::string(container) + "." + std::string(name))) return true;
        const std::size_t dot = container.rfind('.');
        container = dot == std::string_view::npos ? std::string_view() : container.substr(0, dot);
      }
    }
    return each(std::string(name));
  }

  void Visit(Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kLiteral:
        expr.type = LiteralType(expr.literal);
        break;
      case ExprKind::kIdent:
        VisitIdent(expr);
        break;
      case ExprKind::kSelect:
        VisitSelect(expr);
        break;
      case ExprKind::kCall:
        VisitCall(expr);
        break;
      case ExprKind::kList:
        VisitList(expr);
        break;
      case ExprKind::kMap:
        VisitMap(expr);
        break;
      case ExprKind::kMessage:
        VisitMessage(expr);
        break;
      case ExprKind::kMacro:
        VisitMacro(expr);
        break;
    }
    if (!checked()) expr.type = &types::kDyn;
  }

  static const Type* LiteralType(const Literal& literal) {
    switch (literal.kind) {
      case LiteralKind::kNull:
        return &types::kNull;
      case LiteralKind::kBool:
        return &types::kBool;
      case LiteralKind::kInt:
        return &types::kInt;
      case LiteralKind::kUint:
        return &types::kUint;
      case LiteralKind::kDouble:
        return &types::kDouble;
      case LiteralKind::kString:
        return &types::kString;
      case LiteralKind::kBytes:
        return &types::kBytes;
    }
    return &types::kDyn;
  }

  // ---- names ----

  bool ResolveGlobal(Expr& expr, std::string_view name, bool leading_dot) {
    return InContainers(name, leading_dot, [&](const std::string& full) {
      if (const VariableDecl* variable = env_.FindVariable(full)) {
        expr.variable = variable;
        expr.resolution = variable->constant ? Resolution::kConstant : Resolution::kVariable;
        expr.type = variable->type;
        return true;
      }
      if (const Type* type = env_.FindType(full, arena_)) {
        expr.resolution = Resolution::kType;
        expr.name = type->name();
        expr.type = types::TypeOf(type, arena_);
        return true;
      }
      return FindParameterized(expr, full);
    });
  }

  // "list" and "map" name the types of all lists and maps.
  bool FindParameterized(Expr& expr, std::string_view name) {
    const Type* type = nullptr;
    if (name == "list") type = types::List(&types::kDyn, arena_);
    if (name == "map") type = types::Map(&types::kDyn, &types::kDyn, arena_);
    if (name == "optional_type") type = types::Optional(&types::kDyn, arena_);
    if (type == nullptr) return false;
    expr.resolution = Resolution::kType;
    expr.name = type->name();
    expr.type = types::TypeOf(type, arena_);
    return true;
  }

  void VisitIdent(Expr& expr) {
    const Local* local = expr.leading_dot ? nullptr : FindLocal(expr.name);
    if (local != nullptr) {
      expr.resolution = Resolution::kLocal;
      expr.local = local->place;
      expr.type = local->type;
      return;
    }
    if (ResolveGlobal(expr, expr.name, expr.leading_dot)) return;
    Undeclared(expr.offset, expr.name);
    expr.type = &types::kError;
  }

  // "a.b.c" of a chain of selects that ends in an identifier; empty where it does not.
  static std::string QualifiedName(const Expr& expr, const Expr*& root) {
    if (expr.kind == ExprKind::kIdent) {
      root = &expr;
      return std::string(expr.name);
    }
    if (expr.kind != ExprKind::kSelect || expr.test_only || expr.optional) return "";
    std::string name = QualifiedName(*expr.operand, root);
    if (name.empty()) return name;
    name += '.';
    name += expr.name;
    return name;
  }

  void VisitSelect(Expr& expr) {
    const Expr* root = nullptr;
    const std::string name = QualifiedName(expr, root);
    if (!name.empty() && (root->leading_dot || FindLocal(root->name) == nullptr)) {
      if (ResolveGlobal(expr, name, root->leading_dot)) return;
    }
    const Type* type = SelectField(expr);
    expr.type = substitution_.Apply(expr.test_only ? &types::kBool : type);
  }

  const Type* SelectField(Expr& expr) {
    Visit(*expr.operand);
    const Type* operand = substitution_.Apply(expr.operand->type);
    const bool in_optional = operand->is_optional();
    const Type* target = in_optional ? operand->params()[0] : operand;
    const Type* result = &types::kError;
    switch (target->kind()) {
      case TypeKind::kMap:
        result = target->params()[1];
        break;
      case TypeKind::kStruct:
        if (const Type* field = env_.FindField(*target, expr.name)) {
          result = field;
        } else {
          Complain(expr.offset, "undefined field '" + std::string(expr.name) + "'");
        }
        break;
      case TypeKind::kParam:
        substitution_.Assignable(&types::kDyn, target);
        result = &types::kDyn;
        break;
      default:
        if (!IsDynOrError(*target)) {
          Complain(expr.offset, "type '" + target->ToString() + "' does not support field selection");
        }
        result = &types::kDyn;
    }
    return in_optional || expr.optional ? types::Optional(result, arena_) : result;
  }

  // ---- calls ----

  void VisitCall(Expr& expr) {
    for (Expr* arg : expr.args) Visit(*arg);
    if (expr.operand == nullptr) {
      const FunctionDecl* function = FindFunction(expr.name, expr.leading_dot);
      if (function == nullptr) {
        Undeclared(expr.offset, expr.name);
        expr.type = &types::kError;
        return;
      }
      return ResolveOverload(expr, *function);
    }
    // a.b.c() is a function of that name or a method c of a.b.
    const Expr* root = nullptr;
    std::string name = QualifiedName(*expr.operand, root);
    if (!name.empty()) {
      name += '.';
      name += expr.name;
      if (const FunctionDecl* function = FindFunction(name, root->leading_dot)) {
        expr.namespaced = true;
        return ResolveOverload(expr, *function);
      }
    }
    Visit(*expr.operand);
    const FunctionDecl* function = FindFunction(expr.name, false);
    if (function == nullptr) {
      Undeclared(expr.offset, expr.name);
      expr.type = &types::kError;
      return;
    }
    ResolveOverload(expr, *function);
  }

  const FunctionDecl* FindFunction(std::string_view name, bool leading_dot) const {
    const FunctionDecl* found = nullptr;
    InContainers(name, leading_dot, [&](const std::string& full) {
      found = env_.FindFunction(full);
      return found != nullptr;
    });
    return found;
  }

  void ResolveOverload(Expr& expr, const FunctionDecl& function) {
    expr.function = &function;
    const bool member = expr.operand != nullptr && !expr.namespaced;
    if (expr.name == op::kAnd || expr.name == op::kOr) return CheckLogical(expr);
    std::vector<const Type*> args;
    if (member) args.push_back(expr.operand->type);
    for (const Expr* arg : expr.args) args.push_back(arg->type);

    std::vector<const OverloadDecl*> candidates;
    const Type* result = nullptr;
    for (const OverloadDecl* overload : function.overloads) {
      if (overload->member != member || overload->params.size() != args.size()) continue;
      if (!checked()) {
        candidates.push_back(overload);
        continue;
      }
      const Type* overload_result = overload->result;
      if (overload->generic) {
        Substitution::Instance instance(substitution_);
        std::vector<const Type*> params;
        for (const Type* param : overload->params) params.push_back(instance.Of(param));
        if (!substitution_.AssignableAll(args, params)) continue;
        overload_result = substitution_.Apply(instance.Of(overload->result));
      } else if (!substitution_.AssignableAll(args, overload->params)) {
        continue;
      }
      candidates.push_back(overload);
      if (result == nullptr) {
        result = overload_result;
      } else if (!IsDyn(*result) && !SameType(*result, *overload_result)) {
        result = &types::kDyn;
      }
    }
    if (checked() && result == nullptr) {
      for (const Type*& arg : args) arg = substitution_.Apply(arg, true);
      Complain(expr.offset, "found no matching overload for '" + std::string(function.name) +
                                "' applied to '" + AppliedTypes(args, member) + "'");
      result = &types::kError;
    }
    expr.overloads = arena_.Copy(std::span<const OverloadDecl* const>(candidates));
    expr.type = result;
  }

  void CheckLogical(Expr& expr) {
    expr.type = &types::kBool;
    for (const Expr* arg : expr.args) {
      if (substitution_.Assignable(arg->type, &types::kBool)) continue;
      Mismatch(*arg, &types::kBool, arg->type);
      expr.type = &types::kError;
    }
  }

  // ---- literals ----

  const Type* Join(const Type* previous, const Type* current) {
    if (previous == nullptr) return current;
    if (substitution_.Assignable(previous, current)) return Substitution::MostGeneral(previous, current);
    return &types::kDyn;
  }

  // The type of an element, which of one written with '?' is what the optional holds.
  const Type* ElementType(const Entry& entry) {
    const Type* type = entry.value->type;
    if (!entry.optional) return type;
    if (type->is_optional()) return type->params()[0];
    if (!IsDyn(*type)) Mismatch(*entry.value, types::Optional(type, arena_), type);
    return type;
  }

  void VisitList(Expr& expr) {
    const Type* element = nullptr;
    for (const Entry& entry : expr.entries) {
      Visit(*entry.value);
      element = Join(element, ElementType(entry));
    }
    expr.type = types::List(element != nullptr ? element : substitution_.NewVariable(), arena_);
  }

  void VisitMap(Expr& expr) {
    const Type* key = nullptr;
    const Type* value = nullptr;
    for (const Entry& entry : expr.entries) {
      Visit(*entry.key);
      key = Join(key, entry.key->type);
      Visit(*entry.value);
      value = Join(value, ElementType(entry));
    }
    if (key == nullptr) {
      key = substitution_.NewVariable();
      value = substitution_.NewVariable();
    }
    expr.type = types::Map(key, value, arena_);
  }

  void VisitMessage(Expr& expr) {
    const Type* type = nullptr;
    InContainers(expr.name, expr.leading_dot, [&](const std::string& full) {
      type = env_.FindType(full, arena_);
      return type != nullptr;
    });
    if (type == nullptr) {
      Undeclared(expr.offset, expr.name);
    } else if (!type->is(TypeKind::kStruct)) {
      Complain(expr.offset, "'" + std::string(type->name()) + "' is not a message type");
      type = nullptr;
    }
    expr.type = type != nullptr ? type : &types::kError;
    if (type != nullptr) expr.name = type->name();
    for (const Entry& entry : expr.entries) {
      Visit(*entry.value);
      if (type == nullptr) continue;
      const Type* field = env_.FindField(*type, entry.field);
      if (field == nullptr) {
        Complain(entry.offset, "undefined field '" + std::string(entry.field) + "'");
        continue;
      }
      const Type* value = ElementType(entry);
      if (!substitution_.Assignable(field, value)) {
        Complain(entry.offset, "expected type of field '" + std::string(entry.field) + "' is '" +
                                   field->ToString() + "' but provided type is '" + value->ToString() + "'");
      }
    }
  }

  // ---- macros ----

  void VisitMacro(Expr& expr) {
    Macro& macro = *expr.macro;
    switch (macro.kind) {
      case MacroKind::kBind:
        return VisitBind(expr, macro);
      case MacroKind::kBlock:
        return VisitBlock(expr, macro);
      case MacroKind::kOptMap:
      case MacroKind::kOptFlatMap:
        return VisitOptMap(expr, macro);
      default:
        return VisitLoop(expr, macro);
    }
  }

  void VisitBind(Expr& expr, Macro& macro) {
    Visit(*macro.range);
    macro.local = Push(macro.var, macro.range->type);
    Visit(*macro.body);
    Pop(1);
    expr.type = substitution_.Apply(macro.body->type);
  }

  void VisitBlock(Expr& expr, Macro& macro) {
    macro.local = static_cast<std::uint32_t>(locals_.size());
    for (std::size_t i = 0; i < macro.bindings.size(); ++i) {
      Visit(*macro.bindings[i]);
      Push(macro.vars[i], macro.bindings[i]->type);
    }
    Visit(*macro.body);
    Pop(macro.bindings.size());
    expr.type = macro.body->type;
  }

  void VisitOptMap(Expr& expr, Macro& macro) {
    Visit(*macro.range);
    const Type* range = substitution_.Apply(macro.range->type);
    const Type* value = &types::kDyn;
    if (range->is_optional()) {
      value = range->params()[0];
    } else if (!IsDynOrError(*range)) {
      const Type* args[] = {range};
      Complain(expr.offset,
               "found no matching overload for 'hasValue' applied to '" + AppliedTypes(args, true) + "'");
    }
    macro.local = Push(macro.var, value);
    Visit(*macro.body);
    Pop(1);
    if (macro.kind == MacroKind::kOptMap) {
      expr.type = types::Optional(macro.body->type, arena_);
      return;
    }
    const Type* none = types::Optional(substitution_.NewVariable(), arena_);
    if (!substitution_.Assignable(macro.body->type, none)) {
      const Type* args[] = {&types::kBool, macro.body->type, substitution_.Apply(none, true)};
      Complain(expr.offset,
               "found no matching overload for '_?_:_' applied to '" + AppliedTypes(args, false) + "'");
    }
    expr.type = substitution_.Apply(macro.body->type->is(TypeKind::kDyn) ? none : macro.body->type);
  }

  void VisitLoop(Expr& expr, Macro& macro) {
    Visit(*macro.range);
    const Type* range = substitution_.Apply(macro.range->type);
    const Type* first = &types::kDyn;  // of the first variable; of a map the key
    const Type* second = &types::kDyn;
    const bool two = !macro.var2.empty();
    switch (range->kind()) {
      case TypeKind::kList:
        first = two ? &types::kInt : range->params()[0];
        second = range->params()[0];
        break;
      case TypeKind::kMap:
        first = range->params()[0];
        second = range->params()[1];
        break;
      case TypeKind::kDyn:
      case TypeKind::kError:
      case TypeKind::kParam:
        substitution_.Assignable(&types::kDyn, range);
        break;
      default:
        Complain(macro.range->offset,
                 "expression of type '" + range->ToString() +
                     "' cannot be range of a comprehension (must be list, map, or dynamic)");
        first = second = &types::kError;
    }
    macro.local = Push(macro.var, first);
    if (two) Push(macro.var2, second);
    if (macro.filter != nullptr) Visit(*macro.filter);
    Visit(*macro.body);
    Pop(two ? 2 : 1);
    expr.type = LoopType(expr, macro, first);
  }

  const Type* LoopType(Expr& expr, Macro& macro, const Type* first) {
    switch (macro.kind) {
      case MacroKind::kAll:
      case MacroKind::kExists:
        if (!substitution_.Assignable(macro.body->type, &types::kBool)) {
          Mismatch(*macro.body, &types::kBool, macro.body->type);
          return &types::kError;
        }
        return &types::kBool;
      case MacroKind::kExistsOne:
        RequireCondition(expr, *macro.body, &types::kInt);
        return &types::kBool;
      case MacroKind::kFilter: {
        const Type* list = types::List(first, arena_);
        RequireCondition(expr, *macro.body, list);
        return substitution_.Apply(list);
      }
      case MacroKind::kMap: {
        const Type* list = types::List(macro.body->type, arena_);
        if (macro.filter != nullptr) RequireCondition(expr, *macro.filter, list);
        return substitution_.Apply(list);
      }
      case MacroKind::kTransformMap: {
        const Type* map = types::Map(first, macro.body->type, arena_);
        if (macro.filter != nullptr) RequireCondition(expr, *macro.filter, map);
        return substitution_.Apply(map);
      }
      default: {
        const Type* entry = substitution_.Apply(macro.body->type);
        if (!entry->is(TypeKind::kMap) && !IsDynOrError(*entry)) {
          const Type* args[] = {types::Map(&types::kDyn, &types::kDyn, arena_), entry};
          Complain(expr.offset, "found no matching overload for 'cel.@mapInsert' applied to '" +
                                    AppliedTypes(args, false) + "'");
        }
        if (macro.filter != nullptr) RequireCondition(expr, *macro.filter, entry);
        return entry->is(TypeKind::kMap) ? entry : types::Map(&types::kDyn, &types::kDyn, arena_);
      }
    }
  }

  // In the language's definition such a predicate is the condition of a `?:`, and is complained about as
  // that.
  void RequireCondition(const Expr& expr, const Expr& condition, const Type* branches) {
    if (substitution_.Assignable(condition.type, &types::kBool)) return;
    const Type* branch = substitution_.Apply(branches, true);
    const Type* args[] = {substitution_.Apply(condition.type, true), branch, branch};
    Complain(expr.offset,
             "found no matching overload for '_?_:_' applied to '" + AppliedTypes(args, false) + "'");
  }

  // Replaces inference variables everywhere by what was found, or dyn.
  void Finish(Expr& expr) {
    if (expr.type != nullptr) expr.type = substitution_.Apply(expr.type, true);
    ForEachChild(expr, [this](Expr& child) { Finish(child); });
  }

  const Env& env_;
  Arena& arena_;
  std::vector<Issue>* issues_;
  Substitution substitution_;
  std::vector<Local> locals_;
  std::uint32_t most_locals_ = 0;
};

}  // namespace

CheckResult Check(Expr& expr, const Env& env, Arena& arena, std::vector<Issue>& issues) {
  return Checker(env, arena, &issues).Run(expr);
}

CheckResult Resolve(Expr& expr, const Env& env, Arena& arena) {
  return Checker(env, arena, nullptr).Run(expr);
}

}  // namespace ephor::cel
