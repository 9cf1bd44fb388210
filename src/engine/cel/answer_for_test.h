// What a test expects of a review, in one text.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "engine/admission.h"
#include "json/parse.h"
#include "json/write.h"

namespace ephor::engine {

// "allowed" or "denied", then whatever the answer has of code, message, warnings, patch and audit
// annotations.
inline std::string TextOfAnswer(const AdmissionOutcome& outcome, const std::string& answer) {
  EXPECT_EQ(outcome.http_status, 200) << outcome.error;
  Arena arena;
  const auto parsed = json::Parse(answer, arena);
  if (!parsed) return "no JSON: " + answer;
  const json::Value& response = *parsed->Find("response");
  std::string text = outcome.allowed ? "allowed" : "denied";
  const auto add = [&text](std::string_view part) {
    if (!part.empty()) text.append(" ").append(part);
  };
  const auto add_json = [&](const json::Value* value) {
    if (value != nullptr) add(json::ToString(*value));
  };
  add_json(response.Find("status", "code"));
  add(response.StringAt("status", "message"));
  add_json(response.Find("warnings"));
  add(*Base64Decode(response.StringAt("patch")));
  add_json(response.Find("auditAnnotations"));
  return text;
}

}  // namespace ephor::engine
