// Keys as JSON writes them (RFC 7517), and the signatures they verify (RFC 7518).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace ephor::cel::lib {

// Of base64url without padding.
Result<std::string> DecodeBase64Url(std::string_view text);

// The signature that a secret gives, of HS256, HS384 or HS512; "" of any other algorithm.
std::string HmacOf(std::string_view algorithm, std::string_view secret, std::string_view bytes);

// Whether a key verifies a signature of an algorithm. A key that cannot be read, or is not for the algorithm,
// verifies nothing. Keys are of the types oct (HS256, HS384, HS512), RSA (RS256 ... PS512), EC (ES256, ES384,
// ES512) and OKP (EdDSA with Ed25519).
bool VerifiesWith(const json::Value& key, std::string_view algorithm, std::string_view signed_bytes,
                  std::string_view signature);

}  // namespace ephor::cel::lib
