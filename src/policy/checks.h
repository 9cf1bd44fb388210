// The families of checks behind validate.h. Internal to this library. Errors are kInvalidPolicy and end the
// validation, but for those that are collected: they are listed together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/types.h"
#include "policy/validate.h"

namespace ephor::policy {

using Texts = std::vector<std::string>;

inline std::unexpected<Error> Refuse(std::string message) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(message));
}
// "BASE[3]"
inline std::string Indexed(std::string_view base, std::size_t index) {
  return std::string(base).append("[").append(std::to_string(index)).append("]");
}
// "BASE.CHILD"
inline std::string Child(std::string_view base, std::string_view child) {
  return std::string(base).append(".").append(child);
}
// Go's verb for lists of strings: "[a b]", or with quotes: ["a" "b"].
std::string GoList(const Texts& texts);
std::string GoQuotedList(std::span<const std::string_view> texts);

// All kinds that a block names, in the order of the reference: direct ones, those of `all`, those of `any`.
std::vector<std::string_view> KindsOf(const MatchResources& block);
// ---- the policy (checks_spec.cc) ----
Texts WarnOfOldActions(const Spec& spec);
void CheckSpec(const Policy& policy, const ClusterFacts* cluster, Texts& warnings, Texts& errors);
void CheckPodSecurityControl(const PodSecurityStandard& exclude, std::string_view path, Texts& errors);
Result<void> CheckOverrides(const Policy& policy);
Result<void> CheckProcessing(const Spec& spec);
// An update of generate rules: a warning ends the validation, as does an error.
Result<void> CheckImmutable(const Policy& policy, const Policy* old, std::string& warning);

// ---- variables (checks_variables.cc, checks_references.cc) ----
Result<void> CheckReferences(const json::Value& document);
// Of conditions that are evaluated outside rules: hardly more than that each query can be read.
Result<void> CheckVariablesIn(const json::Value& conditions);
Result<void> CheckVariablesOnUpdate(const Policy& policy);
Result<void> CheckElementOutsideForeach(const Rule& rule);

// ---- match and exclude (checks_match.cc, checks_kinds.cc) ----
void CheckMatch(const MatchResources& block, std::string_view path, bool namespaced,
                const ClusterFacts* cluster, Texts& errors);
bool MatchesNothing(const Rule& rule);
Result<void> CheckMatchShape(const Rule& rule);
Result<void> CheckKindsAreNamed(const Rule& rule);
// A warning ends the validation.
Result<void> CheckKinds(const Policy& policy, const ClusterFacts* cluster, std::string& warning);
bool OnlyDealsWithMetadata(const Rule& rule);

// ---- conditions (checks_conditions.cc) ----
Result<void> CheckConditions(const Rule& rule);
void WarnOfOldOperators(const Rule& rule, Texts& warnings);

// ---- context and image extractors (checks_context.cc) ----
Result<void> CheckContext(const Rule& rule);
Result<void> CheckImageExtractors(const Rule& rule);

// ---- bodies ----
// checks_patch.cc; the index is the rule's place among the effective rules.
bool JsonPatchPathHasVariables(std::string_view patch);
Result<void> CheckJsonPatch(const Rule& rule, std::size_t index);
// checks_body.cc
Result<void> CheckBodies(const Rule& rule, std::size_t index, const ValidateOptions& options,
                         Texts& warnings);
// checks_generate.cc
void CheckGenerate(const Policy& policy, const Generation& generate, std::string_view path,
                   const ClusterFacts* cluster, Texts& warnings, Texts& errors);
// checks_images.cc
Texts CheckVerifyImages(const Policy& policy, const Rule& rule, std::string_view path);
// checks_pattern.cc: anchors of a pattern; the path of the trouble goes to `path`.
Result<void> CheckAnchors(const json::Value& pattern, bool anchors_allowed, std::string& path);
// Whether labels and annotations in patterns have only strings.
bool HasStringLabels(const Rule& rule);

}  // namespace ephor::policy
