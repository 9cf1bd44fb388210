#include "engine/cel/policy_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/cron.h"
#include "engine/cel/deleting_policy.h"
#include "engine/cel/generating_policy.h"
#include "engine/cel/identifiers.h"
#include "engine/cel/image_policy.h"
#include "engine/cel/mutating_policy.h"
#include "engine/cel/validating_policy.h"
#include "policy/field_error.h"

namespace ephor::engine {
namespace {

using policy::ValidationReport;

bool UsesHttp(std::string_view expression) {
  return NamesIdentifier(expression, "http");
}

// The policy's expressions.
using Texts = std::vector<std::string_view>;

Texts SharedTexts(const policy::CelPolicy& policy) {
  Texts texts;
  for (const auto& variable : policy.variables) texts.push_back(variable.expression);
  for (const auto& condition : policy.match_conditions) texts.push_back(condition.expression);
  for (const auto& annotation : policy.audit_annotations) texts.push_back(annotation.value_expression);
  return texts;
}

void AddValidations(std::span<const policy::CelExpression> validations, Texts& texts) {
  for (const policy::CelExpression& validation : validations) {
    texts.push_back(validation.expression);
    texts.push_back(validation.message_expression);
  }
}

class Check {
 public:
  explicit Check(const policy::CelPolicy& policy) : policy_(policy) {}

  template <class Compiled, class Source>
  void Compiles(const std::shared_ptr<const Source>& source) {
    (void)Compiled::Compile(source, {}, &errors_);
  }

  void Shared(const Texts& more) {
    if (policy_.match_constraints == nullptr || policy_.match_constraints->resource_rules.empty()) {
      Add(policy::RequiredField("spec.matchConstraints",
                                "a matchConstraints with at least one resource rule is required"));
    }
    if (!policy_.is_namespaced()) return;
    const Texts texts = SharedTexts(policy_);
    if (std::ranges::any_of(texts, UsesHttp) || std::ranges::any_of(more, UsesHttp)) {
      Add(policy::ForbiddenField("spec",
                                 "http.* is not allowed in namespaced policies; set "
                                 "--allowHTTPInNamespacedPolicies to enable"));
    }
  }

  void Add(std::string error) { errors_.push_back(std::move(error)); }

  ValidationReport Report() && {
    ValidationReport report;
    if (errors_.empty()) return report;
    report.error = Error(ErrorCode::kInvalidPolicy, policy::Aggregate(errors_));
    report.warnings = std::move(errors_);
    return report;
  }

 private:
  const policy::CelPolicy& policy_;
  SpecErrors errors_;
};

}  // namespace

ValidationReport CheckPolicy(const std::shared_ptr<const policy::ValidatingPolicy>& policy) {
  Check check(*policy);
  check.Compiles<CompiledValidatingPolicy>(policy);
  Texts texts;
  AddValidations(policy->validations, texts);
  check.Shared(texts);
  return std::move(check).Report();
}

ValidationReport CheckPolicy(const std::shared_ptr<const policy::MutatingPolicy>& policy) {
  Check check(*policy);
  check.Compiles<CompiledMutatingPolicy>(policy);
  Texts texts;
  for (const policy::CelMutation& mutation : policy->mutations) {
    for (const policy::CelPatch* patch : {mutation.apply_configuration, mutation.json_patch}) {
      if (patch != nullptr) texts.push_back(patch->expression);
    }
  }
  check.Shared(texts);
  if (!policy->evaluation.admission.enabled.value_or(true) &&
      !policy->evaluation.mutate_existing.enabled.value_or(false)) {
    check.Add(policy::ForbiddenField(
        "spec.evaluation", "disabling both admission and mutateExisting evaluation modes is not allowed"));
  }
  return std::move(check).Report();
}

ValidationReport CheckPolicy(const std::shared_ptr<const policy::GeneratingPolicy>& policy) {
  Check check(*policy);
  check.Compiles<CompiledGeneratingPolicy>(policy);
  Texts texts;
  for (const policy::CelGeneration& generation : policy->generate) texts.push_back(generation.expression);
  check.Shared(texts);
  return std::move(check).Report();
}

ValidationReport CheckPolicy(const std::shared_ptr<const policy::DeletingPolicy>& policy) {
  Check check(*policy);
  check.Compiles<CompiledDeletingPolicy>(policy);
  Texts texts;
  for (const policy::MatchCondition& condition : policy->conditions) texts.push_back(condition.expression);
  check.Shared(texts);
  if (policy->schedule.empty()) {
    check.Add(policy::RequiredField("spec.schedule", "schedule is required"));
  } else if (const auto schedule = CronSchedule::Parse(policy->schedule); !schedule) {
    check.Add(policy::InvalidField(
        "spec.schedule", policy->schedule,
        "schedule spec in the deletingPolicy is not in proper cron format: " + schedule.error().message()));
  }
  return std::move(check).Report();
}

ValidationReport CheckPolicy(const std::shared_ptr<const policy::ImageValidatingPolicy>& policy) {
  Check check(*policy);
  const CompiledImagePolicy compiled(policy, {});
  for (const std::string& error : compiled.errors()) check.Add(error);
  Texts texts;
  AddValidations(policy->validations, texts);
  for (const auto& image : policy->images) texts.push_back(image.expression);
  for (const auto& reference : policy->match_image_references) texts.push_back(reference.expression);
  check.Shared(texts);
  return std::move(check).Report();
}

ValidationReport CheckException(const policy::CelPolicyException& exception) {
  std::vector<std::string> errors;
  if (exception.policy_refs.empty()) {
    errors.push_back(policy::InvalidField("spec.policyRefs", json::Value::Array({}),
                                          "must specify at least one policy ref"));
  }
  for (std::size_t i = 0; i < exception.policy_refs.size(); ++i) {
    const policy::PolicyReference& reference = exception.policy_refs[i];
    const std::string path = "spec.policyRefs[" + std::to_string(i) + "].";
    if (reference.name.empty()) {
      errors.push_back(policy::InvalidField(path + "name", std::string_view(), "must specify policy name"));
    }
    if (reference.kind.empty()) {
      errors.push_back(policy::InvalidField(path + "kind", std::string_view(), "must specify policy kind"));
    }
  }
  ValidationReport report;
  if (!errors.empty()) report.error = Error(ErrorCode::kInvalidPolicy, policy::Aggregate(errors));
  return report;
}

}  // namespace ephor::engine
