#include "base/hash.h"

#include <openssl/evp.h>

#include "base/encoding.h"

namespace ephor {
namespace {

std::string DigestHex(const EVP_MD* algorithm, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  // Fails only where the algorithm is switched off (MD5 under FIPS); there is no digest then.
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, algorithm, nullptr) != 1) return {};
  return HexEncode({reinterpret_cast<const char*>(digest), size});
}

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  return DigestHex(EVP_sha256(), bytes);
}

std::string Sha1Hex(std::string_view bytes) {
  return DigestHex(EVP_sha1(), bytes);
}

std::string Md5Hex(std::string_view bytes) {
  return DigestHex(EVP_md5(), bytes);
}

}  // namespace ephor
