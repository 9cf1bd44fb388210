// The variables of a loop: what `foreach` gives to each element.
#pragma once

#include <cstddef>

#include "engine/context.h"

namespace ephor::engine {

// Sets `element` and `elementIndex`, and the same with the number of the loop's nesting behind them.
void SetElement(const json::Value& element, std::size_t index, int nesting, Context& context);

}  // namespace ephor::engine
