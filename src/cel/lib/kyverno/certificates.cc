// Certificates and certificate requests as objects: x509.decode.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "cel/lib/kyverno/query_function.h"
#include "json/builder.h"

namespace ephor::cel::lib::kyverno {
namespace {

// Of a certificate the reference's library shows these members only; a request is shown whole.
constexpr std::string_view kCertificateMembers[] = {
    "Raw", "RawTBSCertificate", "RawSubjectPublicKeyInfo", "RawSubject", "RawIssuer", "Signature",
    "PublicKeyAlgorithm", "PublicKey", "SerialNumber", "Issuer", "NotBefore", "NotAfter", "KeyUsage", "Extensions",
    "ExtraExtensions", "ExtKeyUsage", "BasicConstraintsValid", "IsCA", "MaxPathLen", "MaxPathLenZero",
    "AuthorityKeyId", "OCSPServer", "IssuingCertificateURL", "DNSNames", "EmailAddresses", "IPAddresses",
    "PermittedDNSDomainsCritical", "PermittedDNSDomains", "ExcludedDNSDomains", "PermittedIPRanges",
    "ExcludedIPRanges", "PermittedEmailAddresses", "ExcludedEmailAddresses", "PermittedURIDomains",
    "ExcludedURIDomains", "CRLDistributionPoints", "PolicyIdentifiers"};

Value Decode(Call& call, std::span<const Value> args) {
  static const jmespath::Query* const query = new jmespath::Query(*jmespath::Query::Compile("x509_decode(@)"));
  const Result<json::Value> decoded = CallQuery(*query, json::Value::String(args[0].text()), call);
  if (!decoded) {
    // The other language names its function before the reason.
    std::string_view message = decoded.error().message();
    constexpr std::string_view kPrefix = "JMESPath function 'x509_decode': ";
    if (message.starts_with(kPrefix)) message.remove_prefix(kPrefix.size());
    return call.Fail(message);
  }
  if (decoded->Find("RawTBSCertificate") == nullptr) return Value::Json(WithDoubles(*decoded, call.arena()));
  json::ObjectBuilder shown(call.arena(), std::size(kCertificateMembers));
  for (const std::string_view name : kCertificateMembers) {
    const json::Value* member = decoded->Find(name);
    shown.Set(name, member != nullptr ? WithDoubles(*member, call.arena()) : json::Value());
  }
  return Value::Json(shown.Build());
}

constexpr FunctionRow kFunctions[] = {
    {"x509.decode", "(string) -> dyn", Decode, "", TraverseArg<0>},
};

}  // namespace

const Library& Certificates() {
  static const Library library{"kyverno x509", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
