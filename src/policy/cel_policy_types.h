// The policies written in CEL: policies.kyverno.io, and Kubernetes' own admission policies. The conventions
// are those of types.h. Namespaced kinds (NamespacedValidatingPolicy, ...) have the struct of the
// cluster-wide ones; Object::kind tells them apart.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/types.h"

namespace ephor::policy {

// ---- what a policy is about ----

struct NamedRuleWithOperations {
  StringList api_groups;
  StringList api_versions;
  StringList resources;    // "pods", "pods/status", "*", "*/*", "pods/*", "*/scale"
  StringList operations;   // CREATE, UPDATE, DELETE, CONNECT, *
  std::string_view scope;  // Cluster, Namespaced, * (default)
  StringList resource_names;
  const json::Value* source = nullptr;
};

// matchConstraints of a policy, matchResources of a binding.
struct MatchConstraints {
  const LabelSelector* namespace_selector = nullptr;
  const LabelSelector* object_selector = nullptr;
  std::span<const NamedRuleWithOperations> resource_rules;
  std::span<const NamedRuleWithOperations> exclude_resource_rules;
  std::string_view match_policy;  // Exact, Equivalent
  const json::Value* source = nullptr;
};

// ---- spec.evaluation, spec.autogen, spec.webhookConfiguration ----

struct Switch {
  std::optional<bool> enabled;
};

struct CelEvaluation {
  std::string_view mode;  // Kubernetes (default), JSON, HTTP, Envoy
  Switch admission;       // default true
  Switch background;      // default true
  Switch mutate_existing;
  Switch generate_existing;
  Switch synchronize;
  Switch orphan_downstream_on_policy_delete;
  std::optional<bool> skip_background_requests;  // default true
  bool use_server_side_apply = false;

  bool for_kubernetes() const { return mode.empty() || mode == "Kubernetes"; }
};

struct CelPodControllers {
  StringList controllers;  // absent: all six; [] turns autogen off
};

struct CelAutogen {
  const CelPodControllers* pod_controllers = nullptr;
  Switch validating_admission_policy;
  Switch mutating_admission_policy;
};

struct CelWebhookConfiguration {
  std::optional<std::int64_t> timeout_seconds;
};

// What the kinds share.
struct CelPolicy : Object {
  const MatchConstraints* match_constraints = nullptr;
  std::span<const MatchCondition> match_conditions;
  std::span<const CelVariable> variables;
  std::span<const CelAuditAnnotation> audit_annotations;
  std::string_view failure_policy;  // Fail (default), Ignore; a GeneratingPolicy is always Ignore
  CelEvaluation evaluation;
  CelAutogen autogen;
  CelWebhookConfiguration webhook_configuration;
  // Of a policy that was made for pod controllers, for which: "cronjobs" or "defaults" (cel_autogen.h).
  std::string_view made_for;

  bool is_namespaced() const { return kind.starts_with("Namespaced"); }
  bool fails_closed() const { return failure_policy != "Ignore"; }
};

// ---- policies.kyverno.io ----

struct ValidatingPolicy : CelPolicy {
  std::span<const CelExpression> validations;
  StringList validation_actions;  // Deny (default), Audit, Warn
  // The policies for pod controllers that were made of this one (cel_autogen.h), in the order of evaluation:
  // cronjobs, defaults.
  std::vector<std::shared_ptr<const ValidatingPolicy>> variants;
};

struct CelPatch {
  std::string_view expression;
};

struct CelMutation {
  std::string_view patch_type;  // ApplyConfiguration, JSONPatch
  const CelPatch* apply_configuration = nullptr;
  const CelPatch* json_patch = nullptr;
  const json::Value* source = nullptr;
};

struct TargetMatchConstraints : MatchConstraints {
  std::string_view expression;  // gives one object, or a list of them
};

struct MutatingPolicy : CelPolicy {
  std::span<const CelMutation> mutations;
  const TargetMatchConstraints* target_match_constraints = nullptr;
  std::span<const MatchCondition> target_match_conditions;
  std::string_view reinvocation_policy;                         // Never (default), IfNeeded
  std::vector<std::shared_ptr<const MutatingPolicy>> variants;  // as in ValidatingPolicy
};

struct CelGenerationTemplate {
  std::string_view value;        // YAML
  std::string_view interpolate;  // none (default), cel
};

struct CelGeneration {
  std::string_view expression;
  const CelGenerationTemplate* template_ = nullptr;
  const json::Value* source = nullptr;
};

struct GeneratingPolicy : CelPolicy {
  std::span<const CelGeneration> generate;
  bool use_server_side_apply = false;
};

struct DeletingPolicy : CelPolicy {
  std::span<const MatchCondition> conditions;
  std::string_view schedule;                     // cron
  std::string_view deletion_propagation_policy;  // Foreground, Background, Orphan
};

struct StringOrExpression {
  std::string_view value;
  std::string_view expression;
};

struct MatchImageReference {
  std::string_view glob;
  std::string_view expression;
};

// Each true by default.
struct ImageRequirements {
  bool mutate_digest = true;
  bool verify_digest = true;
  bool required = true;
};

struct ImageExpression {
  std::string_view name;
  std::string_view expression;
};

// Attestors and attestations as written: signatures are verified elsewhere.
struct ImageValidatingPolicy : CelPolicy {
  std::span<const CelExpression> validations;
  StringList validation_actions;
  ImageRequirements validation_configurations;
  std::span<const MatchImageReference> match_image_references;
  const json::Value* credentials = nullptr;
  std::span<const ImageExpression> images;
  const json::Value* attestors = nullptr;                              // a list
  const json::Value* attestations = nullptr;                           // a list, or absent
  std::vector<std::shared_ptr<const ImageValidatingPolicy>> variants;  // as in ValidatingPolicy
};

struct PolicyReference {
  std::string_view name;
  std::string_view kind;
};

// The PolicyException of policies.kyverno.io.
struct CelPolicyException : Object {
  std::span<const PolicyReference> policy_refs;
  std::span<const MatchCondition> match_conditions;
  StringList images;
  StringList allowed_values;
  std::string_view report_result;  // skip (default), pass
  std::string_view expires_at;     // RFC 3339
};

// ---- admissionregistration.k8s.io ----

// In these, match_constraints, match_conditions, variables, audit_annotations and failure_policy are set; the
// rest of CelPolicy stays as it is.
struct ValidatingAdmissionPolicy : CelPolicy {
  std::span<const CelExpression> validations;
  const CelParamKind* param_kind = nullptr;
};

struct MutatingAdmissionPolicy : CelPolicy {
  std::span<const CelMutation> mutations;
  const CelParamKind* param_kind = nullptr;
  std::string_view reinvocation_policy;
};

// A ValidatingAdmissionPolicyBinding or a MutatingAdmissionPolicyBinding.
struct AdmissionPolicyBinding : Object {
  std::string_view policy_name;
  const CelParamRef* param_ref = nullptr;
  const MatchConstraints* match_resources = nullptr;
  StringList validation_actions;
};

}  // namespace ephor::policy
