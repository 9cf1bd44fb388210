#include "jmespath/functions/x509_fields.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "base/encoding.h"

namespace ephor::jmespath::functions {
namespace {

using json::ArrayBuilder;
using json::ObjectBuilder;

struct FreeNumber {
  void operator()(BIGNUM* p) const { BN_free(p); }
};
struct FreePss {
  void operator()(RSA_PSS_PARAMS* p) const { RSA_PSS_PARAMS_free(p); }
};

// The parts of an object identifier, from its encoding.
std::vector<std::uint64_t> Arcs(std::string_view encoded) {
  std::vector<std::uint64_t> arcs;
  std::uint64_t arc = 0;
  for (const char c : encoded) {
    const auto byte = static_cast<std::uint8_t>(c);
    arc = arc << 7 | (byte & 0x7f);
    if (byte & 0x80) continue;
    if (arcs.empty()) {
      const std::uint64_t root = std::min<std::uint64_t>(arc / 40, 2);
      arcs.push_back(root);
      arcs.push_back(arc - 40 * root);
    } else {
      arcs.push_back(arc);
    }
    arc = 0;
  }
  return arcs;
}

// Go knows RSASSA-PSS only with a salt as long as the digest.
int PssNumber(const X509_ALGOR* algorithm) {
  const std::unique_ptr<RSA_PSS_PARAMS, FreePss> parameters(static_cast<RSA_PSS_PARAMS*>(
      ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter)));
  if (!parameters || parameters->hashAlgorithm == nullptr || parameters->saltLength == nullptr) return 0;
  if (parameters->trailerField != nullptr && ASN1_INTEGER_get(parameters->trailerField) != 1) return 0;
  const ASN1_OBJECT* digest = nullptr;
  X509_ALGOR_get0(&digest, nullptr, nullptr, parameters->hashAlgorithm);
  const long salt = ASN1_INTEGER_get(parameters->saltLength);
  switch (OBJ_obj2nid(digest)) {
    case NID_sha256:
      return salt == 32 ? 13 : 0;
    case NID_sha384:
      return salt == 48 ? 14 : 0;
    case NID_sha512:
      return salt == 64 ? 15 : 0;
    default:
      return 0;
  }
}

}  // namespace

Value FieldWriter::Text(const ASN1_STRING* string) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, string);
  if (size < 0) return Base64(Bytes(string));
  const Value text =
      Text(std::string_view{reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size)});
  OPENSSL_free(utf8);
  return text;
}

Value FieldWriter::Base64(std::string_view bytes) {
  return bytes.empty() ? Value::Null() : Text(ephor::Base64Encode(bytes));
}

Value FieldWriter::OidList(std::string_view encoded) {
  ArrayBuilder list(arena_);
  for (const std::uint64_t arc : Arcs(encoded)) list.Add(Value::Number(static_cast<double>(arc)));
  return list.Build();
}

Value FieldWriter::OidText(std::string_view encoded) {
  std::string text;
  for (const std::uint64_t arc : Arcs(encoded)) {
    if (!text.empty()) text += '.';
    text += std::to_string(arc);
  }
  return Text(text);
}

Value FieldWriter::Decimal(const BIGNUM* number) {
  char* digits = BN_bn2dec(number);
  const Value text = Text(digits == nullptr ? "" : digits);
  OPENSSL_free(digits);
  return text;
}

Value FieldWriter::Address(std::string_view bytes) {
  // Go shows an IPv4 address that is mapped into IPv6 as IPv4.
  static constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  if (bytes.size() == 16 && bytes.starts_with(kMapped)) bytes.remove_prefix(12);
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof(text));
  return Text(text);
}

Value FieldWriter::Timestamp(const ASN1_TIME* time) {
  std::tm civil{};
  if (ASN1_TIME_to_tm(time, &civil) != 1) return Value::Null();
  char text[64];
  std::snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", civil.tm_year + 1900, civil.tm_mon + 1,
                civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec);
  return Text(std::string_view(text));
}

Value FieldWriter::Name(const X509_NAME* name) {
  struct Attribute {
    int nid;
    const char* member;
  };
  static constexpr Attribute kLists[] = {
      {NID_countryName, "Country"},
      {NID_organizationName, "Organization"},
      {NID_organizationalUnitName, "OrganizationalUnit"},
      {NID_localityName, "Locality"},
      {NID_stateOrProvinceName, "Province"},
      {NID_streetAddress, "StreetAddress"},
      {NID_postalCode, "PostalCode"},
  };
  ArrayBuilder names(arena_);
  Value common_name = Value::String(""), serial_number = Value::String("");
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const Value value = Text(X509_NAME_ENTRY_get_data(entry));
    const ASN1_OBJECT* type = X509_NAME_ENTRY_get_object(entry);
    ObjectBuilder pair(arena_, 2);
    pair.Set("Type", OidList(Encoded(type)));
    pair.Set("Value", value);
    names.Add(pair.Build());
    if (OBJ_obj2nid(type) == NID_commonName) common_name = value;
    if (OBJ_obj2nid(type) == NID_serialNumber) serial_number = value;
  }
  ObjectBuilder object(arena_, 16);
  for (const Attribute& attribute : kLists) {
    ArrayBuilder values(arena_);
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
      const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
      if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) != attribute.nid) continue;
      values.Add(Text(X509_NAME_ENTRY_get_data(entry)));
    }
    object.Set(attribute.member, ListOrNull(values));
  }
  object.Set("CommonName", common_name);
  object.Set("SerialNumber", serial_number);
  object.Set("Names", ListOrNull(names));
  object.Set("ExtraNames", Value::Null());
  return object.Build();
}

Value FieldWriter::Url(std::string_view text) {
  const auto cut = [&text](char mark) {
    const std::size_t at = text.find(mark);
    const std::string_view tail = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    text = text.substr(0, at);
    return tail;
  };
  const std::string_view fragment = cut('#');
  const std::string_view query = cut('?');
  std::string_view scheme, host, opaque;
  Value user = Value::Null();
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
    if (!text.starts_with('/')) {
      opaque = text;
      text = {};
    }
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t slash = std::min(text.find('/'), text.size());
    host = text.substr(0, slash);
    text.remove_prefix(slash);
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
      user = Value::Object({});
      host.remove_prefix(at + 1);
    }
  }
  ObjectBuilder url(arena_, 12);
  url.Set("Scheme", Text(scheme));
  url.Set("Opaque", Text(opaque));
  url.Set("User", user);
  url.Set("Host", Text(host));
  url.Set("Path", Text(text));
  url.Set("RawPath", Value::String(""));
  url.Set("OmitHost", Value::Bool(false));
  url.Set("ForceQuery", Value::Bool(false));
  url.Set("RawQuery", Text(query));
  url.Set("Fragment", Text(fragment));
  url.Set("RawFragment", Value::String(""));
  return url.Build();
}

Value FieldWriter::Extensions(const STACK_OF(X509_EXTENSION) * extensions) {
  ArrayBuilder list(arena_);
  for (int i = 0; i < sk_X509_EXTENSION_num(extensions); ++i) {
    X509_EXTENSION* extension = sk_X509_EXTENSION_value(extensions, i);
    ObjectBuilder object(arena_, 3);
    object.Set("Id", OidList(Encoded(X509_EXTENSION_get_object(extension))));
    object.Set("Critical", Value::Bool(X509_EXTENSION_get_critical(extension) != 0));
    object.Set("Value", Base64(Bytes(X509_EXTENSION_get_data(extension))));
    list.Add(object.Build());
  }
  return ListOrNull(list);
}

Result<Value> FieldWriter::PublicKey(X509_PUBKEY* encoded) {
  ASN1_OBJECT* algorithm = nullptr;
  X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, encoded);
  if (OBJ_obj2nid(algorithm) != NID_rsaEncryption)
    return EvaluationError("certificate should use rsa algorithm");
  const EVP_PKEY* key = X509_PUBKEY_get0(encoded);
  BIGNUM* modulus = nullptr;
  BIGNUM* exponent = nullptr;
  const bool read = key != nullptr && EVP_PKEY_get_bn_param(key, "n", &modulus) == 1 &&
                    EVP_PKEY_get_bn_param(key, "e", &exponent) == 1;
  const std::unique_ptr<BIGNUM, FreeNumber> n(modulus), e(exponent);
  if (!read) return EvaluationError("failed to parse subject public key info");
  ObjectBuilder object(arena_, 2);
  object.Set("N", Decimal(n.get()));
  object.Set("E", Value::Int(static_cast<std::int64_t>(BN_get_word(e.get()))));
  return object.Build();
}

int SignatureNumber(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  switch (OBJ_obj2nid(object)) {
    case NID_md5WithRSAEncryption:
      return 2;
    case NID_sha1WithRSAEncryption:
    case NID_sha1WithRSA:
      return 3;
    case NID_sha256WithRSAEncryption:
      return 4;
    case NID_sha384WithRSAEncryption:
      return 5;
    case NID_sha512WithRSAEncryption:
      return 6;
    case NID_dsaWithSHA1:
      return 7;
    case NID_dsa_with_SHA256:
      return 8;
    case NID_ecdsa_with_SHA1:
      return 9;
    case NID_ecdsa_with_SHA256:
      return 10;
    case NID_ecdsa_with_SHA384:
      return 11;
    case NID_ecdsa_with_SHA512:
      return 12;
    case NID_rsassaPss:
      return PssNumber(algorithm);
    case NID_ED25519:
      return 16;
    default:
      return 0;
  }
}

void AddAlternativeName(FieldWriter& writer, const GENERAL_NAME* name, NameLists& lists) {
  switch (name->type) {
    case GEN_DNS:
      lists.dns.Add(writer.Text(Bytes(name->d.dNSName)));
      break;
    case GEN_EMAIL:
      lists.email.Add(writer.Text(Bytes(name->d.rfc822Name)));
      break;
    case GEN_IPADD:
      lists.address.Add(writer.Address(Bytes(name->d.iPAddress)));
      break;
    case GEN_URI:
      lists.uri.Add(writer.Url(Bytes(name->d.uniformResourceIdentifier)));
      break;
    default:
      break;
  }
}

void SetNames(NameLists& lists, ObjectBuilder& object) {
  object.Set("DNSNames", FieldWriter::ListOrNull(lists.dns));
  object.Set("EmailAddresses", FieldWriter::ListOrNull(lists.email));
  object.Set("IPAddresses", FieldWriter::ListOrNull(lists.address));
  object.Set("URIs", FieldWriter::ListOrNull(lists.uri));
}

}  // namespace ephor::jmespath::functions
