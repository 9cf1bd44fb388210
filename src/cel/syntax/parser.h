// Text to syntax tree.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "cel/syntax/ast.h"
#include "cel/syntax/source.h"

namespace ephor::cel {

// What a macro sees: the call as parsed (its macros inside already expanded) and where to put new nodes.
class MacroContext {
 public:
  MacroContext(Arena& arena, std::vector<Issue>& issues, Expr& call)
      : arena_(arena), issues_(issues), call_(call) {}

  Expr& call() const { return call_; }
  std::span<Expr*> args() const { return call_.args; }
  Arena& arena() const { return arena_; }

  // New nodes at the call's place.
  Expr* New(ExprKind kind) const;
  Expr* Call(std::string_view function, std::span<Expr* const> args) const;
  Expr* MemberCall(Expr* receiver, std::string_view function, std::span<Expr* const> args) const;
  Expr* List(std::span<Expr* const> elements) const;
  Expr* Ident(std::string_view name) const;
  // A macro node whose other fields the caller sets.
  Expr* MacroNode(MacroKind kind, Expr* range, std::string_view var, Expr* body) const;
  // Complains about an argument. Returns the node, so that parsing can go on.
  Expr* Complain(const Expr& place, std::string message) const;
  // Whether the call's receiver is this name, as in `math.greatest`.
  bool ReceiverIs(std::string_view name) const;

 private:
  Arena& arena_;
  std::vector<Issue>& issues_;
  Expr& call_;
};

// A macro rewrites calls of its name while parsing.
struct MacroRow {
  std::string_view name;
  bool receiver;  // called on something: e.name(args)
  int arguments;  // -1: any number
  // Null: not this macro's business, the call stays.
  Expr* (*expand)(const MacroContext& context);
};

struct ParseOptions {
  std::span<const MacroRow> macros;
  bool optional_syntax = true;  // a.?b, a[?b], [?x], {?k: v}
  std::size_t max_code_points = 100'000;
  std::size_t max_depth = 250;
};

// The tree, in the arena; views in it reach into `text` and the arena. Null where there are issues. Time and
// memory are linear in the text; nesting beyond max_depth is an issue, never a deep recursion.
Expr* Parse(std::string_view text, const ParseOptions& options, Arena& arena, std::vector<Issue>& issues);

// has, all, exists, exists_one, existsOne, map, filter: in every environment.
std::span<const MacroRow> StandardMacros();

}  // namespace ephor::cel
