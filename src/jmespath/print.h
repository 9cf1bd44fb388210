// Programs as text.
#pragma once

#include <string>

#include "jmespath/program.h"

namespace ephor::jmespath {

// An expression that compiles to the same tree as this part of a program, with parentheses only where they
// are needed.
std::string PrintExpression(const Program& program, NodeId node);

// The tree in the form of `jp parse`.
std::string PrintTree(const Program& program);

}  // namespace ephor::jmespath
