#include "report/results.h"

#include <algorithm>
#include <array>

#include "engine/compiled_policy.h"
#include "policy/types.h"
#include "report/pod_security.h"

namespace ephor::report {
namespace {

using engine::RuleStatus;

std::string_view Annotation(const engine::PolicyResponse& response, std::string_view key) {
  const std::string_view* value = policy::Find(response.policy->object().metadata.annotations, key);
  return value == nullptr ? std::string_view() : *value;
}

std::string_view SeverityOf(const engine::PolicyResponse& response) {
  const std::string_view severity = Annotation(response, "policies.kyverno.io/severity");
  constexpr std::array<std::string_view, 5> kKnown = {"critical", "high", "medium", "low", "info"};
  return std::find(kKnown.begin(), kKnown.end(), severity) == kKnown.end() ? std::string_view() : severity;
}

// Which controller would have made the result in a cluster.
std::string_view ProcessOf(const engine::PolicyIdentity& policy) {
  if (policy.in_background()) return "background scan";
  return policy.in_admission() ? "admission review" : "";
}

Subject SubjectOf(const json::Value& resource) {
  return {.api_version = resource.StringAt("apiVersion"),
          .kind = resource.StringAt("kind"),
          .namespace_ = resource.StringAt("metadata", "namespace"),
          .name = resource.StringAt("metadata", "name"),
          .uid = resource.StringAt("metadata", "uid"),
          .resource_version = resource.StringAt("metadata", "resourceVersion")};
}

void SetProperty(Result& result, std::string_view key, std::string_view value) {
  const auto at =
      std::lower_bound(result.properties.begin(), result.properties.end(), key,
                       [](const auto& property, std::string_view k) { return property.first < k; });
  if (at != result.properties.end() && at->first == key) {
    at->second = value;
  } else {
    result.properties.emplace(at, key, value);
  }
}

std::string_view FindProperty(std::span<const engine::Property> properties, std::string_view key) {
  for (const engine::Property& property : properties) {
    if (property.key == key) return property.value;
  }
  return {};
}

// A rule's report properties may replace the message, for one status or for all.
std::string_view MessageOf(const engine::RuleResponse& rule) {
  std::string_view key;
  switch (rule.status) {
    case RuleStatus::kPass:
      key = "passMessage";
      break;
    case RuleStatus::kFail:
      key = "failMessage";
      break;
    case RuleStatus::kWarning:
      key = "warnMessage";
      break;
    case RuleStatus::kError:
      key = "errorMessage";
      break;
    case RuleStatus::kSkip:
      key = "skipMessage";
      break;
  }
  for (const std::string_view name : {std::string_view("message"), key}) {
    if (const std::string_view message = FindProperty(rule.properties, name); !message.empty())
      return message;
  }
  return rule.message;
}

}  // namespace

bool IsScored(const engine::PolicyResponse& response) {
  return Annotation(response, "policies.kyverno.io/scored") != "false";
}

bool OnlyAudits(const engine::PolicyResponse& response, const json::Value& namespace_labels) {
  // Policies of other kinds have no action in the eyes of the reference's command line.
  return response.policy->report_source() == "kyverno" &&
         !response.policy->Enforces(response.resource.StringAt("metadata", "namespace"), namespace_labels);
}

std::string_view StatusOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                          const ResultOptions& options) {
  switch (rule.status) {
    case RuleStatus::kPass:
      return "pass";
    case RuleStatus::kWarning:
      return "warn";
    case RuleStatus::kError:
      return "error";
    case RuleStatus::kSkip:
      return "skip";
    case RuleStatus::kFail:
      break;
  }
  if (!IsScored(response)) return "warn";
  return options.audit_warn && OnlyAudits(response, options.namespace_labels) ? "warn" : "fail";
}

std::string_view CountedStatusOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                                 const ResultOptions& options) {
  const std::string_view source = response.policy->report_source();
  if (source == "kyverno") return StatusOf(response, rule, options);
  if (rule.status == RuleStatus::kSkip && source == "ValidatingAdmissionPolicy") return "";
  return engine::ToString(rule.status);
}

Result ResultOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                const ResultOptions& options) {
  Result result;
  result.source = response.policy->report_source();
  result.policy = response.policy->key();
  result.rule = rule.name;
  result.category = Annotation(response, "policies.kyverno.io/category");
  result.severity = SeverityOf(response);
  result.result = StatusOf(response, rule, options);
  result.scored = IsScored(response);
  result.message = MessageOf(rule);
  result.subject = SubjectOf(response.resource);
  result.seconds = options.seconds;
  for (const engine::Property& property : rule.properties) SetProperty(result, property.key, property.value);
  SetProperty(result, "process", ProcessOf(*response.policy));
  if (!rule.exceptions.empty()) {
    std::string names;
    for (const policy::Object* exception : rule.exceptions) {
      if (!names.empty()) names += ',';
      names += exception->metadata.name;
    }
    SetProperty(result, "exceptions", names);
  }
  const policy::Validation* validation = rule.rule == nullptr ? nullptr : rule.rule->source->validate;
  if (rule.pod_security != nullptr && validation != nullptr && validation->pod_security != nullptr) {
    for (const auto& [key, value] : PodSecurityProperties(*rule.pod_security, *validation->pod_security)) {
      SetProperty(result, key, value);
    }
  }
  return result;
}

}  // namespace ephor::report
