// The function libraries, for putting environments together.
#pragma once

#include "cel/check/library.h"

namespace ephor::cel::lib {

// The language's own.
const Library& Standard();         // operators, conversions, strings, times
const Library& MixedComparison();  // 1 < 1.5
const Library& Optionals();        // optional.of, optMap, orValue
const Library& Bindings();         // cel.bind
const Library& Blocks();           // cel.block
const Library& TwoVariableLoops();  // all(k, v, ...), transformMap

}  // namespace ephor::cel::lib
