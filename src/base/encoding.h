// Bytes as text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ephor {

std::string Base64Encode(std::string_view bytes);
void AppendBase64(std::string_view bytes, std::string& out);
// Standard alphabet with padding, line ends ignored. Fails with Go's text: illegal base64 data at input byte
// N.
Result<std::string> Base64Decode(std::string_view text);
std::string HexEncode(std::string_view bytes);  // lower case

}  // namespace ephor
