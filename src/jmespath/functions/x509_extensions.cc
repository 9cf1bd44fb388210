#include "jmespath/functions/x509_extensions.h"

#include <algorithm>
#include <array>
#include <memory>

namespace ephor::jmespath::functions {
namespace {

using json::ArrayBuilder;
using json::ObjectBuilder;

struct Free {
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

// Ranges are net.IPNet: an address and a mask. URI constraints are host names.
void AddConstraint(FieldWriter& writer, const GENERAL_NAME* name, NameLists& lists) {
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

class CertificateExtensions {
 public:
  CertificateExtensions(FieldWriter& writer, const X509* certificate, ObjectBuilder& object)
      : writer_(writer), certificate_(certificate), object_(object) {}

  void Write() {
    const STACK_OF(X509_EXTENSION)* all = X509_get0_extensions(certificate_);
    object_.Set("Extensions", writer_.Extensions(all));
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
    object_.Set("ExtKeyUsage", FieldWriter::ListOrNull(known));
    object_.Set("UnknownExtKeyUsage", FieldWriter::ListOrNull(unknown));
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
      if (OBJ_obj2nid(entry->method) == NID_ad_OCSP) ocsp.Add(url);
      if (OBJ_obj2nid(entry->method) == NID_ad_ca_issuers) issuers.Add(url);
    }
    object_.Set("OCSPServer", FieldWriter::ListOrNull(ocsp));
    object_.Set("IssuingCertificateURL", FieldWriter::ListOrNull(issuers));
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
    object_.Set(members[0], FieldWriter::ListOrNull(lists.dns));
    object_.Set(members[1], FieldWriter::ListOrNull(lists.email));
    object_.Set(members[2], FieldWriter::ListOrNull(lists.address));
    object_.Set(members[3], FieldWriter::ListOrNull(lists.uri));
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
    object_.Set("CRLDistributionPoints", FieldWriter::ListOrNull(urls));
  }

  void WritePolicies() {
    const auto policies = Get<CERTIFICATEPOLICIES>(NID_certificate_policies);
    ArrayBuilder lists(arena()), texts(arena());
    for (int i = 0; i < sk_POLICYINFO_num(policies.get()); ++i) {
      const std::string_view oid = Encoded(sk_POLICYINFO_value(policies.get(), i)->policyid);
      lists.Add(writer_.OidList(oid));
      texts.Add(writer_.OidText(oid));
    }
    object_.Set("PolicyIdentifiers", FieldWriter::ListOrNull(lists));
    object_.Set("Policies", FieldWriter::ListOrNull(texts));
    const auto mappings = Get<POLICY_MAPPINGS>(NID_policy_mappings);
    ArrayBuilder pairs(arena());
    for (int i = 0; i < sk_POLICY_MAPPING_num(mappings.get()); ++i) {
      const POLICY_MAPPING* mapping = sk_POLICY_MAPPING_value(mappings.get(), i);
      ObjectBuilder pair(arena(), 2);
      pair.Set("IssuerDomainPolicy", writer_.OidText(Encoded(mapping->issuerDomainPolicy)));
      pair.Set("SubjectDomainPolicy", writer_.OidText(Encoded(mapping->subjectDomainPolicy)));
      pairs.Add(pair.Build());
    }
    object_.Set("PolicyMappings", FieldWriter::ListOrNull(pairs));
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
    object_.Set("UnhandledCriticalExtensions", FieldWriter::ListOrNull(unhandled));
  }

  FieldWriter& writer_;
  const X509* certificate_;
  ObjectBuilder& object_;
};

}  // namespace

void SetExtensions(FieldWriter& writer, const X509* certificate, ObjectBuilder& object) {
  CertificateExtensions(writer, certificate, object).Write();
}

}  // namespace ephor::jmespath::functions
