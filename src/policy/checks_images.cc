// Checks of verifyImages entries and their attestors.
#include <algorithm>

#include "json/builder.h"
#include "json/write.h"
#include "policy/checks.h"
#include "policy/field_error.h"
#include "policy/go_json.h"

namespace ephor::policy {
namespace {

using json::Value;

constexpr std::string_view kAlgorithms[] = {"", "sha224", "sha256", "sha384", "sha512"};

Value Part(const Value& object, std::string_view key) {
  const Value* found = object.Find(json::Key(key));
  return found != nullptr ? *found : Value::Object({});
}

class AttestorCheck {
 public:
  explicit AttestorCheck(Texts& errors) : errors_(errors) {}

  void CheckSets(std::span<const AttestorSet> sets, std::string_view path) {
    for (std::size_t i = 0; i < sets.size(); ++i) CheckSet(sets[i], Indexed(path, i));
  }

  void CheckSet(const AttestorSet& set, std::string_view path) {
    if (set.count && *set.count > static_cast<std::int64_t>(set.entries.size())) {
      Invalid<AttestorSet>(path, *set.source, "Count cannot exceed length of entries");
    }
    if (set.entries.empty()) Invalid<AttestorSet>(path, *set.source, "An entry is required");
    const Value entries = Part(*set.source, "entries");
    for (std::size_t i = 0; i < set.entries.size(); ++i) {
      const bool written = entries.is_array() && i < entries.items().size();
      CheckAttestor(set.entries[i], written ? entries.items()[i] : Value::Object({}),
                    Indexed(Child(path, "entries"), i));
    }
  }

 private:
  template <class T>
  void Invalid(std::string_view path, const Value& written, std::string_view detail) {
    errors_.push_back(InvalidStruct(path, written, TableOf<T>(), detail));
  }

  void CheckAttestor(const Attestor& attestor, const Value& written, const std::string& path) {
    const int kinds = (attestor.keys != nullptr) + (attestor.certificates != nullptr) +
                      (attestor.keyless != nullptr) + (attestor.nested_source != nullptr);
    if (kinds != 1)
      Invalid<Attestor>(path, written, "keys, certificates, keyless, or a nested attestor is required");
    if (const StaticKeyAttestor* keys = attestor.keys) {
      const std::string here = Child(path, "keys");
      if (keys->public_keys.empty() && keys->kms.empty() && keys->secret == nullptr) {
        Invalid<StaticKeyAttestor>(here, Part(written, "keys"),
                                   "A public key, kms key or secret is required");
      }
      if (!keys->public_keys.empty() &&
          std::ranges::find(kAlgorithms, keys->signature_algorithm) == std::end(kAlgorithms)) {
        Invalid<StaticKeyAttestor>(here, Part(written, "keys"), "Invalid signature algorithm provided");
      }
    }
    if (const CertificateAttestor* certificates = attestor.certificates;
        certificates != nullptr && certificates->certificate.empty() &&
        certificates->certificate_chain.empty()) {
      Invalid<CertificateAttestor>(Child(path, "certificates"), Part(written, "certificates"),
                                   "cert or certChain required");
    }
    if (attestor.keyless != nullptr) {
      CheckKeyless(*attestor.keyless, Part(written, "keyless"), Child(path, "keyless"));
    }
    if (attestor.nested_source == nullptr) return;
    const std::string here = Child(path, "attestor");
    if (attestor.nested != nullptr) return CheckSet(*attestor.nested, here);
    errors_.push_back(
        InvalidField(here, *attestor.nested_source,
                     "failed to unmarshal attestor set " + json::ToString(*attestor.nested_source)));
  }

  void CheckKeyless(const KeylessAttestor& keyless, const Value& written, const std::string& path) {
    if (keyless.rekor == nullptr && keyless.roots.empty()) {
      Invalid<KeylessAttestor>(path, written, "Either Rekor URL or roots are required");
    }
    if (keyless.rekor != nullptr && keyless.rekor->url.empty())
      Invalid<KeylessAttestor>(path, written, "An URL is required");
  }

  Texts& errors_;
};

// The deprecated fields of an entry stand for an attestor with one key or identity, which counts where there
// are no attestations.
void CheckDeprecated(const ImageVerification& images, std::string_view path, Texts& errors) {
  if (!images.attestations.empty() || !images.key.empty() || images.issuer.empty() || !images.roots.empty())
    return;
  Arena arena(1 << 10);
  json::ObjectBuilder keyless(arena);
  keyless.Set("issuer", Value::String(images.issuer));
  if (!images.subject.empty()) keyless.Set("subject", Value::String(images.subject));
  errors.push_back(
      InvalidField(Indexed(Child(path, "attestors"), images.attestors.size()) + ".entries[0].keyless",
                   keyless.Build(), "Either Rekor URL or roots are required"));
}

void CheckEntry(const ImageVerification& images, bool audits, std::string_view path, Texts& errors) {
  if (audits && images.mutate_digest) {
    errors.push_back(InvalidField(Child(path, "mutateDigest"), Value::Bool(true),
                                  "mutateDigest must be set to false for ‘Audit’ failure action"));
  }
  if (images.image_references.empty() && images.image.empty()) {
    errors.push_back(
        InvalidStruct(path, *images.source, TableOf<ImageVerification>(), "An image reference is required"));
  }
  AttestorCheck check(errors);
  for (std::size_t i = 0; i < images.attestations.size(); ++i) {
    check.CheckSets(images.attestations[i].attestors, Indexed(Child(path, "attestations"), i) + ".attestors");
  }
  const std::string attestors = Child(path, "attestors");
  check.CheckSets(images.attestors, attestors);
  CheckDeprecated(images, path, errors);
  if (images.type != "Notary") return;
  for (const AttestorSet& set : images.attestors) {
    for (const Attestor& attestor : set.entries) {
      if (attestor.keyless != nullptr) {
        errors.push_back(InvalidStruct(attestors, *images.source, TableOf<ImageVerification>(),
                                       "Keyless field is not allowed for type notary"));
      }
      if (attestor.keys != nullptr) {
        errors.push_back(InvalidStruct(attestors, *images.source, TableOf<ImageVerification>(),
                                       "Keys field is not allowed for type notary"));
      }
    }
  }
}

}  // namespace

Texts CheckVerifyImages(const Policy& policy, const Rule& rule, std::string_view path) {
  Texts errors;
  bool audits = !Enforces(policy.spec.validation_failure_action);
  for (std::size_t i = 0; i < rule.verify_images.size(); ++i) {
    const ImageVerification& images = rule.verify_images[i];
    // An entry's own action also counts for those after it that have none, as in the reference.
    if (!images.failure_action.empty()) audits = !Enforces(images.failure_action);
    CheckEntry(images, audits, Indexed(Child(path, "verifyImages"), i), errors);
  }
  return errors;
}

}  // namespace ephor::policy
