// Gives every node of a tree its type and finds what names and calls stand for.
#pragma once

#include <vector>

#include "cel/check/env.h"
#include "cel/syntax/ast.h"
#include "cel/syntax/source.h"

namespace ephor::cel {

struct CheckResult {
  const Type* type = nullptr;  // in the arena or the environment
  std::uint32_t locals = 0;    // how many places a frame needs for variables of macros
};

// Annotates the tree. Types made on the way live in the arena. Complaints have the reference's texts; where
// there are any, the tree must not be planned.
CheckResult Check(Expr& expr, const Env& env, Arena& arena, std::vector<Issue>& issues);

// For expressions that are not to be checked: only finds what names and calls stand for. All types are dyn,
// unknown names and functions fail when evaluated.
CheckResult Resolve(Expr& expr, const Env& env, Arena& arena);

}  // namespace ephor::cel
