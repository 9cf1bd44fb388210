#include "policy/definition.h"

#include <algorithm>
#include <array>
#include <string>

#include "json/builder.h"
#include "policy/descriptors.h"
#include "policy/schema.h"

namespace ephor::policy {
namespace {

using json::Value;

struct ServedVersion {
  std::string_view name;
  Versions schema;
  bool stored = false;
  bool deprecated = false;
};

// A column of `kubectl get`; of priority 1 only with `-o wide`.
struct Column {
  std::string_view name;
  std::string_view path;
  std::string_view type;
  int priority = 0;
};

struct Definition {
  DefinedKind of;
  std::string_view plural;
  std::string_view short_name;  // "" for none
  bool namespaced;
  const Table& (*spec)();
  std::span<const ServedVersion> versions;
  std::span<const Column> columns;
  bool has_status = true;
  bool has_mode = false;  // spec.evaluation.mode may be selected by
};

constexpr std::string_view kReady = R"(.status.conditions[?(@.type == "Ready")].status)";
constexpr std::string_view kCreated = ".metadata.creationTimestamp";

constexpr Column kPolicyColumns[] = {
    {"ADMISSION", ".spec.admission", "boolean"},
    {"BACKGROUND", ".spec.background", "boolean"},
    {"READY", kReady, "string"},
    {"AGE", kCreated, "date"},
    {"FAILURE POLICY", ".spec.failurePolicy", "string", 1},
    {"VALIDATE", ".status.rulecount.validate", "integer", 1},
    {"MUTATE", ".status.rulecount.mutate", "integer", 1},
    {"GENERATE", ".status.rulecount.generate", "integer", 1},
    {"VERIFY IMAGES", ".status.rulecount.verifyimages", "integer", 1},
    {"MESSAGE", R"(.status.conditions[?(@.type == "Ready")].message)", "string"},
};
constexpr Column kCleanupColumns[] = {{"Schedule", ".spec.schedule", "string"}, {"Age", kCreated, "date"}};
constexpr Column kGlobalContextColumns[] = {
    {"AGE", kCreated, "date"},
    {"REFRESH INTERVAL", ".spec.apiCall.refreshInterval", "string"},
    {"LAST REFRESH", ".status.lastRefreshTime", "date"},
};

constexpr ServedVersion kPolicyVersions[] = {{"v1", kV1, true}, {"v2beta1", kV2beta1}};
constexpr ServedVersion kNewerVersions[] = {{"v2", kV2beta1, true}, {"v2beta1", kV2beta1, false, true}};
constexpr ServedVersion kGlobalContextVersions[] = {
    {"v2", kV2beta1}, {"v2alpha1", kV2beta1, false, true}, {"v2beta1", kV2beta1, true}};

constexpr Column kCelColumns[] = {{"AGE", kCreated, "date"},
                                  {"READY", ".status.conditionStatus.ready", "string"}};
constexpr Column kGenerationColumns[] = {{"AGE", kCreated, "date"}};

constexpr ServedVersion kCelVersions[] = {
    {"v1", kAllVersions}, {"v1alpha1", kAllVersions, false, true}, {"v1beta1", kAllVersions, true}};
constexpr ServedVersion kNamespacedCelVersions[] = {{"v1", kAllVersions}, {"v1beta1", kAllVersions, true}};

constexpr std::string_view kKyverno = "kyverno.io", kPolicies = "policies.kyverno.io";

constexpr Definition kDefinitions[] = {
    {{kKyverno, "ClusterPolicy"},
     "clusterpolicies",
     "cpol",
     false,
     &TableOf<Spec>,
     kPolicyVersions,
     kPolicyColumns},
    {{kKyverno, "Policy"}, "policies", "pol", true, &TableOf<Spec>, kPolicyVersions, kPolicyColumns},
    {{kKyverno, "PolicyException"},
     "policyexceptions",
     "polex",
     true,
     &TableOf<PolicyException>,
     kNewerVersions,
     {},
     false},
    {{kKyverno, "ClusterCleanupPolicy"},
     "clustercleanuppolicies",
     "ccleanpol",
     false,
     &TableOf<CleanupPolicy>,
     kNewerVersions,
     kCleanupColumns},
    {{kKyverno, "CleanupPolicy"},
     "cleanuppolicies",
     "cleanpol",
     true,
     &TableOf<CleanupPolicy>,
     kNewerVersions,
     kCleanupColumns},
    {{kKyverno, "GlobalContextEntry"},
     "globalcontextentries",
     "gctxentry",
     false,
     &TableOf<GlobalContextEntry>,
     kGlobalContextVersions,
     kGlobalContextColumns},
    {{kPolicies, "ValidatingPolicy"},
     "validatingpolicies",
     "vpol",
     false,
     &TableOf<ValidatingPolicy>,
     kCelVersions,
     kCelColumns,
     true,
     true},
    {{kPolicies, "MutatingPolicy"},
     "mutatingpolicies",
     "mpol",
     false,
     &TableOf<MutatingPolicy>,
     kCelVersions,
     kCelColumns,
     true,
     true},
    {{kPolicies, "GeneratingPolicy"},
     "generatingpolicies",
     "gpol",
     false,
     &TableOf<GeneratingPolicy>,
     kCelVersions,
     kGenerationColumns},
    {{kPolicies, "DeletingPolicy"},
     "deletingpolicies",
     "dpol",
     false,
     &TableOf<DeletingPolicy>,
     kCelVersions,
     kCelColumns},
    {{kPolicies, "ImageValidatingPolicy"},
     "imagevalidatingpolicies",
     "ivpol",
     false,
     &TableOf<ImageValidatingPolicy>,
     kCelVersions,
     kCelColumns},
    {{kPolicies, "NamespacedValidatingPolicy"},
     "namespacedvalidatingpolicies",
     "nvpol",
     true,
     &TableOf<ValidatingPolicy>,
     kNamespacedCelVersions,
     kCelColumns,
     true,
     true},
    {{kPolicies, "NamespacedMutatingPolicy"},
     "namespacedmutatingpolicies",
     "nmpol",
     true,
     &TableOf<MutatingPolicy>,
     kNamespacedCelVersions,
     kCelColumns,
     true,
     true},
    {{kPolicies, "NamespacedGeneratingPolicy"},
     "namespacedgeneratingpolicies",
     "ngpol",
     true,
     &TableOf<GeneratingPolicy>,
     kNamespacedCelVersions,
     kGenerationColumns},
    {{kPolicies, "NamespacedDeletingPolicy"},
     "namespaceddeletingpolicies",
     "ndpol",
     true,
     &TableOf<DeletingPolicy>,
     kNamespacedCelVersions,
     kCelColumns},
    {{kPolicies, "NamespacedImageValidatingPolicy"},
     "namespacedimagevalidatingpolicies",
     "nivpol",
     true,
     &TableOf<ImageValidatingPolicy>,
     kNamespacedCelVersions,
     kCelColumns},
    {{kPolicies, "PolicyException"},
     "policyexceptions",
     "",
     true,
     &TableOf<CelPolicyException>,
     kCelVersions,
     {},
     false},
};

constexpr auto kKinds = [] {
  std::array<DefinedKind, std::size(kDefinitions)> kinds;
  std::ranges::transform(kDefinitions, kinds.begin(), &Definition::of);
  return kinds;
}();

class DefinitionMaker {
 public:
  DefinitionMaker(const Definition& definition, Arena& arena) : definition_(definition), arena_(arena) {}

  Value Make() {
    json::ObjectBuilder spec(arena_);
    spec.Set("group", Value::String(definition_.of.group));
    spec.Set("names", Names());
    spec.Set("scope", Value::String(definition_.namespaced ? "Namespaced" : "Cluster"));
    json::ArrayBuilder versions(arena_);
    for (const ServedVersion& version : definition_.versions) versions.Add(Version(version));
    spec.Set("versions", versions.Build());
    json::ObjectBuilder metadata(arena_);
    metadata.Set("name", Value::String(Joined(definition_.plural, ".", definition_.of.group)));
    json::ObjectBuilder crd(arena_);
    crd.Set("apiVersion", Value::String("apiextensions.k8s.io/v1"));
    crd.Set("kind", Value::String("CustomResourceDefinition"));
    crd.Set("metadata", metadata.Build());
    crd.Set("spec", spec.Build());
    return crd.Build();
  }

 private:
  std::string_view Joined(std::string_view a, std::string_view b, std::string_view c = {}) {
    return arena_.Copy(std::string(a).append(b).append(c));
  }

  std::string_view Lowered(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return arena_.Copy(lowered);
  }

  Value Strings(std::span<const std::string_view> texts) {
    json::ArrayBuilder list(arena_);
    for (const std::string_view text : texts) list.Add(Value::String(text));
    return list.Build();
  }

  Value Names() {
    constexpr std::string_view kCategories[] = {"kyverno"};
    json::ObjectBuilder names(arena_);
    const std::string_view kind = definition_.of.kind;
    const bool is_exception = definition_.of == DefinedKind{kPolicies, "PolicyException"};
    if (!is_exception) names.Set("categories", Strings(kCategories));
    names.Set("kind", Value::String(kind));
    names.Set("listKind", Value::String(Joined(kind, "List")));
    names.Set("plural", Value::String(definition_.plural));
    if (!definition_.short_name.empty()) names.Set("shortNames", Strings({&definition_.short_name, 1}));
    names.Set("singular", Value::String(Lowered(kind)));
    return names.Build();
  }

  Value Typed(std::string_view type, bool open = false) {
    json::ObjectBuilder schema(arena_);
    schema.Set("type", Value::String(type));
    if (open) schema.Set("x-kubernetes-preserve-unknown-fields", Value::Bool(true));
    return schema.Build();
  }

  Value Schema(const ServedVersion& version) {
    json::ObjectBuilder properties(arena_);
    properties.Set("apiVersion", Typed("string"));
    properties.Set("kind", Typed("string"));
    properties.Set("metadata", Typed("object"));
    properties.Set("spec", SchemaOf(definition_.spec(), version.schema, arena_));
    // Written by the controllers alone.
    properties.Set("status", Typed("object", true));
    constexpr std::string_view kRequired[] = {"spec"};
    json::ObjectBuilder schema(arena_);
    schema.Set("properties", properties.Build());
    schema.Set("required", Strings(kRequired));
    schema.Set("type", Value::String("object"));
    json::ObjectBuilder wrapped(arena_);
    wrapped.Set("openAPIV3Schema", schema.Build());
    return wrapped.Build();
  }

  Value Columns() {
    json::ArrayBuilder columns(arena_);
    for (const Column& column : definition_.columns) {
      json::ObjectBuilder made(arena_);
      made.Set("jsonPath", Value::String(column.path));
      made.Set("name", Value::String(column.name));
      if (column.priority != 0) made.Set("priority", Value::Int(column.priority));
      made.Set("type", Value::String(column.type));
      columns.Add(made.Build());
    }
    return columns.Build();
  }

  Value Version(const ServedVersion& version) {
    json::ObjectBuilder made(arena_);
    if (!definition_.columns.empty()) made.Set("additionalPrinterColumns", Columns());
    if (version.deprecated) made.Set("deprecated", Value::Bool(true));
    made.Set("name", Value::String(version.name));
    made.Set("schema", Schema(version));
    if (definition_.has_mode) {
      json::ObjectBuilder field(arena_, 1);
      field.Set("jsonPath", Value::String(".spec.evaluation.mode"));
      json::ArrayBuilder fields(arena_, 1);
      fields.Add(field.Build());
      made.Set("selectableFields", fields.Build());
    }
    made.Set("served", Value::Bool(true));
    made.Set("storage", Value::Bool(version.stored));
    if (definition_.has_status) {
      json::ObjectBuilder subresources(arena_);
      subresources.Set("status", Value::Object({}));
      made.Set("subresources", subresources.Build());
    }
    return made.Build();
  }

  const Definition& definition_;
  Arena& arena_;
};

}  // namespace

std::span<const DefinedKind> DefinedKinds() {
  return kKinds;
}

json::Value DefinitionOf(const DefinedKind& kind, Arena& arena) {
  const auto* found = std::ranges::find(kDefinitions, kind, &Definition::of);
  if (found == std::end(kDefinitions)) return json::Value::Null();
  return DefinitionMaker(*found, arena).Make();
}

}  // namespace ephor::policy
