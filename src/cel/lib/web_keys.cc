#include "cel/lib/web_keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <memory>

#include "base/encoding.h"
#include "base/hash.h"

namespace ephor::cel::lib {
namespace {

template <auto release>
struct Release {
  void operator()(auto* object) const { release(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A member that holds bytes; "" where it is not there or cannot be read.
std::string BytesAt(const json::Value& key, std::string_view name) {
  const json::Value* member = key.Find(json::Key(name));
  const auto bytes = DecodeBase64Url(member != nullptr && member->is_string() ? member->as_string() : "");
  return bytes ? *bytes : "";
}

Number NumberOf(std::string_view bytes) {
  return Number(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

Key MakeKey(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) <= 0)
    return nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) <= 0) return nullptr;
  return Key(key);
}

// Longer numbers are no keys that anybody uses, and take long to compute with.
constexpr std::size_t kMostModulus = 1024;

Key RsaKey(const json::Value& key) {
  const std::string modulus = BytesAt(key, "n"), exponent = BytesAt(key, "e");
  if (modulus.empty() || modulus.size() > kMostModulus || exponent.empty() || exponent.size() > 8)
    return nullptr;
  const Number n = NumberOf(modulus), e = NumberOf(exponent);
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 0 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 0) {
    return nullptr;
  }
  return MakeKey("RSA", builder.get());
}

// What an algorithm is made of.
struct Algorithm {
  std::string_view name;
  std::string_view key_type;
  const EVP_MD* (*digest)();
  std::string_view curve = {};
  const char* group = nullptr;
  std::size_t size = 0;  // of a coordinate, and of each half of the signature
  bool pss = false;
};
constexpr Algorithm kAlgorithms[] = {
    {"RS256", "RSA", EVP_sha256},
    {"RS384", "RSA", EVP_sha384},
    {"RS512", "RSA", EVP_sha512},
    {"PS256", "RSA", EVP_sha256, {}, nullptr, 0, true},
    {"PS384", "RSA", EVP_sha384, {}, nullptr, 0, true},
    {"PS512", "RSA", EVP_sha512, {}, nullptr, 0, true},
    {"ES256", "EC", EVP_sha256, "P-256", "prime256v1", 32},
    {"ES384", "EC", EVP_sha384, "P-384", "secp384r1", 48},
    {"ES512", "EC", EVP_sha512, "P-521", "secp521r1", 66},
    {"EdDSA", "OKP", nullptr, "Ed25519"},
};

Key CurveKey(const json::Value& key, const Algorithm& algorithm) {
  const std::string x = BytesAt(key, "x"), y = BytesAt(key, "y");
  if (key.StringAt("crv") != algorithm.curve || x.size() != algorithm.size || y.size() != algorithm.size)
    return nullptr;
  const std::string point = "\x04" + x + y;  // uncompressed
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, algorithm.group, 0) == 0 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) ==
          0) {
    return nullptr;
  }
  return MakeKey("EC", builder.get());
}

Key EdwardsKey(const json::Value& key) {
  const std::string x = BytesAt(key, "x");
  if (key.StringAt("crv") != "Ed25519" || x.size() != 32) return nullptr;
  return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(x), x.size()));
}

// The two halves of a signature as OpenSSL wants them; "" where the length is not theirs.
std::string DerOf(std::string_view signature, std::size_t half) {
  if (signature.size() != 2 * half) return "";
  const std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
  // Takes both numbers over.
  ECDSA_SIG_set0(pair.get(), NumberOf(signature.substr(0, half)).release(),
                 NumberOf(signature.substr(half)).release());
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  std::string text =
      length > 0 ? std::string(reinterpret_cast<char*>(der), static_cast<std::size_t>(length)) : "";
  OPENSSL_free(der);
  return text;
}

bool VerifyPublic(const json::Value& key, const Algorithm& algorithm, std::string_view bytes,
                  std::string_view signature) {
  const bool curve = algorithm.key_type == "EC";
  const Key public_key = curve                         ? CurveKey(key, algorithm)
                         : algorithm.key_type == "OKP" ? EdwardsKey(key)
                                                       : RsaKey(key);
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // the digest context's
  if (public_key == nullptr || context == nullptr) return false;
  const EVP_MD* digest = algorithm.digest != nullptr ? algorithm.digest() : nullptr;
  if (EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr, public_key.get()) <= 0) return false;
  if (algorithm.pss && (EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) <= 0 ||
                        EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_AUTO) <= 0)) {
    return false;
  }
  const std::string der = curve ? DerOf(signature, algorithm.size) : "";
  if (curve) signature = der;
  return EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(bytes), bytes.size()) == 1;
}

}  // namespace

Result<std::string> DecodeBase64Url(std::string_view part) {
  std::string text(part);
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  while (text.size() % 4 != 0) text += '=';
  return Base64Decode(text);
}

std::string HmacOf(std::string_view algorithm, std::string_view secret, std::string_view bytes) {
  if (algorithm == "HS256") return HmacSha256(secret, bytes);
  if (algorithm == "HS384") return HmacSha384(secret, bytes);
  if (algorithm == "HS512") return HmacSha512(secret, bytes);
  return "";
}

bool VerifiesWith(const json::Value& key, std::string_view algorithm, std::string_view signed_bytes,
                  std::string_view signature) {
  const json::Value* own = key.Find("alg");
  if (own != nullptr && (!own->is_string() || own->as_string() != algorithm)) return false;
  if (key.StringAt("kty") == "oct") {
    const std::string secret = BytesAt(key, "k"), expected = HmacOf(algorithm, secret, signed_bytes);
    return !secret.empty() && !expected.empty() && EqualInConstantTime(signature, expected);
  }
  for (const Algorithm& known : kAlgorithms) {
    if (known.name == algorithm && known.key_type == key.StringAt("kty"))
      return VerifyPublic(key, known, signed_bytes, signature);
  }
  return false;
}

}  // namespace ephor::cel::lib
