// x509_decode(): a certificate or certificate request with an RSA key as an object, whose members are those
// of Go's crypto/x509 structures as encoding/json prints them; policies address them by these names.
#include <openssl/bn.h>
#include <openssl/err.h>

#include <memory>
#include <optional>

#include "base/number.h"
#include "jmespath/functions/der.h"
#include "jmespath/functions/pem.h"
#include "jmespath/functions/x509_extensions.h"

namespace ephor::jmespath::functions {
namespace {

using json::ArrayBuilder;
using json::ObjectBuilder;

struct Free {
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_REQ* p) const { X509_REQ_free(p); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(GENERAL_NAMES* p) const { GENERAL_NAMES_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

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

Result<Value> DecodeCertificate(FieldWriter& writer, std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = bytes;
  const Owned<X509> certificate(d2i_X509(nullptr, &end, static_cast<long>(der.size())));
  const auto raw = SplitCertificate(der);
  if (!certificate || !raw) return EvaluationError("x509: malformed certificate");
  if (end != bytes + der.size()) return EvaluationError("x509: trailing data");

  EPHOR_ASSIGN(const Value key, writer.PublicKey(X509_get_X509_PUBKEY(certificate.get())));

  ObjectBuilder object(writer.arena(), 64);
  object.Set("Raw", writer.Base64(der));
  object.Set("RawTBSCertificate", writer.Base64(raw->signed_part));
  object.Set("RawSubjectPublicKeyInfo", writer.Base64(raw->key));
  object.Set("RawSubject", writer.Base64(raw->subject));
  object.Set("RawIssuer", writer.Base64(raw->issuer));
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(&signature, &algorithm, certificate.get());
  object.Set("Signature", writer.Base64(Bytes(signature)));
  object.Set("SignatureAlgorithm", Value::Int(SignatureNumber(algorithm)));
  object.Set("PublicKeyAlgorithm", Value::Int(1));
  object.Set("PublicKey", key);
  object.Set("Version", Value::Int(X509_get_version(certificate.get()) + 1));
  const Owned<BIGNUM> serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
  const auto number = serial ? ParseFloat(writer.Decimal(serial.get()).as_string()) : std::nullopt;
  object.Set("SerialNumber", number ? Value::Number(*number) : Value::Null());
  object.Set("Issuer", writer.Name(X509_get_issuer_name(certificate.get())));
  object.Set("Subject", writer.Name(X509_get_subject_name(certificate.get())));
  object.Set("NotBefore", writer.Timestamp(X509_get0_notBefore(certificate.get())));
  object.Set("NotAfter", writer.Timestamp(X509_get0_notAfter(certificate.get())));
  SetExtensions(writer, certificate.get(), object);
  return object.Build();
}

// An element of any type as encoding/asn1 decodes it into an interface, for those that attributes hold.
Value AnyElement(FieldWriter& writer, const DerElement& element) {
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
Value Attributes(FieldWriter& writer, std::string_view encoded) {
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
  return FieldWriter::ListOrNull(attributes);
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

Result<Value> DecodeRequest(FieldWriter& writer, std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = bytes;
  const Owned<X509_REQ> request(d2i_X509_REQ(nullptr, &end, static_cast<long>(der.size())));
  const auto raw = SplitRequest(der);
  if (!request || !raw) return EvaluationError("x509: malformed certificate request");
  if (end != bytes + der.size()) return EvaluationError("asn1: syntax error: trailing data");

  EPHOR_ASSIGN(const Value key, writer.PublicKey(X509_REQ_get_X509_PUBKEY(request.get())));

  ObjectBuilder object(writer.arena(), 24);
  object.Set("Raw", writer.Base64(der));
  object.Set("RawTBSCertificateRequest", writer.Base64(raw->signed_part));
  object.Set("RawSubjectPublicKeyInfo", writer.Base64(raw->key));
  object.Set("RawSubject", writer.Base64(raw->subject));
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_REQ_get0_signature(request.get(), &signature, &algorithm);
  object.Set("Signature", writer.Base64(Bytes(signature)));
  object.Set("SignatureAlgorithm", Value::Int(SignatureNumber(algorithm)));
  object.Set("PublicKeyAlgorithm", Value::Int(1));
  object.Set("PublicKey", key);
  object.Set("Version", Value::Int(X509_REQ_get_version(request.get())));
  object.Set("Subject", writer.Name(X509_REQ_get_subject_name(request.get())));
  object.Set("Attributes", Attributes(writer, raw->attributes));

  STACK_OF(X509_EXTENSION)* extensions = X509_REQ_get_extensions(request.get());
  object.Set("Extensions", writer.Extensions(extensions));
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

// What OpenSSL could not read must not be left in the thread's queue, where a TLS connection would find it.
struct ErrorQueue {
  ~ErrorQueue() { ERR_clear_error(); }
};

}  // namespace

Result<Value> X509Decode(Invocation& in) {
  // The result holds the certificate about four times over.
  if (!in.Charge(1000 + 8 * std::uint64_t{in[0].size()})) return in.OutOfBudget();
  const ErrorQueue cleared_at_the_end;
  const auto block = DecodePem(in.text(0));
  if (!block) return EvaluationError("failed to decode PEM block");
  FieldWriter writer(in.arena());
  if (block->type == "CERTIFICATE") return DecodeCertificate(writer, block->bytes);
  if (block->type == "CERTIFICATE REQUEST") return DecodeRequest(writer, block->bytes);
  return EvaluationError("PEM block neither contains a CERTIFICATE or CERTIFICATE REQUEST");
}

}  // namespace ephor::jmespath::functions
