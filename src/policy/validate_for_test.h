// Policies to validate, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "policy/decode_for_test.h"
#include "policy/validate.h"

namespace ephor::policy {

// Specs of one rule "r", which matches Services but in the second.
inline std::string RuleWith(std::string_view rest) {
  return "  rules: [{name: r, match: {any: [{resources: {kinds: [Service]}}]}, " + std::string(rest) + "}]\n";
}
inline std::string Matching(std::string_view match) {
  return "  rules: [{name: r, validate: {deny: {}}, match: " + std::string(match) + "}]\n";
}
inline std::string WithContext(std::string_view entry) {
  return RuleWith("context: [" + std::string(entry) + "], validate: {deny: {}}");
}
inline std::string Verifying(std::string_view entry) {
  return RuleWith("verifyImages: [" + std::string(entry) + "]");
}

inline std::string ErrorOf(const Policy& policy, const ValidateOptions& options = {}) {
  const ValidationReport report = ValidatePolicy(policy, options);
  if (!report.error) return "";
  EXPECT_EQ(report.error->code(), ErrorCode::kInvalidPolicy);
  EXPECT_NE(report.error->position().line, 0u);
  return report.error->message();
}

}  // namespace ephor::policy
