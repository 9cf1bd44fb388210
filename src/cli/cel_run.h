// What the commands `ephor cel eval|check|fmt` do.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/context.h"

namespace ephor::cli {

struct CelFlags {
  std::vector<std::string> expressions, files, variables;
  std::string environment;  // of cel::lib::NamedEnvs; "" is that of a ValidatingPolicy
  std::string input;
  std::size_t width = 100;
  bool cost = false;
  bool batch = false;
  std::vector<std::string> declarations;  // NAME=TYPE
  std::vector<std::string> sizes;         // of cel::SizeHints
  bool json = false;                      // what `check` says as JSON
};

// Results as JSON, one a line; values that have no JSON in the form that keeps types ({"type": "int"}).
// Variables that are not given are null, or declared as dyn where the environment has none of the name. Exit
// code 1 where an expression fails; the others are evaluated all the same.
Result<int> CelEval(Context& context, const CelFlags& flags);

// The type of each expression and what it may cost, or the reference's report of what is wrong with it on
// standard error and exit code 1. As JSON one object a line, errors too.
Result<int> CelCheck(Context& context, const CelFlags& flags);

// The functions of an environment as a table in Markdown, or the page of all where none is named.
Result<int> CelFunctions(Context& context, const CelFlags& flags);

// Normal forms. Expressions with comments are refused: a comment would be lost.
Result<int> CelFormat(Context& context, const CelFlags& flags);

}  // namespace ephor::cli
