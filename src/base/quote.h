// Text in quotes inside messages, as Go's packages put it there.
#pragma once

#include <string>
#include <string_view>

namespace ephor {

// strconv.Quote, and fmt's %q: escapes what is not printable, and bytes that are no UTF-8.
std::string GoQuote(std::string_view text);
// The simpler quoting of Go's time package: everything but ASCII as \x escapes of its bytes.
std::string QuoteTimeText(std::string_view text);

}  // namespace ephor
