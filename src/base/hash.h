// Digests (OpenSSL), as lower-case hexadecimal text. Empty where the system forbids the algorithm (MD5 and
// SHA-1 under FIPS).
#pragma once

#include <string>
#include <string_view>

namespace ephor {

std::string Sha256Hex(std::string_view bytes);
std::string Sha1Hex(std::string_view bytes);
std::string Md5Hex(std::string_view bytes);

// HMAC of a secret and a text (OpenSSL), as bytes. Empty where the system forbids the algorithm.
std::string HmacSha256(std::string_view secret, std::string_view bytes);
std::string HmacSha384(std::string_view secret, std::string_view bytes);
std::string HmacSha512(std::string_view secret, std::string_view bytes);

// Takes the same time wherever the texts differ, so that a secret cannot be guessed byte by byte.
bool EqualInConstantTime(std::string_view a, std::string_view b);

}  // namespace ephor
