#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <limits>

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

std::string Hmac(const EVP_MD* algorithm, std::string_view secret, std::string_view bytes) {
  if (secret.size() > std::numeric_limits<int>::max()) return {};
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (HMAC(algorithm, secret.data(), static_cast<int>(secret.size()), data, bytes.size(), digest, &size) ==
      nullptr) {
    return {};
  }
  return {reinterpret_cast<const char*>(digest), size};
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

std::string HmacSha256(std::string_view secret, std::string_view bytes) {
  return Hmac(EVP_sha256(), secret, bytes);
}

std::string HmacSha384(std::string_view secret, std::string_view bytes) {
  return Hmac(EVP_sha384(), secret, bytes);
}

std::string HmacSha512(std::string_view secret, std::string_view bytes) {
  return Hmac(EVP_sha512(), secret, bytes);
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace ephor
