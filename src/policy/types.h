// The kinds of kyverno.io as plain structs: what a policy says, without a meaning given to it.
//
// Everything is read-only after decoding (decode.h) and may be read from any thread. Strings, lists and
// nested structs are views: strings and free-form parts point into the document they were read from, structs
// and lists into the arena of the object that holds them. Nothing here is copied or freed on its own; keep
// the shared_ptr of the Policy.
//
// Absent and empty differ in places. The conventions:
//   std::string_view     absent is "" (no field of these kinds gives "" a meaning of its own)
//   std::optional<T>     absent is nullopt
//   const T*             absent is nullptr
//   const json::Value*   a free-form part; absent and null are nullptr
//   std::span<const T>   absent has data() == nullptr; a written empty list has size 0 and another data()
// A `source` member is the Value a struct was decoded from, never null: Object::PositionOf finds its line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "yaml/load.h"

namespace ephor::policy {

struct StringPair {
  std::string_view key;
  std::string_view value;
};
using StringList = std::span<const std::string_view>;
using StringMap = std::span<const StringPair>;  // sorted by key, keys unique

// The value of a key, or nullptr.
const std::string_view* Find(StringMap map, std::string_view key);

// ---- selecting resources and requesters ----

struct LabelSelectorRequirement {
  std::string_view key;
  std::string_view op;  // In, NotIn, Exists, DoesNotExist
  StringList values;
};

struct LabelSelector {
  StringMap match_labels;
  std::span<const LabelSelectorRequirement> match_expressions;
};

struct Subject {
  std::string_view kind;  // User, Group, ServiceAccount
  std::string_view api_group;
  std::string_view name;
  std::string_view namespace_;
};

struct UserInfo {
  StringList roles;  // namespace:name
  StringList cluster_roles;
  std::span<const Subject> subjects;

  bool empty() const { return roles.empty() && cluster_roles.empty() && subjects.empty(); }
};

struct ResourceDescription {
  StringList kinds;
  std::string_view name;
  StringList names;
  StringList namespaces;
  StringMap annotations;
  const LabelSelector* selector = nullptr;
  const LabelSelector* namespace_selector = nullptr;
  StringList operations;  // CREATE, CONNECT, UPDATE, DELETE

  bool empty() const {
    return kinds.empty() && name.empty() && names.empty() && namespaces.empty() && annotations.empty() &&
           selector == nullptr && namespace_selector == nullptr && operations.empty();
  }
};

struct ResourceFilter {
  UserInfo user;
  ResourceDescription resources;
  const json::Value* source = nullptr;

  bool empty() const { return user.empty() && resources.empty(); }
};

struct MatchResources {
  std::span<const ResourceFilter> any;
  std::span<const ResourceFilter> all;
  UserInfo user;                  // the legacy form, v1 only
  ResourceDescription resources;  // the legacy form, v1 only
  const json::Value* source = nullptr;

  bool empty() const { return any.empty() && all.empty() && user.empty() && resources.empty(); }
};

// ---- conditions ----

struct Condition {
  const json::Value* key = nullptr;
  std::string_view op;
  const json::Value* value = nullptr;
  std::string_view message;
  const json::Value* source = nullptr;
};

// {any, all}, or the legacy list of conditions that must all hold: then `legacy` is set and `all` has them.
// A written empty `any: []` is never true; an absent one is. See the convention for spans above.
struct Conditions {
  std::span<const Condition> any;
  std::span<const Condition> all;
  bool legacy = false;
  const json::Value* source = nullptr;
};

// A CEL condition.
struct MatchCondition {
  std::string_view name;
  std::string_view expression;
  const json::Value* source = nullptr;
};

// ---- context ----

struct ImageRegistryCredentials {
  bool allow_insecure_registry = false;
  StringList providers;  // default, amazon, azure, google, github
  StringList secrets;
};

struct ConfigMapReference {
  std::string_view name;
  std::string_view namespace_;
};

struct HttpHeader {
  std::string_view key;
  std::string_view value;
};

struct ServiceCall {
  std::string_view url;
  std::span<const HttpHeader> headers;
  std::string_view ca_bundle;
};

struct RequestData {
  std::string_view key;
  const json::Value* value = nullptr;
};

struct ApiCall {
  std::string_view url_path;
  std::string_view method;  // GET (default) or POST
  std::span<const RequestData> data;
  const ServiceCall* service = nullptr;
};

struct ContextApiCall {
  ApiCall call;
  const json::Value* fallback = nullptr;  // `default`
  std::string_view jmes_path;
};

struct ImageRegistry {
  std::string_view reference;
  std::string_view jmes_path;
  const ImageRegistryCredentials* credentials = nullptr;
};

struct Variable {
  const json::Value* value = nullptr;
  std::string_view jmes_path;
  const json::Value* fallback = nullptr;  // `default`
};

struct GlobalReference {
  std::string_view name;
  std::string_view jmes_path;
};

// Exactly one of the pointers is set in a valid policy.
struct ContextEntry {
  std::string_view name;
  const ConfigMapReference* config_map = nullptr;
  const ContextApiCall* api_call = nullptr;
  const ImageRegistry* image_registry = nullptr;
  const Variable* variable = nullptr;
  const GlobalReference* global_reference = nullptr;
  const json::Value* source = nullptr;
};

// ---- signatures ----

struct SecretReference {
  std::string_view name;
  std::string_view namespace_;
};

struct Rekor {
  std::string_view url;
  std::string_view public_key;
  bool ignore_tlog = false;
};

struct CtLog {
  bool ignore_sct = false;
  std::string_view public_key;
  std::string_view tsa_cert_chain;
};

struct StaticKeyAttestor {
  std::string_view public_keys;
  std::string_view signature_algorithm;
  std::string_view kms;
  const SecretReference* secret = nullptr;
  const Rekor* rekor = nullptr;
  const CtLog* ctlog = nullptr;
};

struct CertificateAttestor {
  std::string_view certificate;
  std::string_view certificate_chain;
  const Rekor* rekor = nullptr;
  const CtLog* ctlog = nullptr;
};

struct KeylessAttestor {
  const Rekor* rekor = nullptr;
  const CtLog* ctlog = nullptr;
  std::string_view issuer;
  std::string_view issuer_reg_exp;
  std::string_view subject;
  std::string_view subject_reg_exp;
  std::string_view roots;
  StringMap additional_extensions;
};

struct AttestorSet;

struct Attestor {
  const StaticKeyAttestor* keys = nullptr;
  const CertificateAttestor* certificates = nullptr;
  const KeylessAttestor* keyless = nullptr;
  // A nested set: free-form in the API. Decoded where it can be; `nested_source` is what was written.
  const AttestorSet* nested = nullptr;
  const json::Value* nested_source = nullptr;
  StringMap annotations;
  std::string_view repository;
  std::string_view signature_algorithm;
};

struct AttestorSet {
  std::optional<std::int64_t> count;  // absent or 0: all entries
  std::span<const Attestor> entries;
  const json::Value* source = nullptr;

  std::int64_t required_count() const {
    return count.value_or(0) == 0 ? static_cast<std::int64_t>(entries.size()) : *count;
  }
};

struct Attestation {
  std::string_view name;
  std::string_view predicate_type;
  std::string_view type;
  std::span<const AttestorSet> attestors;
  std::span<const Conditions> conditions;
};

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

// ---- rules and policies ----

struct Rule {
  std::string_view name;
  std::span<const ContextEntry> context;
  StringMap report_properties;
  MatchResources match;
  const MatchResources* exclude = nullptr;
  std::span<const ImageExtractorsOfKind> image_extractors;  // sorted by kind
  const Conditions* preconditions = nullptr;
  std::span<const MatchCondition> cel_preconditions;
  const Mutation* mutate = nullptr;
  const Validation* validate = nullptr;
  const Generation* generate = nullptr;
  std::span<const ImageVerification> verify_images;
  std::optional<bool> skip_background_requests;  // default true
  const json::Value* source = nullptr;           // of a generated rule: the Value it was rewritten to
  std::uint32_t origin = 0;                      // the place in spec.rules of the rule it is or was made from
  bool generated = false;                        // made for pod controllers (autogen.h)
  bool for_cron_job = false;                     // of the generated ones, that for CronJobs

  // A body that says nothing counts as absent, as in the reference.
  bool has_mutate() const;
  bool has_mutate_existing() const { return mutate != nullptr && mutate->targets.data() != nullptr; }
  bool has_mutate_standard() const { return has_mutate() && !has_mutate_existing(); }
  bool has_validate() const;
  bool has_validate_pod_security() const;
  bool has_validate_cel() const;
  bool has_verify_manifests() const;
  bool has_generate() const;
  bool has_verify_images() const;
  bool has_verify_image_checks() const;
  bool has_validate_image_verification() const;
};

struct WebhookConfiguration {
  std::string_view failure_policy;
  std::optional<std::int64_t> timeout_seconds;
  std::span<const MatchCondition> match_conditions;
};

struct Spec {
  std::span<const Rule> rules;
  std::string_view apply_rules;  // All (default), One
  std::string_view failure_policy;
  std::string_view validation_failure_action;
  std::span<const FailureActionOverride> validation_failure_action_overrides;
  std::optional<bool> emit_warning;
  std::optional<bool> admission;
  std::optional<bool> background;
  std::optional<bool> schema_validation;
  std::optional<std::int64_t> webhook_timeout_seconds;
  bool mutate_existing_on_policy_update = false;
  std::optional<bool> generate_existing_on_policy_update;
  bool generate_existing = false;
  bool use_server_side_apply = false;
  const WebhookConfiguration* webhook_configuration = nullptr;

  bool admission_enabled() const { return admission.value_or(true); }
  bool background_enabled() const { return background.value_or(true); }
  bool applies_one() const { return apply_rules == "One"; }
};

// "Enforce" and the deprecated "enforce"; all else means Audit.
constexpr bool Enforces(std::string_view action) {
  return action == "Enforce" || action == "enforce";
}

struct Metadata {
  std::string_view name;
  std::string_view namespace_;
  std::string_view uid;
  std::string_view resource_version;
  std::int64_t generation = 0;
  StringMap labels;
  StringMap annotations;
};

// Text that objects were read from, with its documents. The objects of one file share it and keep it alive.
// Fixed once reading has ended.
struct SourceText {
  std::string name;  // a file, a URL; "" for objects from the API server
  std::string bytes;
  Arena arena;  // of the documents
  yaml::Positions positions;
};

// What all kinds have.
struct Object {
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  // Where a Value of the document stands; {0, 0} for one that autogen made.
  SourcePosition PositionOf(const json::Value* value) const;

  std::string_view api_version;
  std::string_view kind;
  Metadata metadata;
  const json::Value* document = nullptr;  // as written, nothing left out
  std::uint32_t line = 0;                 // where the document begins in its text
  std::shared_ptr<const SourceText> text;
  Arena arena{4 << 10};  // what the views point into
};

// A ClusterPolicy or a Policy. Names: a ClusterPolicy has no namespace.
struct Policy : Object {
  Spec spec;
  // The rules to run: those of the spec with the ones made from them for pod controllers, in the order of
  // evaluation (autogen.h). The same as spec.rules where nothing was made.
  std::span<const Rule> effective_rules;
  // The kinds that rules were made for; empty where none were made.
  StringList autogen_controllers;

  bool is_namespaced() const { return kind == "Policy"; }
};

struct ExceptionEntry {
  std::string_view policy_name;  // name, or namespace/name of a Policy
  StringList rule_names;         // wildcards allowed
};

struct PolicyException : Object {
  std::optional<bool> background;
  MatchResources match;
  const Conditions* conditions = nullptr;
  std::span<const ExceptionEntry> exceptions;
  std::span<const PodSecurityStandard> pod_security;
};

// A ClusterCleanupPolicy or a CleanupPolicy.
struct CleanupPolicy : Object {
  std::span<const ContextEntry> context;
  MatchResources match;
  const MatchResources* exclude = nullptr;
  std::string_view schedule;  // cron
  const Conditions* conditions = nullptr;
  std::string_view deletion_propagation_policy;  // Foreground, Background, Orphan

  bool is_namespaced() const { return kind == "CleanupPolicy"; }
};

struct GlobalContextProjection {
  std::string_view name;
  std::string_view jmes_path;
};

struct GlobalContextResource {
  std::string_view group;
  std::string_view version;
  std::string_view resource;
  std::string_view namespace_;
};

struct GlobalContextApiCall {
  ApiCall call;
  std::string_view refresh_interval;  // a Go duration
  std::int64_t retry_limit = 0;
};

struct GlobalContextEntry : Object {
  const GlobalContextResource* kubernetes_resource = nullptr;
  const GlobalContextApiCall* api_call = nullptr;
  std::span<const GlobalContextProjection> projections;
};

}  // namespace ephor::policy
