// How long a value is as JSON, without writing it.
#pragma once

#include <cstddef>

#include "json/value.h"

namespace ephor::json {

// The bytes of the compact form (json/write.h), where an escaped character counts as the bytes that it stands
// for. Linear in the number of values, not in the length of texts.
std::size_t TextSize(const Value& value);

}  // namespace ephor::json
