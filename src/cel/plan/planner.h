// From the checked tree to code.
#pragma once

#include "base/result.h"
#include "cel/eval/code.h"
#include "cel/plan/program.h"

namespace ephor::cel {

// Whether the code notes what its parts come to (notes.h).
enum class Noting : std::uint8_t { kNothing, kParts };

// The whole way from a text to code; see Program::Compile.
Result<std::shared_ptr<const Code>> CompileCode(std::string_view text, std::shared_ptr<const Env> env,
                                                const CompileOptions& options,
                                                Noting noting = Noting::kNothing);
// What code has come to, with an error placed in its text.
Result<Value> ValueOrError(const Value& value, const Code& code);

// Appends the code of a tree. `code.locals` is set by the caller. Fails where something cannot be prepared
// that must be (a constant regular expression that is none).
Result<void> Plan(const Expr& expr, const PlanOptions& options, Noting noting, Code& code);

// Replaces constant parts of the tree by their values, which live in `arena`. Fails where the environment
// asks for the errors of constant conversions.
Result<void> Fold(Expr& expr, const Env& env, const PlanOptions& options, std::uint32_t locals, Arena& arena);

// The value of a literal.
Value LiteralValue(const Literal& literal);

}  // namespace ephor::cel
