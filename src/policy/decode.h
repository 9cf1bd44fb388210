// From documents to the objects of types.h, with the checks of the API server.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "json/value.h"
#include "policy/cel_policy_types.h"
#include "policy/types.h"

namespace ephor::policy {

enum class Kind : std::uint8_t {
  kNone,
  // kyverno.io
  kPolicy,              // ClusterPolicy and Policy: v1, v2beta1 and v2, which has the schema of v2beta1
  kPolicyException,     // v2, v2beta1, as cleanup policies
  kCleanupPolicy,       // ClusterCleanupPolicy and CleanupPolicy
  kGlobalContextEntry,  // v2, v2beta1, v2alpha1
  // policies.kyverno.io v1, v1beta1, v1alpha1, whose schemas are the same. Each but the exception also as
  // Namespaced..., from v1beta1 on.
  kValidatingPolicy,
  kMutatingPolicy,
  kGeneratingPolicy,
  kDeletingPolicy,
  kImageValidatingPolicy,
  kCelPolicyException,  // PolicyException
  // admissionregistration.k8s.io v1, v1beta1, v1alpha1
  kValidatingAdmissionPolicy,
  kMutatingAdmissionPolicy,
  kAdmissionPolicyBinding,  // of either
};

// The kind of the documents that a struct is decoded from.
template <class T>
inline constexpr Kind kKindOf = Kind::kNone;
template <>
inline constexpr Kind kKindOf<Policy> = Kind::kPolicy;
template <>
inline constexpr Kind kKindOf<PolicyException> = Kind::kPolicyException;
template <>
inline constexpr Kind kKindOf<CleanupPolicy> = Kind::kCleanupPolicy;
template <>
inline constexpr Kind kKindOf<GlobalContextEntry> = Kind::kGlobalContextEntry;
template <>
inline constexpr Kind kKindOf<ValidatingPolicy> = Kind::kValidatingPolicy;
template <>
inline constexpr Kind kKindOf<MutatingPolicy> = Kind::kMutatingPolicy;
template <>
inline constexpr Kind kKindOf<GeneratingPolicy> = Kind::kGeneratingPolicy;
template <>
inline constexpr Kind kKindOf<DeletingPolicy> = Kind::kDeletingPolicy;
template <>
inline constexpr Kind kKindOf<ImageValidatingPolicy> = Kind::kImageValidatingPolicy;
template <>
inline constexpr Kind kKindOf<CelPolicyException> = Kind::kCelPolicyException;
template <>
inline constexpr Kind kKindOf<ValidatingAdmissionPolicy> = Kind::kValidatingAdmissionPolicy;
template <>
inline constexpr Kind kKindOf<MutatingAdmissionPolicy> = Kind::kMutatingAdmissionPolicy;
template <>
inline constexpr Kind kKindOf<AdmissionPolicyBinding> = Kind::kAdmissionPolicyBinding;

// Which of these kinds a document says it is; kNone for any other group, version or kind.
Kind KindOf(std::string_view api_version, std::string_view kind);
Kind KindOf(const json::Value& document);

// A document, where it begins, and the text it is in. The text owns the document.
struct SourceDocument {
  const json::Value* root = nullptr;
  std::uint32_t line = 1;
  std::shared_ptr<const SourceText> text;
};

struct DecodeOptions {
  // Unknown fields and what the schema forbids are errors. Off for objects that the API server gave: it has
  // seen to this already, perhaps by a newer schema.
  bool strict = true;
};

// An object of a document of its kind: KindOf(document) == kKindOf<T>, which is not kNone. Fails with
// kInvalidInput, the texts of the API server and the position of the first thing that is wrong:
//   failed to parse document (spec.rules[0].macth: Invalid value: value provided for unknown field)
//   failed to validate resource (ClusterPolicy.kyverno.io "x" is invalid: spec.rules[0].match: Required
//   value)
// Unknown fields hide the rest; within a group all are listed, sorted by their path, unknown ones a line
// each. Defaults are filled in. Time and memory are linear in the document's size.
template <class T>
Result<std::shared_ptr<const T>> Decode(const SourceDocument& document, const DecodeOptions& options = {});

}  // namespace ephor::policy
