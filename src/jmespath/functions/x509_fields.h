// The parts that certificates and certificate requests share, as Go's crypto/x509 shows them.
#pragma once

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string_view>

#include "jmespath/functions/families.h"
#include "json/builder.h"

namespace ephor::jmespath::functions {

inline std::string_view Bytes(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

inline std::string_view Encoded(const ASN1_OBJECT* object) {
  return {reinterpret_cast<const char*>(OBJ_get0_data(object)), OBJ_length(object)};
}

// Makes the values that a decoded certificate shows; everything it returns is in the arena.
class FieldWriter {
 public:
  explicit FieldWriter(Arena& arena) : arena_(arena) {}

  Value Text(std::string_view text) { return Value::String(arena_.Copy(text)); }
  Value Text(const ASN1_STRING* string);
  Value Base64(std::string_view bytes);
  // Of asn1.ObjectIdentifier: a list of numbers.
  Value OidList(std::string_view encoded);
  // Of x509.OID: numbers between dots.
  Value OidText(std::string_view encoded);
  Value Decimal(const BIGNUM* number);
  // An IP address of 4 or 16 bytes.
  Value Address(std::string_view bytes);
  // RFC 3339.
  Value Timestamp(const ASN1_TIME* time);
  // pkix.Name.
  Value Name(const X509_NAME* name);
  // url.URL, for the plain forms that names have.
  Value Url(std::string_view text);
  // pkix.Extension.
  Value Extensions(const STACK_OF(X509_EXTENSION) * extensions);
  // N and E of the key. Fails for other keys than RSA.
  Result<Value> PublicKey(X509_PUBKEY* key);

  // A list that is null where it is empty, as Go prints a slice that was never made.
  static Value ListOrNull(json::ArrayBuilder& list) {
    return list.size() == 0 ? Value::Null() : list.Build();
  }

  Arena& arena() { return arena_; }

 private:
  Arena& arena_;
};

// The number of Go's x509.SignatureAlgorithm; 0 is unknown.
int SignatureNumber(const X509_ALGOR* algorithm);

// Names by kind, of a subject's alternative names or of a name constraint.
struct NameLists {
  explicit NameLists(Arena& arena) : dns(arena), email(arena), address(arena), uri(arena) {}
  json::ArrayBuilder dns, email, address, uri;
  std::size_t size() const { return dns.size() + email.size() + address.size() + uri.size(); }
};

void AddAlternativeName(FieldWriter& writer, const GENERAL_NAME* name, NameLists& lists);
// Sets DNSNames, EmailAddresses, IPAddresses and URIs.
void SetNames(NameLists& lists, json::ObjectBuilder& object);

}  // namespace ephor::jmespath::functions
