#include "net/certificate.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

namespace ephor::net {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;

std::unexpected<Error> Failed(const char* what) {
  ERR_clear_error();
  return Fail(ErrorCode::kInternal, std::string("cannot ") + what);
}

std::string Text(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

Result<KeyPair> Encode(X509* certificate, EVP_PKEY* key) {
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_text.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Failed("encode a certificate");
  }
  return KeyPair{Text(certificate_text.get()), Text(key_text.get())};
}

Certificate ReadCertificate(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

bool AddExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

// A new certificate without issuer, extensions and signature.
Certificate Blank(EVP_PKEY* key, std::string_view common_name, std::chrono::hours validity) {
  Certificate made(X509_new());
  X509* const x = made.get();
  X509_set_version(x, X509_VERSION_3);
  // Random, so that no two certificates of one issuer share a number.
  const std::unique_ptr<BIGNUM, Deleter<BN_free>> serial(BN_new());
  if (BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) != 1) return nullptr;
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(x));
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_time_adj_ex(X509_getm_notAfter(x), static_cast<int>(validity.count() / 24),
                   static_cast<long>(validity.count() % 24) * 3600, nullptr);
  // A common name has at most 64 characters; the names that count are the alternative ones.
  const std::string_view name = common_name.substr(0, 64);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
  return X509_set_pubkey(x, key) == 1 ? std::move(made) : nullptr;
}

Result<std::string> AlternativeNames(std::span<const std::string> names) {
  std::string all;
  for (const std::string& name : names) {
    // The text is read by a small language, in which these have a meaning.
    if (name.empty() || name.find_first_of(",:\n;=") != std::string::npos) {
      std::array<unsigned char, 16> address;
      if (inet_pton(AF_INET6, name.c_str(), address.data()) != 1) {
        return InvalidInput("'" + name + "' is no name for a certificate");
      }
    }
    std::array<unsigned char, 16> address;
    const bool ip = inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
                    inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
    if (!all.empty()) all += ',';
    all.append(ip ? "IP:" : "DNS:").append(name);
  }
  return all;
}

}  // namespace

Result<KeyPair> MakeAuthority(std::string_view common_name, std::chrono::hours validity) {
  const Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return Failed("make a key");
  const Certificate made = Blank(key.get(), common_name, validity);
  X509* const x = made.get();
  if (x == nullptr || X509_set_issuer_name(x, X509_get_subject_name(x)) != 1 ||
      !AddExtension(x, x, NID_basic_constraints, "critical,CA:TRUE") ||
      !AddExtension(x, x, NID_key_usage, "critical,digitalSignature,keyCertSign") ||
      !AddExtension(x, x, NID_subject_key_identifier, "hash") || X509_sign(x, key.get(), EVP_sha256()) == 0) {
    return Failed("make an authority's certificate");
  }
  return Encode(x, key.get());
}

Result<KeyPair> MakeServerCertificate(const KeyPair& authority, std::span<const std::string> names,
                                      std::chrono::hours validity) {
  if (names.empty()) return InvalidInput("a server certificate needs a name");
  EPHOR_ASSIGN(const std::string alternatives, AlternativeNames(names));
  const Certificate issuer = ReadCertificate(authority.certificate);
  const Bio bio(BIO_new_mem_buf(authority.key.data(), static_cast<int>(authority.key.size())));
  const Key issuer_key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (issuer == nullptr || issuer_key == nullptr) {
    ERR_clear_error();
    return InvalidInput("the authority's certificate or key is not in PEM form");
  }
  const Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return Failed("make a key");
  const Certificate made = Blank(key.get(), names.front(), validity);
  X509* const x = made.get();
  if (x == nullptr || X509_set_issuer_name(x, X509_get_subject_name(issuer.get())) != 1 ||
      !AddExtension(x, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !AddExtension(x, issuer.get(), NID_key_usage, "critical,digitalSignature") ||
      !AddExtension(x, issuer.get(), NID_ext_key_usage, "serverAuth") ||
      !AddExtension(x, issuer.get(), NID_authority_key_identifier, "keyid") ||
      !AddExtension(x, issuer.get(), NID_subject_alt_name, alternatives) ||
      X509_sign(x, issuer_key.get(), EVP_sha256()) == 0) {
    return Failed("make a server certificate");
  }
  return Encode(x, key.get());
}

bool CertificateHolds(std::string_view certificate, std::string_view authority, std::chrono::hours at_least) {
  const Certificate leaf = ReadCertificate(certificate);
  bool holds = leaf != nullptr;
  if (holds) {
    std::time_t until = std::time(nullptr) + std::chrono::seconds(at_least).count();
    holds = X509_cmp_time(X509_get0_notAfter(leaf.get()), &until) > 0;
  }
  if (holds && !authority.empty()) {
    const Certificate issuer = ReadCertificate(authority);
    holds = issuer != nullptr && X509_verify(leaf.get(), X509_get0_pubkey(issuer.get())) == 1;
  }
  ERR_clear_error();
  return holds;
}

bool CertificateNames(std::string_view certificate, std::span<const std::string> names) {
  const Certificate leaf = ReadCertificate(certificate);
  ERR_clear_error();
  if (leaf == nullptr) return false;
  for (const std::string& name : names) {
    const bool named = X509_check_ip_asc(leaf.get(), name.c_str(), 0) == 1 ||
                       X509_check_host(leaf.get(), name.data(), name.size(), 0, nullptr) == 1;
    if (!named) return false;
  }
  return true;
}

}  // namespace ephor::net
