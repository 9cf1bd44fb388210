// The bodies of rules. The conventions are those of types.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "json/value.h"
#include "policy/attestor_types.h"
#include "policy/context_types.h"
#include "policy/match_types.h"

namespace ephor::policy {

// ---- validate ----

struct FailureActionOverride {
  std::string_view action;
  StringList namespaces;
  const LabelSelector* namespace_selector = nullptr;
};

struct Deny {
  const Conditions* conditions = nullptr;
};

struct ForEachValidation {
  std::string_view list;
  std::optional<bool> element_scope;
  std::span<const ContextEntry> context;
  const Conditions* preconditions = nullptr;
  const json::Value* pattern = nullptr;
  const json::Value* any_pattern = nullptr;
  const Deny* deny = nullptr;
  std::span<const ForEachValidation> foreach;
  const json::Value* source = nullptr;
};

struct PodSecurityStandard {
  std::string_view control_name;
  StringList images;
  std::string_view restricted_field;
  StringList values;
};

struct PodSecurity {
  std::string_view level;    // privileged, baseline, restricted
  std::string_view version;  // v1.19 ... v1.29, latest
  std::span<const PodSecurityStandard> exclude;
};

// The parts of a ValidatingAdmissionPolicy that a rule may hold.
struct CelExpression {
  std::string_view expression;
  std::string_view message;
  std::string_view reason;
  std::string_view message_expression;
  const json::Value* source = nullptr;
};

struct CelParamKind {
  std::string_view api_version;
  std::string_view kind;
};

struct CelParamRef {
  std::string_view name;
  std::string_view namespace_;
  const LabelSelector* selector = nullptr;
  std::string_view parameter_not_found_action;  // Allow, Deny
};

struct CelAuditAnnotation {
  std::string_view key;
  std::string_view value_expression;
};

struct CelVariable {
  std::string_view name;
  std::string_view expression;
};

struct Cel {
  std::optional<bool> generate;
  std::span<const CelExpression> expressions;
  const CelParamKind* param_kind = nullptr;
  const CelParamRef* param_ref = nullptr;
  std::span<const CelAuditAnnotation> audit_annotations;
  std::span<const CelVariable> variables;
};

struct ManifestObject {
  std::string_view group;
  std::string_view version;
  std::string_view kind;
  std::string_view name;
  std::string_view namespace_;
};

struct ManifestIgnoreFields {
  StringList fields;
  std::span<const ManifestObject> objects;
};

struct ManifestDryRun {
  bool enable = false;
  std::string_view namespace_;
};

struct Manifests {
  std::span<const AttestorSet> attestors;
  std::string_view annotation_domain;
  std::span<const ManifestIgnoreFields> ignore_fields;
  ManifestDryRun dry_run;
  std::string_view repository;
};

struct Validation {
  std::string_view failure_action;  // Audit, Enforce (audit, enforce); "": the policy's
  std::span<const FailureActionOverride> failure_action_overrides;
  std::optional<bool> allow_existing_violations;  // default true
  std::string_view message;
  const Manifests* manifests = nullptr;
  std::span<const ForEachValidation> foreach;
  const json::Value* pattern = nullptr;
  const json::Value* any_pattern = nullptr;
  const Deny* deny = nullptr;
  const PodSecurity* pod_security = nullptr;
  const Cel* cel = nullptr;
  const json::Value* assert_tree = nullptr;  // `assert`: accepted, no effect
  const json::Value* source = nullptr;
};

// ---- mutate ----

struct ResourceSpec {
  std::string_view api_version;
  std::string_view kind;
  std::string_view namespace_;
  std::string_view name;
  std::string_view uid;
};

struct MutateTarget {
  ResourceSpec resource;
  const LabelSelector* selector = nullptr;
  std::span<const ContextEntry> context;
  const Conditions* preconditions = nullptr;
  const json::Value* source = nullptr;
};

struct ForEachMutation {
  std::string_view list;
  std::string_view order;  // Ascending, Descending
  std::span<const ContextEntry> context;
  const Conditions* preconditions = nullptr;
  const json::Value* patch_strategic_merge = nullptr;
  std::string_view patches_json6902;
  std::span<const ForEachMutation> foreach;
  const json::Value* source = nullptr;
};

struct Mutation {
  std::optional<bool> mutate_existing_on_policy_update;
  std::span<const MutateTarget> targets;
  const json::Value* patch_strategic_merge = nullptr;
  std::string_view patches_json6902;  // YAML or JSON text
  std::span<const ForEachMutation> foreach;
  const json::Value* source = nullptr;
};

// ---- generate ----

struct CloneFrom {
  std::string_view namespace_;
  std::string_view name;
};

struct CloneList {
  std::string_view namespace_;
  StringList kinds;
  const LabelSelector* selector = nullptr;
};

struct GeneratePattern {
  ResourceSpec resource;
  const json::Value* data = nullptr;
  CloneFrom clone;
  CloneList clone_list;
};

struct ForEachGeneration {
  std::string_view list;
  std::span<const ContextEntry> context;
  const Conditions* preconditions = nullptr;
  GeneratePattern generate;
  const json::Value* source = nullptr;
};

struct Generation {
  std::optional<bool> generate_existing;
  bool synchronize = false;
  bool orphan_downstream_on_policy_delete = false;
  GeneratePattern generate;
  std::span<const ForEachGeneration> foreach;
  const json::Value* source = nullptr;
};

// ---- verifyImages ----

struct ImageVerificationValidate {
  std::string_view message;
  const Deny* deny = nullptr;
};

struct ImageVerification {
  std::string_view failure_action;  // Audit, Enforce; "": the policy's
  std::string_view type;            // Cosign (default), SigstoreBundle, Notary
  std::string_view image;           // deprecated, as are key, roots, subject, issuer
  StringList image_references;
  StringList skip_image_references;
  std::string_view key;
  std::string_view roots;
  std::string_view subject;
  std::string_view issuer;
  StringMap additional_extensions;
  std::span<const AttestorSet> attestors;
  std::span<const Attestation> attestations;
  StringMap annotations;
  std::string_view repository;
  bool cosign_oci11 = false;
  bool mutate_digest = false;  // this and the next three are true where the document says nothing
  bool verify_digest = false;
  bool required = false;
  bool use_cache = false;
  ImageVerificationValidate validate;
  const ImageRegistryCredentials* credentials = nullptr;
  const json::Value* source = nullptr;

  std::string_view type_or_default() const { return type.empty() ? std::string_view("Cosign") : type; }
};

struct ImageExtractor {
  std::string_view path;
  std::string_view value;
  std::string_view name;
  std::string_view key;
  std::string_view jmes_path;
};

struct ImageExtractorsOfKind {
  std::string_view kind;
  std::span<const ImageExtractor> extractors;
};

}  // namespace ephor::policy
