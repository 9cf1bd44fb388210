// Who must have signed. The conventions are those of types.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "json/value.h"
#include "policy/match_types.h"

namespace ephor::policy {

struct SecretReference {
  std::string_view name;
  std::string_view namespace_;
};

struct Rekor {
  std::string_view url;
  std::string_view public_key;
  bool ignore_tlog = false;
};

struct CtLog {
  bool ignore_sct = false;
  std::string_view public_key;
  std::string_view tsa_cert_chain;
};

struct StaticKeyAttestor {
  std::string_view public_keys;
  std::string_view signature_algorithm;
  std::string_view kms;
  const SecretReference* secret = nullptr;
  const Rekor* rekor = nullptr;
  const CtLog* ctlog = nullptr;
};

struct CertificateAttestor {
  std::string_view certificate;
  std::string_view certificate_chain;
  const Rekor* rekor = nullptr;
  const CtLog* ctlog = nullptr;
};

struct KeylessAttestor {
  const Rekor* rekor = nullptr;
  const CtLog* ctlog = nullptr;
  std::string_view issuer;
  std::string_view issuer_reg_exp;
  std::string_view subject;
  std::string_view subject_reg_exp;
  std::string_view roots;
  StringMap additional_extensions;
};

struct AttestorSet;

struct Attestor {
  const StaticKeyAttestor* keys = nullptr;
  const CertificateAttestor* certificates = nullptr;
  const KeylessAttestor* keyless = nullptr;
  // A nested set: free-form in the API. Decoded where it can be; `nested_source` is what was written.
  const AttestorSet* nested = nullptr;
  const json::Value* nested_source = nullptr;
  StringMap annotations;
  std::string_view repository;
  std::string_view signature_algorithm;
};

struct AttestorSet {
  std::optional<std::int64_t> count;  // absent or 0: all entries
  std::span<const Attestor> entries;
  const json::Value* source = nullptr;

  std::int64_t required_count() const {
    return count.value_or(0) == 0 ? static_cast<std::int64_t>(entries.size()) : *count;
  }
};

struct Attestation {
  std::string_view name;
  std::string_view predicate_type;
  std::string_view type;
  std::span<const AttestorSet> attestors;
  std::span<const Conditions> conditions;
};

}  // namespace ephor::policy
