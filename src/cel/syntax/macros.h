// What macros outside the standard ones are written with.
#pragma once

#include "cel/syntax/parser.h"

namespace ephor::cel {

// Whether a macro may bind this: an identifier without a leading dot.
bool IsSimpleName(const Expr& expr);

}  // namespace ephor::cel
