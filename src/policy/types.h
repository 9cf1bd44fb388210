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
#include "policy/attestor_types.h"
#include "policy/body_types.h"
#include "policy/context_types.h"
#include "policy/match_types.h"
#include "yaml/load.h"

namespace ephor::policy {

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
  Arena arena{512};  // what the views point into; there may be thousands
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
