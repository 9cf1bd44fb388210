// x509_decode(): a certificate or certificate request with an RSA key as an object, whose members are those
// of Go's crypto/x509 structures as encoding/json prints them; policies address them by these names.
#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>

#include "base/encoding.h"
#include "base/number.h"
#include "jmespath/functions/der.h"
#include "jmespath/functions/families.h"
#include "json/builder.h"

namespace ephor::jmespath::functions {
namespace {

using json::ArrayBuilder;
using json::Key;
using json::Member;
using json::ObjectBuilder;

struct Free {
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_REQ* p) const { X509_REQ_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(BASIC_CONSTRAINTS* p) const { BASIC_CONSTRAINTS_free(p); }
  void operator()(GENERAL_NAMES* p) const { GENERAL_NAMES_free(p); }
  void operator()(EXTENDED_KEY_USAGE* p) const { EXTENDED_KEY_USAGE_free(p); }
  void operator()(AUTHORITY_KEYID* p) const { AUTHORITY_KEYID_free(p); }
  void operator()(AUTHORITY_INFO_ACCESS* p) const { AUTHORITY_INFO_ACCESS_free(p); }
  void operator()(CRL_DIST_POINTS* p) const { CRL_DIST_POINTS_free(p); }
  void operator()(CERTIFICATEPOLICIES* p) const { CERTIFICATEPOLICIES_free(p); }
  void operator()(NAME_CONSTRAINTS* p) const { NAME_CONSTRAINTS_free(p); }
  void operator()(POLICY_CONSTRAINTS* p) const { POLICY_CONSTRAINTS_free(p); }
  void operator()(POLICY_MAPPINGS* p) const { sk_POLICY_MAPPING_pop_free(p, POLICY_MAPPING_free); }
  void operator()(ASN1_BIT_STRING* p) const { ASN1_STRING_free(p); }  // also the integer and octet strings
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

std::string_view Bytes(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

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

std::string_view Encoded(const ASN1_OBJECT* object) {
  return {reinterpret_cast<const char*>(OBJ_get0_data(object)), OBJ_length(object)};
}

bool IsOid(const ASN1_OBJECT* object, int nid) {
  return OBJ_obj2nid(object) == nid;
}

// What a DER text of a PEM block of one type is, or an error.
struct PemBlock {
  std::string_view type;
  std::string der;
};

// The first block of a PEM text, as RFC 7468 writes it; headers before the data are skipped.
std::optional<PemBlock> DecodePem(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ", kDashes = "-----";
  for (std::size_t at = 0; (at = text.find(kBegin, at)) != std::string_view::npos; at += kBegin.size()) {
    if (at > 0 && text[at - 1] != '\n') continue;
    const std::size_t type_start = at + kBegin.size();
    const std::size_t type_end = text.find(kDashes, type_start);
    if (type_end == std::string_view::npos) return std::nullopt;
    const std::string_view type = text.substr(type_start, type_end - type_start);
    const std::string end_line = "-----END " + std::string(type) + "-----";
    std::size_t start = type_end + kDashes.size();
    const std::size_t end = text.find(end_line, start);
    if (type.find('\n') != std::string_view::npos || end == std::string_view::npos) continue;
    const std::string_view body = text.substr(start, end - start);
    // Headers are lines with a colon, and an empty line behind them.
    const std::size_t colon = body.rfind(':');
    if (colon != std::string_view::npos) start += std::min(body.find('\n', colon), body.size());
    std::string packed;
    for (const char c : text.substr(start, end - start)) {
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') packed += c;
    }
    auto der = ephor::Base64Decode(packed);
    if (der) return PemBlock{type, *std::move(der)};
  }
  return std::nullopt;
}

// Makes the values; everything it returns is in the arena.
class Writer {
 public:
  explicit Writer(Arena& arena) : arena_(arena) {}

  Value Text(std::string_view text) { return Value::String(arena_.Copy(text)); }
  Value Base64(std::string_view bytes) {
    return bytes.empty() ? Value::Null() : Text(ephor::Base64Encode(bytes));
  }

  // Of asn1.ObjectIdentifier: a list of numbers.
  Value OidList(std::string_view encoded) {
    ArrayBuilder list(arena_);
    for (const std::uint64_t arc : Arcs(encoded)) list.Add(Value::Number(static_cast<double>(arc)));
    return list.Build();
  }
  // Of x509.OID: numbers between dots.
  Value OidText(std::string_view encoded) {
    std::string text;
    for (const std::uint64_t arc : Arcs(encoded)) {
      if (!text.empty()) text += '.';
      text += std::to_string(arc);
    }
    return Text(text);
  }

  Value Decimal(const BIGNUM* number) {
    char* digits = BN_bn2dec(number);
    const Value text = Text(digits == nullptr ? "" : digits);
    OPENSSL_free(digits);
    return text;
  }

  Value Address(std::string_view bytes) {
    // Go shows an IPv4 address that is mapped into IPv6 as IPv4.
    static constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
    if (bytes.size() == 16 && bytes.starts_with(kMapped)) bytes.remove_prefix(12);
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof(text));
    return Text(text);
  }

  // A list that is null where it is empty, as Go prints a slice that was never made.
  static Value ListOrNull(ArrayBuilder& list) { return list.size() == 0 ? Value::Null() : list.Build(); }

  Arena& arena() { return arena_; }

 private:
  Arena& arena_;
};

Value AsText(Writer& writer, const ASN1_STRING* string) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, string);
  if (size < 0) return writer.Base64(Bytes(string));
  const Value text = writer.Text({reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size)});
  OPENSSL_free(utf8);
  return text;
}

// pkix.Name.
Value Name(Writer& writer, const X509_NAME* name) {
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
  Arena& arena = writer.arena();
  ArrayBuilder names(arena);
  Value common_name = Value::String(""), serial_number = Value::String("");
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const Value value = AsText(writer, X509_NAME_ENTRY_get_data(entry));
    const ASN1_OBJECT* type = X509_NAME_ENTRY_get_object(entry);
    ObjectBuilder pair(arena, 2);
    pair.Set("Type", writer.OidList(Encoded(type)));
    pair.Set("Value", value);
    names.Add(pair.Build());
    if (IsOid(type, NID_commonName)) common_name = value;
    if (IsOid(type, NID_serialNumber)) serial_number = value;
  }
  ObjectBuilder object(arena, 16);
  for (const Attribute& attribute : kLists) {
    ArrayBuilder values(arena);
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
      const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
      if (!IsOid(X509_NAME_ENTRY_get_object(entry), attribute.nid)) continue;
      values.Add(AsText(writer, X509_NAME_ENTRY_get_data(entry)));
    }
    object.Set(attribute.member, Writer::ListOrNull(values));
  }
  object.Set("CommonName", common_name);
  object.Set("SerialNumber", serial_number);
  object.Set("Names", Writer::ListOrNull(names));
  object.Set("ExtraNames", Value::Null());
  return object.Build();
}

// The number of Go's x509.SignatureAlgorithm; 0 is unknown.
int SignatureNumber(int signature_nid, int digest_nid) {
  switch (signature_nid) {
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
      return digest_nid == NID_sha256   ? 13
             : digest_nid == NID_sha384 ? 14
             : digest_nid == NID_sha512 ? 15
                                        : 0;
    case NID_ED25519:
      return 16;
    default:
      return 0;
  }
}

// N and E of the key. Fails for other keys than RSA.
Result<Value> PublicKey(Writer& writer, const EVP_PKEY* key, const ASN1_OBJECT* algorithm) {
  if (!IsOid(algorithm, NID_rsaEncryption)) return EvaluationError("certificate should use rsa algorithm");
  BIGNUM* modulus = nullptr;
  BIGNUM* exponent = nullptr;
  const bool read = key != nullptr && EVP_PKEY_get_bn_param(key, "n", &modulus) == 1 &&
                    EVP_PKEY_get_bn_param(key, "e", &exponent) == 1;
  const Owned<BIGNUM> n(modulus), e(exponent);
  if (!read) return EvaluationError("failed to parse subject public key info");
  ObjectBuilder object(writer.arena(), 2);
  object.Set("N", writer.Decimal(n.get()));
  object.Set("E", Value::Int(static_cast<std::int64_t>(BN_get_word(e.get()))));
  return object.Build();
}

Value Timestamp(Writer& writer, const ASN1_TIME* time) {
  std::tm civil{};
  if (ASN1_TIME_to_tm(time, &civil) != 1) return Value::Null();
  char text[64];
  std::snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", civil.tm_year + 1900, civil.tm_mon + 1,
                civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec);
  return writer.Text(text);
}

// url.URL, for the plain forms that names have.
Value Url(Writer& writer, std::string_view text) {
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
  ObjectBuilder url(writer.arena(), 12);
  url.Set("Scheme", writer.Text(scheme));
  url.Set("Opaque", writer.Text(opaque));
  url.Set("User", user);
  url.Set("Host", writer.Text(host));
  url.Set("Path", writer.Text(text));
  url.Set("RawPath", Value::String(""));
  url.Set("OmitHost", Value::Bool(false));
  url.Set("ForceQuery", Value::Bool(false));
  url.Set("RawQuery", writer.Text(query));
  url.Set("Fragment", writer.Text(fragment));
  url.Set("RawFragment", Value::String(""));
  return url.Build();
}

// Names by kind, of a subject's alternative names or of a name constraint.
struct NameLists {
  explicit NameLists(Arena& arena) : dns(arena), email(arena), address(arena), uri(arena) {}
  ArrayBuilder dns, email, address, uri;
  std::size_t size() const { return dns.size() + email.size() + address.size() + uri.size(); }
};

void AddAlternativeName(Writer& writer, const GENERAL_NAME* name, NameLists& lists) {
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
      lists.uri.Add(Url(writer, Bytes(name->d.uniformResourceIdentifier)));
      break;
    default:
      break;
  }
}

// Ranges are net.IPNet: an address and a mask. URI constraints are host names.
void AddConstraint(Writer& writer, const GENERAL_NAME* name, NameLists& lists) {
  if (name->type == GEN_URI) {
    lists.uri.Add(writer.Text(Bytes(name->d.uniformResourceIdentifier)));
  } else if (name->type == GEN_IPADD) {
    const std::string_view bytes = Bytes(name->d.iPAddress);
    ObjectBuilder range(writer.arena(), 2);
    range.Set("IP", writer.Address(bytes.substr(0, bytes.size() / 2)));
    range.Set("Mask", writer.Base64(bytes.substr(bytes.size() / 2)));
    lists.address.Add(range.Build());
  } else {
    AddAlternativeName(writer, name, lists);
  }
}

void SetNames(const NameLists& lists, ObjectBuilder& object) {
  auto copy = lists;
  object.Set("DNSNames", Writer::ListOrNull(copy.dns));
  object.Set("EmailAddresses", Writer::ListOrNull(copy.email));
  object.Set("IPAddresses", Writer::ListOrNull(copy.address));
  object.Set("URIs", Writer::ListOrNull(copy.uri));
}

Value Extensions(Writer& writer, const STACK_OF(X509_EXTENSION) * extensions) {
  ArrayBuilder list(writer.arena());
  for (int i = 0; i < sk_X509_EXTENSION_num(extensions); ++i) {
    X509_EXTENSION* extension = sk_X509_EXTENSION_value(extensions, i);
    ObjectBuilder object(writer.arena(), 3);
    object.Set("Id", writer.OidList(Encoded(X509_EXTENSION_get_object(extension))));
    object.Set("Critical", Value::Bool(X509_EXTENSION_get_critical(extension) != 0));
    object.Set("Value", writer.Base64(Bytes(X509_EXTENSION_get_data(extension))));
    list.Add(object.Build());
  }
  return Writer::ListOrNull(list);
}

// The parts of a certificate that its extensions hold.
class CertificateExtensions {
 public:
  CertificateExtensions(Writer& writer, const X509* certificate, ObjectBuilder& object)
      : writer_(writer), certificate_(certificate), object_(object) {}

  void Write() {
    const STACK_OF(X509_EXTENSION)* all = X509_get0_extensions(certificate_);
    object_.Set("Extensions", Extensions(writer_, all));
    object_.Set("ExtraExtensions", Value::Null());
    WriteKeyUsage();
    WriteExtendedKeyUsage();
    WriteBasicConstraints();
    WriteKeyIds();
    WriteAccess();
    const bool has_names = WriteAlternativeNames();
    WriteNameConstraints();
    WriteDistributionPoints();
    WritePolicies();
    WritePolicyConstraints();
    WriteUnhandled(all, has_names);
  }

 private:
  template <class T>
  Owned<T> Get(int nid) const {
    return Owned<T>(static_cast<T*>(X509_get_ext_d2i(certificate_, nid, nullptr, nullptr)));
  }
  Arena& arena() { return writer_.arena(); }

  void WriteKeyUsage() {
    const auto bits = Get<ASN1_BIT_STRING>(NID_key_usage);
    int usage = 0;
    for (int i = 0; bits && i < 9; ++i) usage |= ASN1_BIT_STRING_get_bit(bits.get(), i) << i;
    object_.Set("KeyUsage", Value::Int(usage));
  }

  // The order is that of Go's x509.ExtKeyUsage.
  void WriteExtendedKeyUsage() {
    static constexpr int kKnown[] = {NID_anyExtendedKeyUsage, NID_server_auth,   NID_client_auth,
                                     NID_code_sign,           NID_email_protect, NID_ipsecEndSystem,
                                     NID_ipsecTunnel,         NID_ipsecUser,     NID_time_stamp,
                                     NID_OCSP_sign,           NID_ms_sgc,        NID_ns_sgc,
                                     NID_ms_code_com};
    const auto usages = Get<EXTENDED_KEY_USAGE>(NID_ext_key_usage);
    ArrayBuilder known(arena()), unknown(arena());
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
      const ASN1_OBJECT* usage = sk_ASN1_OBJECT_value(usages.get(), i);
      const auto* place = std::find(std::begin(kKnown), std::end(kKnown), OBJ_obj2nid(usage));
      if (place != std::end(kKnown)) {
        known.Add(Value::Int(place - std::begin(kKnown)));
      } else {
        unknown.Add(writer_.OidList(Encoded(usage)));
      }
    }
    object_.Set("ExtKeyUsage", Writer::ListOrNull(known));
    object_.Set("UnknownExtKeyUsage", Writer::ListOrNull(unknown));
  }

  void WriteBasicConstraints() {
    const auto constraints = Get<BASIC_CONSTRAINTS>(NID_basic_constraints);
    std::int64_t length = constraints ? -1 : 0;
    if (constraints && constraints->pathlen != nullptr) length = ASN1_INTEGER_get(constraints->pathlen);
    object_.Set("BasicConstraintsValid", Value::Bool(constraints != nullptr));
    object_.Set("IsCA", Value::Bool(constraints && constraints->ca != 0));
    object_.Set("MaxPathLen", Value::Int(length));
    object_.Set("MaxPathLenZero", Value::Bool(constraints && length == 0));
  }

  void WriteKeyIds() {
    const Owned<ASN1_OCTET_STRING> subject = Get<ASN1_OCTET_STRING>(NID_subject_key_identifier);
    object_.Set("SubjectKeyId", subject ? writer_.Base64(Bytes(subject.get())) : Value::Null());
    const auto authority = Get<AUTHORITY_KEYID>(NID_authority_key_identifier);
    const bool has_id = authority && authority->keyid != nullptr;
    object_.Set("AuthorityKeyId", has_id ? writer_.Base64(Bytes(authority->keyid)) : Value::Null());
  }

  void WriteAccess() {
    const auto access = Get<AUTHORITY_INFO_ACCESS>(NID_info_access);
    ArrayBuilder ocsp(arena()), issuers(arena());
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
      const ACCESS_DESCRIPTION* entry = sk_ACCESS_DESCRIPTION_value(access.get(), i);
      if (entry->location->type != GEN_URI) continue;
      const Value url = writer_.Text(Bytes(entry->location->d.uniformResourceIdentifier));
      if (IsOid(entry->method, NID_ad_OCSP)) ocsp.Add(url);
      if (IsOid(entry->method, NID_ad_ca_issuers)) issuers.Add(url);
    }
    object_.Set("OCSPServer", Writer::ListOrNull(ocsp));
    object_.Set("IssuingCertificateURL", Writer::ListOrNull(issuers));
  }

  bool WriteAlternativeNames() {
    const auto names = Get<GENERAL_NAMES>(NID_subject_alt_name);
    NameLists lists(arena());
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
      AddAlternativeName(writer_, sk_GENERAL_NAME_value(names.get(), i), lists);
    }
    SetNames(lists, object_);
    return lists.size() > 0;
  }

  void WriteNameConstraints() {
    const auto constraints = Get<NAME_CONSTRAINTS>(NID_name_constraints);
    const int index = X509_get_ext_by_NID(certificate_, NID_name_constraints, -1);
    object_.Set(
        "PermittedDNSDomainsCritical",
        Value::Bool(index >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate_, index)) != 0));
    WriteSubtrees(
        constraints ? constraints->permittedSubtrees : nullptr,
        {"PermittedDNSDomains", "PermittedEmailAddresses", "PermittedIPRanges", "PermittedURIDomains"});
    WriteSubtrees(constraints ? constraints->excludedSubtrees : nullptr,
                  {"ExcludedDNSDomains", "ExcludedEmailAddresses", "ExcludedIPRanges", "ExcludedURIDomains"});
  }

  void WriteSubtrees(const STACK_OF(GENERAL_SUBTREE) * trees, const std::array<const char*, 4>& members) {
    NameLists lists(arena());
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(trees); ++i) {
      AddConstraint(writer_, sk_GENERAL_SUBTREE_value(trees, i)->base, lists);
    }
    object_.Set(members[0], Writer::ListOrNull(lists.dns));
    object_.Set(members[1], Writer::ListOrNull(lists.email));
    object_.Set(members[2], Writer::ListOrNull(lists.address));
    object_.Set(members[3], Writer::ListOrNull(lists.uri));
  }

  void WriteDistributionPoints() {
    const auto points = Get<CRL_DIST_POINTS>(NID_crl_distribution_points);
    ArrayBuilder urls(arena());
    for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
      const DIST_POINT_NAME* point = sk_DIST_POINT_value(points.get(), i)->distpoint;
      if (point == nullptr || point->type != 0) continue;
      for (int k = 0; k < sk_GENERAL_NAME_num(point->name.fullname); ++k) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(point->name.fullname, k);
        if (name->type == GEN_URI) urls.Add(writer_.Text(Bytes(name->d.uniformResourceIdentifier)));
      }
    }
    object_.Set("CRLDistributionPoints", Writer::ListOrNull(urls));
  }

  void WritePolicies() {
    const auto policies = Get<CERTIFICATEPOLICIES>(NID_certificate_policies);
    ArrayBuilder lists(arena()), texts(arena());
    for (int i = 0; i < sk_POLICYINFO_num(policies.get()); ++i) {
      const std::string_view oid = Encoded(sk_POLICYINFO_value(policies.get(), i)->policyid);
      lists.Add(writer_.OidList(oid));
      texts.Add(writer_.OidText(oid));
    }
    object_.Set("PolicyIdentifiers", Writer::ListOrNull(lists));
    object_.Set("Policies", Writer::ListOrNull(texts));
    const auto mappings = Get<POLICY_MAPPINGS>(NID_policy_mappings);
    ArrayBuilder pairs(arena());
    for (int i = 0; i < sk_POLICY_MAPPING_num(mappings.get()); ++i) {
      const POLICY_MAPPING* mapping = sk_POLICY_MAPPING_value(mappings.get(), i);
      ObjectBuilder pair(arena(), 2);
      pair.Set("IssuerDomainPolicy", writer_.OidText(Encoded(mapping->issuerDomainPolicy)));
      pair.Set("SubjectDomainPolicy", writer_.OidText(Encoded(mapping->subjectDomainPolicy)));
      pairs.Add(pair.Build());
    }
    object_.Set("PolicyMappings", Writer::ListOrNull(pairs));
  }

  void WritePolicyConstraints() {
    const auto constraints = Get<POLICY_CONSTRAINTS>(NID_policy_constraints);
    const auto inhibit_any = Get<ASN1_INTEGER>(NID_inhibit_any_policy);
    WriteSkip("RequireExplicitPolicy", "RequireExplicitPolicyZero",
              constraints ? constraints->requireExplicitPolicy : nullptr);
    WriteSkip("InhibitPolicyMapping", "InhibitPolicyMappingZero",
              constraints ? constraints->inhibitPolicyMapping : nullptr);
    WriteSkip("InhibitAnyPolicy", "InhibitAnyPolicyZero", inhibit_any.get());
  }

  // Go tells an absent number from zero by a second member.
  void WriteSkip(const char* member, const char* zero_member, const ASN1_INTEGER* skip) {
    const std::int64_t count = skip != nullptr ? ASN1_INTEGER_get(skip) : 0;
    object_.Set(member, Value::Int(count));
    object_.Set(zero_member, Value::Bool(skip != nullptr && count == 0));
  }

  void WriteUnhandled(const STACK_OF(X509_EXTENSION) * all, bool has_names) {
    static constexpr int kHandled[] = {NID_key_usage,
                                       NID_basic_constraints,
                                       NID_name_constraints,
                                       NID_crl_distribution_points,
                                       NID_authority_key_identifier,
                                       NID_policy_constraints,
                                       NID_ext_key_usage,
                                       NID_subject_key_identifier,
                                       NID_certificate_policies,
                                       NID_policy_mappings,
                                       NID_inhibit_any_policy,
                                       NID_info_access};
    ArrayBuilder unhandled(arena());
    for (int i = 0; i < sk_X509_EXTENSION_num(all); ++i) {
      X509_EXTENSION* extension = sk_X509_EXTENSION_value(all, i);
      if (X509_EXTENSION_get_critical(extension) == 0) continue;
      const ASN1_OBJECT* type = X509_EXTENSION_get_object(extension);
      const int nid = OBJ_obj2nid(type);
      if (nid == NID_subject_alt_name && has_names) continue;
      if (std::find(std::begin(kHandled), std::end(kHandled), nid) != std::end(kHandled)) continue;
      unhandled.Add(writer_.OidList(Encoded(type)));
    }
    object_.Set("UnhandledCriticalExtensions", Writer::ListOrNull(unhandled));
  }

  Writer& writer_;
  const X509* certificate_;
  ObjectBuilder& object_;
};

// The raw pieces of a certificate: the encoded elements inside its signed part.
struct RawCertificate {
  std::string_view signed_part, issuer, subject, key;
};

std::optional<RawCertificate> SplitCertificate(std::string_view der) {
  const auto outer = DerReader(der).Next();
  if (!outer) return std::nullopt;
  const auto signed_part = DerReader(outer->body).Next();
  if (!signed_part) return std::nullopt;
  DerReader fields(signed_part->body);
  fields.NextIf(0xa0);  // version
  fields.Next();        // serial number
  fields.Next();        // signature algorithm
  const auto issuer = fields.Next();
  fields.Next();  // validity
  const auto subject = fields.Next();
  const auto key = fields.Next();
  if (!issuer || !subject || !key) return std::nullopt;
  return RawCertificate{signed_part->full, issuer->full, subject->full, key->full};
}

Result<Value> DecodeCertificate(Writer& writer, std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = bytes;
  const Owned<X509> certificate(d2i_X509(nullptr, &end, static_cast<long>(der.size())));
  const auto raw = SplitCertificate(der);
  if (!certificate || !raw) return EvaluationError("x509: malformed certificate");
  if (end != bytes + der.size()) return EvaluationError("x509: trailing data");

  ASN1_OBJECT* key_algorithm = nullptr;
  X509_PUBKEY_get0_param(&key_algorithm, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(certificate.get()));
  EPHOR_ASSIGN(const Value key, PublicKey(writer, X509_get0_pubkey(certificate.get()), key_algorithm));

  ObjectBuilder object(writer.arena(), 64);
  object.Set("Raw", writer.Base64(der));
  object.Set("RawTBSCertificate", writer.Base64(raw->signed_part));
  object.Set("RawSubjectPublicKeyInfo", writer.Base64(raw->key));
  object.Set("RawSubject", writer.Base64(raw->subject));
  object.Set("RawIssuer", writer.Base64(raw->issuer));
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, certificate.get());
  object.Set("Signature", writer.Base64(Bytes(signature)));
  int digest_nid = NID_undef;
  X509_get_signature_info(certificate.get(), &digest_nid, nullptr, nullptr, nullptr);
  const int algorithm = SignatureNumber(X509_get_signature_nid(certificate.get()), digest_nid);
  object.Set("SignatureAlgorithm", Value::Int(algorithm));
  object.Set("PublicKeyAlgorithm", Value::Int(1));
  object.Set("PublicKey", key);
  object.Set("Version", Value::Int(X509_get_version(certificate.get()) + 1));
  const Owned<BIGNUM> serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
  const auto number = serial ? ParseFloat(writer.Decimal(serial.get()).as_string()) : std::nullopt;
  object.Set("SerialNumber", number ? Value::Number(*number) : Value::Null());
  object.Set("Issuer", Name(writer, X509_get_issuer_name(certificate.get())));
  object.Set("Subject", Name(writer, X509_get_subject_name(certificate.get())));
  object.Set("NotBefore", Timestamp(writer, X509_get0_notBefore(certificate.get())));
  object.Set("NotAfter", Timestamp(writer, X509_get0_notAfter(certificate.get())));
  CertificateExtensions(writer, certificate.get(), object).Write();
  return object.Build();
}

// An element of any type as encoding/asn1 decodes it into an interface, for those that attributes hold.
Value AnyElement(Writer& writer, const DerElement& element) {
  switch (element.tag) {
    case 0x01:
      return Value::Bool(!element.body.empty() && element.body[0] != 0);
    case 0x04:
      return writer.Base64(element.body);
    case 0x06:
      return writer.OidList(element.body);
    case 0x0c:
    case 0x13:
    case 0x16:
      return writer.Text(element.body);
    default:
      return Value::Null();
  }
}

// pkix.AttributeTypeAndValueSET; attributes of another shape are left out, as Go does.
Value Attributes(Writer& writer, std::string_view encoded) {
  ArrayBuilder attributes(writer.arena());
  DerReader reader(encoded);
  while (const auto attribute = reader.NextIf(0x30)) {
    DerReader parts(attribute->body);
    const auto type = parts.NextIf(0x06);
    const auto set = parts.NextIf(0x31);
    if (!type || !set) continue;
    ArrayBuilder sequences(writer.arena());
    DerReader members(set->body);
    bool regular = true;
    while (const auto sequence = members.Next()) {
      ArrayBuilder pairs(writer.arena());
      DerReader items(sequence->body);
      regular = regular && sequence->tag == 0x30;
      while (const auto item = regular ? items.Next() : std::nullopt) {
        DerReader fields(item->body);
        const auto name = fields.NextIf(0x06);
        const auto value = fields.Next();
        regular = item->tag == 0x30 && name && value;
        if (!regular) break;
        ObjectBuilder pair(writer.arena(), 2);
        pair.Set("Type", writer.OidList(name->body));
        pair.Set("Value", AnyElement(writer, *value));
        pairs.Add(pair.Build());
      }
      sequences.Add(pairs.Build());
    }
    if (!regular) continue;
    ObjectBuilder object(writer.arena(), 2);
    object.Set("Type", writer.OidList(type->body));
    object.Set("Value", sequences.Build());
    attributes.Add(object.Build());
  }
  return Writer::ListOrNull(attributes);
}

struct RawRequest {
  std::string_view signed_part, subject, key, attributes;
};

std::optional<RawRequest> SplitRequest(std::string_view der) {
  const auto outer = DerReader(der).Next();
  if (!outer) return std::nullopt;
  const auto signed_part = DerReader(outer->body).Next();
  if (!signed_part) return std::nullopt;
  DerReader fields(signed_part->body);
  fields.Next();  // version
  const auto subject = fields.Next();
  const auto key = fields.Next();
  if (!subject || !key) return std::nullopt;
  const auto attributes = fields.NextIf(0xa0);
  return RawRequest{signed_part->full, subject->full, key->full,
                    attributes ? attributes->body : std::string_view()};
}

Result<Value> DecodeRequest(Writer& writer, std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = bytes;
  const Owned<X509_REQ> request(d2i_X509_REQ(nullptr, &end, static_cast<long>(der.size())));
  const auto raw = SplitRequest(der);
  if (!request || !raw) return EvaluationError("x509: malformed certificate request");
  if (end != bytes + der.size()) return EvaluationError("asn1: syntax error: trailing data");

  ASN1_OBJECT* key_algorithm = nullptr;
  X509_PUBKEY_get0_param(&key_algorithm, nullptr, nullptr, nullptr, X509_REQ_get_X509_PUBKEY(request.get()));
  EPHOR_ASSIGN(const Value key, PublicKey(writer, X509_REQ_get0_pubkey(request.get()), key_algorithm));

  ObjectBuilder object(writer.arena(), 24);
  object.Set("Raw", writer.Base64(der));
  object.Set("RawTBSCertificateRequest", writer.Base64(raw->signed_part));
  object.Set("RawSubjectPublicKeyInfo", writer.Base64(raw->key));
  object.Set("RawSubject", writer.Base64(raw->subject));
  const ASN1_BIT_STRING* signature = nullptr;
  X509_REQ_get0_signature(request.get(), &signature, nullptr);
  object.Set("Signature", writer.Base64(Bytes(signature)));
  object.Set("SignatureAlgorithm",
             Value::Int(SignatureNumber(X509_REQ_get_signature_nid(request.get()), NID_undef)));
  object.Set("PublicKeyAlgorithm", Value::Int(1));
  object.Set("PublicKey", key);
  object.Set("Version", Value::Int(X509_REQ_get_version(request.get())));
  object.Set("Subject", Name(writer, X509_REQ_get_subject_name(request.get())));
  object.Set("Attributes", Attributes(writer, raw->attributes));

  STACK_OF(X509_EXTENSION)* extensions = X509_REQ_get_extensions(request.get());
  object.Set("Extensions", Extensions(writer, extensions));
  object.Set("ExtraExtensions", Value::Null());
  NameLists lists(writer.arena());
  const Owned<GENERAL_NAMES> names(
      static_cast<GENERAL_NAMES*>(X509V3_get_d2i(extensions, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    AddAlternativeName(writer, sk_GENERAL_NAME_value(names.get(), i), lists);
  }
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  SetNames(lists, object);
  return object.Build();
}

}  // namespace

Result<Value> X509Decode(Invocation& in) {
  // The result holds the certificate about four times over.
  if (!in.Charge(1000 + 8 * std::uint64_t{in[0].size()})) return in.OutOfBudget();
  const auto block = DecodePem(in.text(0));
  if (!block) return EvaluationError("failed to decode PEM block");
  Writer writer(in.arena());
  if (block->type == "CERTIFICATE") return DecodeCertificate(writer, block->der);
  if (block->type == "CERTIFICATE REQUEST") return DecodeRequest(writer, block->der);
  return EvaluationError("PEM block neither contains a CERTIFICATE or CERTIFICATE REQUEST");
}

}  // namespace ephor::jmespath::functions
