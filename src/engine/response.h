// What an evaluation found: one PolicyResponse a policy, one RuleResponse a rule that had something to say.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "json/value.h"

namespace ephor::policy {
struct Object;
}  // namespace ephor::policy

namespace ephor::pss {
struct Evaluation;
}  // namespace ephor::pss

namespace ephor::engine {

class Beginning;
class PolicyIdentity;
struct CompiledRule;

enum class RuleStatus : std::uint8_t { kPass, kFail, kWarning, kError, kSkip };
enum class RuleType : std::uint8_t { kValidation, kMutation, kGeneration, kImageVerify, kDeletion };

// As results and reports print them: "pass", "fail", "warning", "error", "skip".
std::string_view ToString(RuleStatus status);
// "Validation", "Mutation", "Generation", "ImageVerify", "Deletion".
std::string_view ToString(RuleType type);

// A key and value for the properties of a report's result.
struct Property {
  std::string_view key;
  std::string_view value;
};

// All views are into the request's arena or the policy set; both must outlive the response.
struct RuleResponse {
  std::string_view name;               // of the rule; policies written in CEL have few, most are ""
  const CompiledRule* rule = nullptr;  // after autogen; null for policies written in CEL
  RuleType type = RuleType::kValidation;
  RuleStatus status = RuleStatus::kPass;
  std::string_view message;
  const Beginning* beginning = nullptr;  // of the message, where it is known beforehand
  std::string_view path;  // of a pattern that failed: the field at fault, "/spec/containers/0/image/"
  std::span<const policy::Object* const> exceptions;  // those that made it a skip
  std::span<const Property> properties;               // the rule's reportProperties, substituted
  const pss::Evaluation* pod_security = nullptr;      // of a podSecurity rule that did not pass
  json::Value patched_target;                         // mutate-existing: the target as it would become
  std::span<const json::Value> generated;             // generate: the objects that would be made
};

// A rule that did not match, or gave no result for another reason, is not listed; a policy whose rules all
// did not is a response without rules.
struct PolicyResponse {
  const PolicyIdentity* policy = nullptr;
  std::span<const RuleResponse> rules;  // in the order of evaluation
  json::Value resource;                 // the object given, with this policy's mutations

  bool Has(RuleStatus status) const {
    for (const RuleResponse& rule : rules) {
      if (rule.status == status) return true;
    }
    return false;
  }
};

}  // namespace ephor::engine
