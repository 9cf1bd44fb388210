// What is wrong with literals although their types are right.
#pragma once

#include <vector>

#include "cel/check/env.h"
#include "cel/syntax/ast.h"
#include "cel/syntax/source.h"

namespace ephor::cel {

// By the environment's options: lists and maps of mixed types (outside the arguments of `format`), durations,
// timestamps and regular expressions that are none; and what the functions' own rows check. The tree must
// have been checked without issues.
void ValidateLiterals(const Expr& expr, const Env& env, std::vector<Issue>& issues);

}  // namespace ephor::cel
