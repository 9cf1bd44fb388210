#include "cli/findings.h"

#include <string>

#include "engine/compiled_policy.h"
#include "engine/policy_identity.h"
#include "policy/types.h"
#include "pss/standard.h"

namespace ephor::cli {
namespace {

// Where the Pod stands in objects of the kinds that have one.
std::string_view PathOfPod(std::string_view kind) {
  if (kind == "Pod") return "";
  return kind == "CronJob" ? "spec.jobTemplate.spec.template." : "spec.template.";
}

std::string FieldAtFault(const engine::PolicyResponse& response, const engine::RuleResponse& rule) {
  if (!rule.path.empty()) return std::string(rule.path);
  if (rule.pod_security == nullptr) return "";
  for (const pss::Violation& violation : rule.pod_security->violations) {
    if (violation.errors.empty()) continue;
    return std::string(PathOfPod(response.resource.StringAt("kind"))).append(violation.errors[0].field);
  }
  return "";
}

report::Place RulePlace(const engine::PolicyResponse& response, const engine::RuleResponse& rule) {
  const policy::Object& object = response.policy->object();
  report::Place place;
  if (object.text == nullptr) return place;
  place.file = object.text->name;
  place.position = {object.line, 1};
  if (rule.rule == nullptr) return place;
  // A rule that autogen has made stands where the one stands that it was made from.
  const auto& policy = static_cast<const engine::CompiledPolicy&>(*response.policy).source();
  const std::uint32_t origin = rule.rule->source->origin;
  if (origin >= policy.spec.rules.size()) return place;
  const SourcePosition found = policy.PositionOf(policy.spec.rules[origin].source);
  if (found.line > 0) place.position = found;
  return place;
}

}  // namespace

report::Finding FindingOf(const engine::PolicyResponse& response, const engine::RuleResponse& rule,
                          const report::ResultOptions& options, const source::ResourceDocument* document,
                          std::size_t item, source::FieldLocator& locator) {
  const report::Result result = report::ResultOf(response, rule, options);
  report::Finding finding;
  finding.policy = result.policy;
  finding.rule = rule.name;
  if (const std::string_view* description =
          policy::Find(response.policy->object().metadata.annotations, "policies.kyverno.io/description")) {
    finding.description = *description;
  }
  finding.category = result.category;
  finding.severity = result.severity;
  finding.status = result.result;
  finding.message = result.message;
  if (!result.subject.namespace_.empty()) finding.resource = std::string(result.subject.namespace_) + "/";
  finding.resource.append(result.subject.kind).append("/").append(result.subject.name);
  if (document != nullptr) {
    finding.manifest.file = *document->file;
    finding.manifest.position = locator.Locate(*document, item, FieldAtFault(response, rule));
  }
  finding.rule_place = RulePlace(response, rule);
  return finding;
}

}  // namespace ephor::cli
