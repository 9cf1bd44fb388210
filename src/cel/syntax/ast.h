// The syntax tree of an expression. Nodes live in an arena; texts are views of the source or of the arena.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ephor::cel {

struct Expr;
class Type;
class Value;
struct FunctionDecl;
struct OverloadDecl;
struct VariableDecl;

enum class LiteralKind : std::uint8_t { kNull, kBool, kInt, kUint, kDouble, kString, kBytes };

struct Literal {
  LiteralKind kind = LiteralKind::kNull;
  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t unsigned_integer;
    double real;
  };
  std::string_view text;  // of strings and bytes, unescaped
};

// An element of a list, map or message literal.
struct Entry {
  Expr* key = nullptr;     // maps only
  std::string_view field;  // messages only
  Expr* value = nullptr;
  std::uint32_t offset = 0;  // of the colon in maps and messages
  bool optional = false;     // written with '?': left out where the value is an empty optional
};

// Macros stay in the tree as what they are, with their variables bound in `body` and `filter`. The planner
// makes loops of them without going through the accumulator form of the language's definition.
enum class MacroKind : std::uint8_t {
  kAll,
  kExists,
  kExistsOne,
  kMap,  // map, transformList
  kFilter,
  kTransformMap,
  kTransformMapEntry,
  kBind,    // cel.bind: `range` is the bound value, `var` its name
  kOptMap,  // `range` is the optional
  kOptFlatMap,
  kBlock,  // cel.block: `bindings` are evaluated once, in order; `vars` name them
};

struct Macro {
  MacroKind kind;
  std::string_view name;  // as written: "exists", "map"
  std::string_view var;
  std::string_view var2;  // of the two-variable forms, else empty
  std::uint32_t var_offset = 0;
  Expr* range = nullptr;
  Expr* filter = nullptr;  // the condition of map(v, p, t) and of the transforms
  Expr* body = nullptr;    // predicate, transform or the expression in the variable's scope
  std::span<Expr*> bindings;
  std::span<std::string_view> vars;

  // What the checker found: the frame's place of the variable; a second variable or further bindings follow
  // it.
  std::uint32_t local = 0;
};

enum class ExprKind : std::uint8_t { kLiteral, kIdent, kSelect, kCall, kList, kMap, kMessage, kMacro };

// What an identifier or a dotted name stands for.
enum class Resolution : std::uint8_t {
  kNone,  // a select stays a select; an identifier is unknown, which fails when evaluated
  kLocal,
  kVariable,
  kConstant,
  kType,  // the value of the type whose name is in `name`
};

// One node. Fields are used by the kinds they name.
struct Expr {
  ExprKind kind;
  bool test_only = false;    // select: has(a.b)
  bool optional = false;     // select: a.?b
  bool leading_dot = false;  // ident, call, message: .name starts at the root scope
  std::uint32_t offset =
      0;                  // where errors point: the operator, '(' of a call, '.' of a select, else the start
  std::string_view name;  // ident, call's function, select's field, message's type
  Expr* operand = nullptr;   // select's operand, call's receiver
  std::span<Expr*> args;     // call
  std::span<Entry> entries;  // list, map, message
  Literal literal;
  Macro* macro = nullptr;
  const Expr* macro_call = nullptr;  // of what a macro made: the call as written, for printing

  const Value* constant = nullptr;  // what the planner computed it to be while compiling

  // What the checker found.
  const Type* type = nullptr;
  Resolution resolution = Resolution::kNone;
  bool namespaced = false;                         // call: the receiver is part of the function's name
  std::uint32_t local = 0;                         // of kLocal
  const VariableDecl* variable = nullptr;          // of kVariable and kConstant
  const FunctionDecl* function = nullptr;          // call
  std::span<const OverloadDecl* const> overloads;  // call: the candidates, in the order of declaration
};

// Calls each(Expr&) for the node's children, in the order of the text.
template <class Each>
void ForEachChild(const Expr& expr, Each&& each) {
  if (expr.operand != nullptr) each(*expr.operand);
  for (Expr* arg : expr.args) each(*arg);
  for (const Entry& entry : expr.entries) {
    if (entry.key != nullptr) each(*entry.key);
    each(*entry.value);
  }
  if (expr.macro == nullptr) return;
  if (expr.macro->range != nullptr) each(*expr.macro->range);
  for (Expr* binding : expr.macro->bindings) each(*binding);
  if (expr.macro->filter != nullptr) each(*expr.macro->filter);
  each(*expr.macro->body);
}

// The names of operators as functions.
namespace op {
inline constexpr std::string_view kConditional = "_?_:_", kAnd = "_&&_", kOr = "_||_", kNot = "!_",
                                  kEquals = "_==_", kNotEquals = "_!=_", kLess = "_<_", kLessEquals = "_<=_",
                                  kGreater = "_>_", kGreaterEquals = "_>=_", kIn = "@in", kAdd = "_+_",
                                  kSubtract = "_-_", kMultiply = "_*_", kDivide = "_/_", kModulo = "_%_",
                                  kNegate = "-_", kIndex = "_[_]", kOptIndex = "_[?_]";
}  // namespace op

}  // namespace ephor::cel
