// What the emitter would do, for writers of YAML that cannot wait for it.
#pragma once

#include <cstdint>
#include <string_view>

namespace ephor::yaml {

// The order in which keys are printed: other characters before letters, and runs of digits by their value, so
// that "a9" comes before "a10".
bool KeyLess(std::string_view a, std::string_view b);

// How a text is written. Exact for texts of printable ASCII; of others it may be anything.
enum class Quotes : std::uint8_t { kNone, kSingle, kDouble };
Quotes QuotesOf(std::string_view text);

}  // namespace ephor::yaml
