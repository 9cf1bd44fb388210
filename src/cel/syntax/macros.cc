// The standard macros, and what all macros are made with.
#include "cel/syntax/macros.h"

namespace ephor::cel {

Expr* MacroContext::New(ExprKind kind) const {
  Expr* expr = arena_.New<Expr>();
  expr->kind = kind;
  expr->offset = call_.offset;
  return expr;
}

Expr* MacroContext::Call(std::string_view function, std::span<Expr* const> args) const {
  Expr* call = New(ExprKind::kCall);
  call->name = function;
  call->args = arena_.Copy(args);
  return call;
}

Expr* MacroContext::MemberCall(Expr* receiver, std::string_view function, std::span<Expr* const> args) const {
  Expr* call = Call(function, args);
  call->operand = receiver;
  return call;
}

Expr* MacroContext::List(std::span<Expr* const> elements) const {
  Expr* list = New(ExprKind::kList);
  list->entries = arena_.NewArray<Entry>(elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    list->entries[i] = Entry{.value = elements[i], .offset = elements[i]->offset};
  }
  return list;
}

Expr* MacroContext::Ident(std::string_view name) const {
  Expr* ident = New(ExprKind::kIdent);
  ident->name = name;
  return ident;
}

Expr* MacroContext::MacroNode(MacroKind kind, Expr* range, std::string_view var, Expr* body) const {
  Expr* expr = New(ExprKind::kMacro);
  expr->macro = arena_.New<Macro>();
  expr->macro->kind = kind;
  expr->macro->name = call_.name;
  expr->macro->range = range;
  expr->macro->var = var;
  expr->macro->body = body;
  return expr;
}

Expr* MacroContext::Complain(const Expr& place, std::string message) const {
  issues_.push_back({place.offset, std::move(message)});
  return &call_;
}

bool MacroContext::ReceiverIs(std::string_view name) const {
  const Expr* receiver = call_.operand;
  return receiver != nullptr && receiver->kind == ExprKind::kIdent && receiver->name == name;
}

bool IsSimpleName(const Expr& expr) {
  return expr.kind == ExprKind::kIdent && !expr.leading_dot;
}

namespace {

Expr* Has(const MacroContext& context) {
  Expr* argument = context.args()[0];
  if (argument->kind != ExprKind::kSelect || argument->optional) {
    return context.Complain(*argument, "invalid argument to has() macro");
  }
  Expr* test = context.New(ExprKind::kSelect);
  test->operand = argument->operand;
  test->name = argument->name;
  test->test_only = true;
  return test;
}

template <MacroKind kind>
Expr* Quantifier(const MacroContext& context) {
  const Expr& var = *context.args()[0];
  if (!IsSimpleName(var)) return context.Complain(var, "argument must be a simple name");
  return context.MacroNode(kind, context.call().operand, var.name, context.args()[1]);
}

Expr* Filter(const MacroContext& context) {
  const Expr& var = *context.args()[0];
  if (!IsSimpleName(var)) return context.Complain(var, "argument is not an identifier");
  return context.MacroNode(MacroKind::kFilter, context.call().operand, var.name, context.args()[1]);
}

Expr* Map(const MacroContext& context) {
  const Expr& var = *context.args()[0];
  if (!IsSimpleName(var)) return context.Complain(var, "argument is not an identifier");
  Expr* map = context.MacroNode(MacroKind::kMap, context.call().operand, var.name, context.args().back());
  if (context.args().size() == 3) map->macro->filter = context.args()[1];
  return map;
}

constexpr MacroRow kStandardMacros[] = {
    {"has", false, 1, Has},
    {"all", true, 2, Quantifier<MacroKind::kAll>},
    {"exists", true, 2, Quantifier<MacroKind::kExists>},
    {"exists_one", true, 2, Quantifier<MacroKind::kExistsOne>},
    {"existsOne", true, 2, Quantifier<MacroKind::kExistsOne>},
    {"map", true, 2, Map},
    {"map", true, 3, Map},
    {"filter", true, 2, Filter},
};

}  // namespace

std::span<const MacroRow> StandardMacros() {
  return kStandardMacros;
}

}  // namespace ephor::cel
