#include "engine/cel/identifiers.h"

#include "base/arena.h"
#include "cel/syntax/parser.h"

namespace ephor::engine {
namespace {

// Parsing bounds the depth.
bool Names(const cel::Expr& expr, std::string_view name) {
  if (expr.kind == cel::ExprKind::kIdent && expr.name == name) return true;
  bool found = false;
  cel::ForEachChild(expr, [&](const cel::Expr& child) { found = found || Names(child, name); });
  return found;
}

}  // namespace

bool NamesIdentifier(std::string_view expression, std::string_view name) {
  Arena arena(4096);
  std::vector<cel::Issue> issues;
  const cel::Expr* tree = cel::Parse(expression, {.macros = cel::StandardMacros()}, arena, issues);
  return tree != nullptr && Names(*tree, name);
}

}  // namespace ephor::engine
