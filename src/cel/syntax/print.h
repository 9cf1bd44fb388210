// Syntax tree to text.
#pragma once

#include <string>

#include "cel/syntax/ast.h"

namespace ephor::cel {

struct PrintOptions {
  // Where a line grows beyond this, chains of && and ||, arguments, lists and maps are put on lines of their
  // own. 0: everything on one line.
  std::size_t width = 0;
};

// The expression in normal form: one space around operators, the parentheses that are needed, double-quoted
// strings, macros as they were written. Parses to the same tree. Comments are not part of a tree.
std::string Print(const Expr& expr, const PrintOptions& options = {});

}  // namespace ephor::cel
