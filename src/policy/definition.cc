#include "policy/definition.h"

#include <algorithm>
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
  std::string_view kind;
  std::string_view plural;
  std::string_view singular;
  std::span<const std::string_view> short_names;
  bool namespaced;
  const Table& (*spec)();
  std::span<const ServedVersion> versions;
  std::span<const Column> columns;
  bool has_status = true;
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

constexpr std::string_view kCpol[] = {"cpol"}, kPol[] = {"pol"}, kPolex[] = {"polex"},
                           kCcleanpol[] = {"ccleanpol"}, kCleanpol[] = {"cleanpol"},
                           kGctxentry[] = {"gctxentry"};

constexpr Definition kDefinitions[] = {
    {"ClusterPolicy", "clusterpolicies", "clusterpolicy", kCpol, false, &TableOf<Spec>, kPolicyVersions,
     kPolicyColumns},
    {"Policy", "policies", "policy", kPol, true, &TableOf<Spec>, kPolicyVersions, kPolicyColumns},
    {"PolicyException",
     "policyexceptions",
     "policyexception",
     kPolex,
     true,
     &TableOf<PolicyException>,
     kNewerVersions,
     {},
     false},
    {"ClusterCleanupPolicy", "clustercleanuppolicies", "clustercleanuppolicy", kCcleanpol, false,
     &TableOf<CleanupPolicy>, kNewerVersions, kCleanupColumns},
    {"CleanupPolicy", "cleanuppolicies", "cleanuppolicy", kCleanpol, true, &TableOf<CleanupPolicy>,
     kNewerVersions, kCleanupColumns},
    {"GlobalContextEntry", "globalcontextentries", "globalcontextentry", kGctxentry, false,
     &TableOf<GlobalContextEntry>, kGlobalContextVersions, kGlobalContextColumns},
};
constexpr std::string_view kKinds[] = {"ClusterPolicy",        "Policy",        "PolicyException",
                                       "ClusterCleanupPolicy", "CleanupPolicy", "GlobalContextEntry"};

class DefinitionMaker {
 public:
  DefinitionMaker(const Definition& definition, Arena& arena) : definition_(definition), arena_(arena) {}

  Value Make() {
    json::ObjectBuilder spec(arena_);
    spec.Set("group", Value::String("kyverno.io"));
    spec.Set("names", Names());
    spec.Set("scope", Value::String(definition_.namespaced ? "Namespaced" : "Cluster"));
    json::ArrayBuilder versions(arena_);
    for (const ServedVersion& version : definition_.versions) versions.Add(Version(version));
    spec.Set("versions", versions.Build());
    json::ObjectBuilder metadata(arena_);
    metadata.Set("name", Value::String(Joined(definition_.plural, ".kyverno.io")));
    json::ObjectBuilder crd(arena_);
    crd.Set("apiVersion", Value::String("apiextensions.k8s.io/v1"));
    crd.Set("kind", Value::String("CustomResourceDefinition"));
    crd.Set("metadata", metadata.Build());
    crd.Set("spec", spec.Build());
    return crd.Build();
  }

 private:
  std::string_view Joined(std::string_view a, std::string_view b) {
    return arena_.Copy(std::string(a).append(b));
  }

  Value Strings(std::span<const std::string_view> texts) {
    json::ArrayBuilder list(arena_);
    for (const std::string_view text : texts) list.Add(Value::String(text));
    return list.Build();
  }

  Value Names() {
    constexpr std::string_view kCategories[] = {"kyverno"};
    json::ObjectBuilder names(arena_);
    names.Set("categories", Strings(kCategories));
    names.Set("kind", Value::String(definition_.kind));
    names.Set("listKind", Value::String(Joined(definition_.kind, "List")));
    names.Set("plural", Value::String(definition_.plural));
    names.Set("shortNames", Strings(definition_.short_names));
    names.Set("singular", Value::String(definition_.singular));
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

std::span<const std::string_view> DefinedKinds() {
  return kKinds;
}

json::Value DefinitionOf(std::string_view kind, Arena& arena) {
  const auto* found = std::ranges::find(kDefinitions, kind, &Definition::kind);
  if (found == std::end(kDefinitions)) return json::Value::Null();
  return DefinitionMaker(*found, arena).Make();
}

}  // namespace ephor::policy
