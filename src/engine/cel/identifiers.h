// Which names an expression uses, told from its syntax alone.
#pragma once

#include <string_view>

namespace ephor::engine {

// Whether the expression has the name as an identifier, not as a field or a part of a text. False for what is
// no expression.
bool NamesIdentifier(std::string_view expression, std::string_view name);

}  // namespace ephor::engine
