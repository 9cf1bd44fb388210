// From documents to the objects of types.h, with the checks of the API server.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "json/value.h"
#include "policy/types.h"

namespace ephor::policy {

enum class Kind : std::uint8_t {
  kNone,
  kPolicy,  // ClusterPolicy and Policy: kyverno.io/v1, v2beta1 and v2, which has the schema of v2beta1
  kPolicyException,     // kyverno.io/v2, v2beta1
  kCleanupPolicy,       // ClusterCleanupPolicy and CleanupPolicy: kyverno.io/v2, v2beta1
  kGlobalContextEntry,  // kyverno.io/v2, v2beta1, v2alpha1
};

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

// Each requires a document of its kind (KindOf). Fails with kInvalidInput, the texts of the API server and
// the position of the first thing that is wrong:
//   failed to parse document (spec.rules[0].macth: Invalid value: value provided for unknown field)
//   failed to validate resource (ClusterPolicy.kyverno.io "x" is invalid: spec.rules[0].match: Required
//   value)
// Unknown fields hide the rest; within a group all are listed, sorted by their path, unknown ones a line
// each. Defaults are filled in. Time and memory are linear in the document's size.
Result<std::shared_ptr<const Policy>> DecodePolicy(const SourceDocument& document,
                                                   const DecodeOptions& options = {});
Result<std::shared_ptr<const PolicyException>> DecodePolicyException(const SourceDocument& document,
                                                                     const DecodeOptions& options = {});
Result<std::shared_ptr<const CleanupPolicy>> DecodeCleanupPolicy(const SourceDocument& document,
                                                                 const DecodeOptions& options = {});
Result<std::shared_ptr<const GlobalContextEntry>> DecodeGlobalContextEntry(const SourceDocument& document,
                                                                           const DecodeOptions& options = {});

}  // namespace ephor::policy
