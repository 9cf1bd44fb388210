// Responses of the engine as results of a report.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/response.h"
#include "report/policy_report.h"

namespace ephor::report {

// How results are read.
struct ResultOptions {
  bool audit_warn = false;       // failures of policies that only audit are warnings
  json::Value namespace_labels;  // of the resource's namespace, for overrides of the failure action
  std::int64_t seconds = 0;      // of every result's timestamp
};

// The result of one rule. The views are those of the response.
Result ResultOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                const ResultOptions& options);

// The status alone: "pass", "fail", "warn", "error" or "skip".
std::string_view StatusOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                          const ResultOptions& options);

// The status that summaries count, "" for none: only rules of kyverno.io can warn, and what a
// ValidatingAdmissionPolicy skips is not counted.
std::string_view CountedStatusOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                                 const ResultOptions& options);

// Whether the policy, as a whole, only audits: the first rule that names an action decides, then the policy.
bool OnlyAudits(const engine::PolicyResponse& response, const json::Value& namespace_labels);

// The annotation policies.kyverno.io/scored is not "false".
bool IsScored(const engine::PolicyResponse& response);

}  // namespace ephor::report
