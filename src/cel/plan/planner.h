// From the checked tree to code.
#pragma once

#include "base/result.h"
#include "cel/eval/code.h"
#include "cel/plan/program.h"

namespace ephor::cel {

// Appends the code of a tree. `code.locals` is set by the caller. Fails where something cannot be prepared
// that must be (a constant regular expression that is none).
Result<void> Plan(const Expr& expr, const PlanOptions& options, Code& code);

// Replaces constant parts of the tree by their values, which live in `arena`. Fails where the environment
// asks for the errors of constant conversions.
Result<void> Fold(Expr& expr, const Env& env, const PlanOptions& options, std::uint32_t locals, Arena& arena);

// The value of a literal.
Value LiteralValue(const Literal& literal);

}  // namespace ephor::cel
