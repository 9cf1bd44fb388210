// Texts in the colours of the reference's terminal output.
#pragma once

#include <string>
#include <string_view>

namespace ephor::report {

enum class Colour { kCyan, kGreen, kRed, kYellow };

// The text in bold and in a colour, or as it is where colours are off.
std::string Bold(std::string_view text, Colour colour, bool on);

// The text without its escape sequences "ESC[...m".
std::string WithoutColours(std::string_view text);

}  // namespace ephor::report
