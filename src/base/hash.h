// Digests (OpenSSL), as lower-case hexadecimal text. Empty where the system forbids the algorithm (MD5 and
// SHA-1 under FIPS).
#pragma once

#include <string>
#include <string_view>

namespace ephor {

std::string Sha256Hex(std::string_view bytes);
std::string Sha1Hex(std::string_view bytes);
std::string Md5Hex(std::string_view bytes);

}  // namespace ephor
