// Macros that bind names: cel.bind, cel.block, and the loops with two variables.
#include <optional>

#include "cel/lib/libraries.h"
#include "cel/syntax/macros.h"

namespace ephor::cel::lib {
namespace {

Expr* Bind(const MacroContext& context) {
  if (!context.ReceiverIs("cel")) return nullptr;
  const Expr& var = *context.args()[0];
  if (!IsSimpleName(var))
    return context.Complain(var, "cel.bind() variable names must be simple identifiers");
  return context.MacroNode(MacroKind::kBind, context.args()[1], var.name, context.args()[2]);
}

// ---- cel.block([e0, e1, ...], e): later expressions name earlier ones by cel.index(n) ----

// The number n of an argument, where it is a small literal.
std::optional<std::int64_t> Number(const Expr& expr) {
  if (expr.kind != ExprKind::kLiteral || expr.literal.kind != LiteralKind::kInt) return std::nullopt;
  const std::int64_t value = expr.literal.integer;
  return value >= 0 && value < 10'000 ? std::optional(value) : std::nullopt;
}

std::string IndexName(std::int64_t number) {
  return "@index" + std::to_string(number);
}

Expr* BlockIndex(const MacroContext& context) {
  if (!context.ReceiverIs("cel")) return nullptr;
  const std::optional<std::int64_t> number = Number(*context.args()[0]);
  if (!number)
    return context.Complain(*context.args()[0], "cel.index requires a single non-negative int constant arg");
  return context.Ident(context.arena().Copy(IndexName(*number)));
}

Expr* BlockVariable(const MacroContext& context) {
  if (!context.ReceiverIs("cel")) return nullptr;
  const std::optional<std::int64_t> depth = Number(*context.args()[0]), unique = Number(*context.args()[1]);
  if (!depth || !unique) {
    return context.Complain(*context.args()[0], "cel.iterVar requires two non-negative int constant args");
  }
  return context.Ident(context.arena().Copy("@it:" + std::to_string(*depth) + ":" + std::to_string(*unique)));
}

Expr* Block(const MacroContext& context) {
  if (!context.ReceiverIs("cel")) return nullptr;
  const Expr& bindings = *context.args()[0];
  if (bindings.kind != ExprKind::kList) {
    return context.Complain(bindings, "cel.block requires the first arg to be a list literal");
  }
  Expr* block = context.MacroNode(MacroKind::kBlock, nullptr, {}, context.args()[1]);
  Arena& arena = context.arena();
  block->macro->bindings = arena.NewArray<Expr*>(bindings.entries.size());
  block->macro->vars = arena.NewArray<std::string_view>(bindings.entries.size());
  for (std::size_t i = 0; i < bindings.entries.size(); ++i) {
    block->macro->bindings[i] = bindings.entries[i].value;
    block->macro->vars[i] = arena.Copy(IndexName(static_cast<std::int64_t>(i)));
  }
  return block;
}

// ---- two variables ----

// The node of e.name(v1, v2, ..., body), with its variables checked.
Expr* TwoVariables(const MacroContext& context, MacroKind kind) {
  const Expr& first = *context.args()[0];
  const Expr& second = *context.args()[1];
  if (!IsSimpleName(first)) return context.Complain(first, "argument must be a simple name");
  if (!IsSimpleName(second)) return context.Complain(second, "argument must be a simple name");
  if (first.name == second.name) {
    return context.Complain(second, "duplicate variable name: " + std::string(first.name));
  }
  Expr* node = context.MacroNode(kind, context.call().operand, first.name, context.args().back());
  node->macro->var2 = second.name;
  if (context.args().size() == 4) node->macro->filter = context.args()[2];
  return node;
}

template <MacroKind kind>
Expr* Loop(const MacroContext& context) {
  return TwoVariables(context, kind);
}

constexpr MacroRow kTwoVariables[] = {
    {"all", true, 3, Loop<MacroKind::kAll>},
    {"exists", true, 3, Loop<MacroKind::kExists>},
    {"existsOne", true, 3, Loop<MacroKind::kExistsOne>},
    {"exists_one", true, 3, Loop<MacroKind::kExistsOne>},
    {"transformList", true, 3, Loop<MacroKind::kMap>},
    {"transformList", true, 4, Loop<MacroKind::kMap>},
    {"transformMap", true, 3, Loop<MacroKind::kTransformMap>},
    {"transformMap", true, 4, Loop<MacroKind::kTransformMap>},
    {"transformMapEntry", true, 3, Loop<MacroKind::kTransformMapEntry>},
    {"transformMapEntry", true, 4, Loop<MacroKind::kTransformMapEntry>},
};

constexpr MacroRow kBindings[] = {{"bind", true, 3, Bind}};

constexpr MacroRow kBlocks[] = {
    {"block", true, 2, Block},
    {"index", true, 1, BlockIndex},
    {"iterVar", true, 2, BlockVariable},
};

}  // namespace

const Library& Bindings() {
  static const Library library{"bindings", {}, kBindings};
  return library;
}

const Library& Blocks() {
  static const Library library{"blocks", {}, kBlocks};
  return library;
}

const Library& TwoVariableLoops() {
  static const Library library{"two-variable loops", {}, kTwoVariables};
  return library;
}

}  // namespace ephor::cel::lib
