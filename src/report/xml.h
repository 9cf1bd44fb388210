// Text inside XML.
#pragma once

#include <string>
#include <string_view>

namespace ephor::report {

// For attributes and text alike. Bytes that XML 1.0 cannot hold become spaces.
std::string EscapeXml(std::string_view text);

}  // namespace ephor::report
