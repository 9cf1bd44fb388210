// Certificates and certificate requests as objects: x509.decode.
#include "base/encoding.h"
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "cel/lib/kyverno/query_function.h"
#include "json/builder.h"

namespace ephor::cel::lib::kyverno {
namespace {

// Of a certificate the reference's library shows these members only; a request is shown whole.
constexpr std::string_view kCertificateMembers[] = {"Raw",
                                                    "RawTBSCertificate",
                                                    "RawSubjectPublicKeyInfo",
                                                    "RawSubject",
                                                    "RawIssuer",
                                                    "Signature",
                                                    "PublicKeyAlgorithm",
                                                    "PublicKey",
                                                    "SerialNumber",
                                                    "Issuer",
                                                    "NotBefore",
                                                    "NotAfter",
                                                    "KeyUsage",
                                                    "Extensions",
                                                    "ExtraExtensions",
                                                    "ExtKeyUsage",
                                                    "BasicConstraintsValid",
                                                    "IsCA",
                                                    "MaxPathLen",
                                                    "MaxPathLenZero",
                                                    "AuthorityKeyId",
                                                    "OCSPServer",
                                                    "IssuingCertificateURL",
                                                    "DNSNames",
                                                    "EmailAddresses",
                                                    "IPAddresses",
                                                    "PermittedDNSDomainsCritical",
                                                    "PermittedDNSDomains",
                                                    "ExcludedDNSDomains",
                                                    "PermittedIPRanges",
                                                    "ExcludedIPRanges",
                                                    "PermittedEmailAddresses",
                                                    "ExcludedEmailAddresses",
                                                    "PermittedURIDomains",
                                                    "ExcludedURIDomains",
                                                    "CRLDistributionPoints",
                                                    "PolicyIdentifiers"};

// The content of the DER element at the front of a text, which moves behind it. Empty where the text is
// malformed.
std::string_view TakeElement(std::string_view& der) {
  std::size_t at = 2, length = der.size() < 2 ? 0 : static_cast<unsigned char>(der[1]);
  if (length & 0x80) {
    const std::size_t bytes = length & 0x7f;
    length = 0;
    if (bytes > 4 || at + bytes > der.size()) return {};
    for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | static_cast<unsigned char>(der[at++]);
  }
  if (at > der.size() || length > der.size() - at) return {};
  const std::string_view content = der.substr(at, length);
  der.remove_prefix(at + length);
  return content;
}

// The lowest 64 bits of the serial number, which is what the reference shows of it.
double SerialNumber(std::string_view tbs_certificate) {
  std::string_view fields = TakeElement(tbs_certificate);
  constexpr char kVersionTag = '\xa0';
  if (!fields.empty() && fields[0] == kVersionTag) TakeElement(fields);
  std::uint64_t low = 0;
  for (const char c : TakeElement(fields)) low = low << 8 | static_cast<unsigned char>(c);
  return static_cast<double>(static_cast<std::int64_t>(low));
}

Value Decode(Call& call, std::span<const Value> args) {
  static const jmespath::Query* const query =
      new jmespath::Query(*jmespath::Query::Compile("x509_decode(@)"));
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
  const Result<std::string> tbs_certificate = Base64Decode(decoded->StringAt("RawTBSCertificate"));
  if (tbs_certificate) shown.Set("SerialNumber", json::Value::Double(SerialNumber(*tbs_certificate)));
  return Value::Json(shown.Build());
}

constexpr FunctionRow kFunctions[] = {
    // clang-format off
    {"x509.decode", "(string) -> dyn", Decode,
     "x509.decode('-----BEGIN CERTIFICATE REQUEST-----\\n"
     "MIHJMHUCAQAwEDEOMAwGA1UEAwwFZXBob3IwXDANBgkqhkiG9w0BAQEFAANLADBIAkEAlQwHn/uvmiLMFDtxr4jnRK"
     "QIf1zVAj5qntghvkKJhUJLFcjBAcw7i41yJwKoFgcF0pZo/IybClKa7e0A02rHzwIDAQABoAAwDQYJKoZIhvcNAQEL"
     "BQADQQBGuIdi1Htrbmr7g56+xTjrHni5lnmyTV2B9WzgRlkLZRfG4atjcnwviyiszRcyfgdtUbP98h9SVRmQ4QqFZM"
     "XD"
     "\\n-----END CERTIFICATE REQUEST-----').Subject.CommonName == 'ephor'",
     kTraverse<0>},
    // clang-format on
};

}  // namespace

const Library& Certificates() {
  static const Library library{"kyverno x509", kFunctions};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
