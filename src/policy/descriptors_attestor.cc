// Attestors: who must have signed.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr json::Value kSha256 = json::Value::String("sha256");

constexpr Field kSecretReference[] = {
    F<&SecretReference::name>("name", "Name of the Secret.").Required(),
    F<&SecretReference::namespace_>("namespace", "Its namespace.").Required(),
};

constexpr Field kRekor[] = {
    F<&Rekor::url>("url", "Address of the transparency log.").Always(),
    F<&Rekor::public_key>("pubkey", "Public keys of the log, PEM."),
    F<&Rekor::ignore_tlog>("ignoreTlog", "Do not require an entry in the log."),
};

constexpr Field kCtLog[] = {
    F<&CtLog::ignore_sct>("ignoreSCT", "Do not require a signed certificate timestamp."),
    F<&CtLog::public_key>("pubkey", "Public keys of the certificate log, PEM."),
    F<&CtLog::tsa_cert_chain>("tsaCertChain", "Certificates of the time stamping authority, PEM."),
};

constexpr Field kStaticKeyAttestor[] = {
    F<&StaticKeyAttestor::public_keys>("publicKeys", "Public keys, PEM or k8s://namespace/secret."),
    F<&StaticKeyAttestor::signature_algorithm>("signatureAlgorithm", "Hash of the signatures.")
        .Default(kSha256),
    F<&StaticKeyAttestor::kms>("kms", "Address of a key in a key management service."),
    F<&StaticKeyAttestor::secret>("secret", "A Secret that holds the keys."),
    F<&StaticKeyAttestor::rekor>("rekor", "The transparency log."),
    F<&StaticKeyAttestor::ctlog>("ctlog", "The certificate log."),
};

constexpr Field kCertificateAttestor[] = {
    F<&CertificateAttestor::certificate>("cert", "The certificate, PEM."),
    F<&CertificateAttestor::certificate_chain>("certChain", "Certificates up to the root, PEM."),
    F<&CertificateAttestor::rekor>("rekor", "The transparency log."),
    F<&CertificateAttestor::ctlog>("ctlog", "The certificate log."),
};

constexpr Field kKeylessAttestor[] = {
    F<&KeylessAttestor::rekor>("rekor", "The transparency log."),
    F<&KeylessAttestor::ctlog>("ctlog", "The certificate log."),
    F<&KeylessAttestor::issuer>("issuer", "Issuer of the identity."),
    F<&KeylessAttestor::issuer_reg_exp>("issuerRegExp", "The same as a regular expression."),
    F<&KeylessAttestor::subject>("subject", "Identity in the certificate."),
    F<&KeylessAttestor::subject_reg_exp>("subjectRegExp", "The same as a regular expression."),
    F<&KeylessAttestor::roots>("roots", "Root certificates, PEM."),
    F<&KeylessAttestor::additional_extensions>("additionalExtensions", "Extensions of the certificate."),
};

// A nested set is any JSON to the schema. Where it is no set, `nested` stays null and the policy's check says
// so.
constexpr Field NestedAttestor() {
  Field field = Unread("attestor", "A nested set of attestors.");
  field.read = [](Decoder& decoder, const json::Value& value, void* owner, const Field&) {
    auto* attestor = static_cast<Attestor*>(owner);
    attestor->nested_source = &value;
    decoder.ReadNestedAttestors(value, attestor->nested);
  };
  return field;
}

constexpr Field kAttestor[] = {
    F<&Attestor::keys>("keys", "Public keys."),
    F<&Attestor::certificates>("certificates", "Certificates."),
    F<&Attestor::keyless>("keyless", "Identities of short-lived certificates."),
    NestedAttestor(),
    F<&Attestor::annotations>("annotations", "Annotations that the signature must have."),
    F<&Attestor::repository>("repository", "Where the signatures are, if not beside the image."),
    F<&Attestor::signature_algorithm>("signatureAlgorithm", "Hash of the signatures.").Default(kSha256),
};

constexpr Field kAttestorSet[] = {
    F<&AttestorSet::count>("count", "How many of the entries are needed; all by default.").Minimum(1),
    F<&AttestorSet::entries>("entries", "The attestors."),
};

constexpr Field kAttestation[] = {
    F<&Attestation::name>("name", "Name to refer to it by."),
    F<&Attestation::predicate_type>("predicateType", "Deprecated: use type.").Always(),
    F<&Attestation::type>("type", "Type of the statement.").Always(),
    F<&Attestation::attestors>("attestors", "Who must have signed the statement.").Always(),
    F<&Attestation::conditions>("conditions", "What the statement must say."),
};

}  // namespace

template <>
const Table& TableOf<SecretReference>() {
  static constexpr Table kTable{"SecretReference", kSecretReference};
  return kTable;
}

template <>
const Table& TableOf<Rekor>() {
  static constexpr Table kTable{"Rekor", kRekor};
  return kTable;
}

template <>
const Table& TableOf<CtLog>() {
  static constexpr Table kTable{"CtLog", kCtLog};
  return kTable;
}

template <>
const Table& TableOf<StaticKeyAttestor>() {
  static constexpr Table kTable{"StaticKeyAttestor", kStaticKeyAttestor};
  return kTable;
}

template <>
const Table& TableOf<CertificateAttestor>() {
  static constexpr Table kTable{"CertificateAttestor", kCertificateAttestor};
  return kTable;
}

template <>
const Table& TableOf<KeylessAttestor>() {
  static constexpr Table kTable{"KeylessAttestor", kKeylessAttestor};
  return kTable;
}

template <>
const Table& TableOf<Attestor>() {
  static constexpr Table kTable{"Attestor", kAttestor};
  return kTable;
}

template <>
const Table& TableOf<AttestorSet>() {
  static constexpr Table kTable{"AttestorSet", kAttestorSet};
  return kTable;
}

template <>
const Table& TableOf<Attestation>() {
  static constexpr Table kTable{"Attestation", kAttestation};
  return kTable;
}

}  // namespace ephor::policy
