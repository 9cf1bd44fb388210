// The static types of what an admission request brings. Their values are plain JSON.
#include "cel/lib/libraries.h"

namespace ephor::cel::lib {
namespace {

constexpr FieldRow kKind[] = {{"group", "string"}, {"version", "string"}, {"kind", "string"}};
constexpr FieldRow kResource[] = {{"group", "string"}, {"version", "string"}, {"resource", "string"}};
constexpr FieldRow kUser[] = {{"username", "string"},
                              {"uid", "string"},
                              {"groups", "list(string)"},
                              {"extra", "map(string, list(string))"}};

#define EPHOR_REQUEST_FIELDS                                                                    \
  {"kind", "kubernetes.GroupVersionKind"}, {"resource", "kubernetes.GroupVersionResource"},     \
      {"subResource", "string"}, {"requestKind", "kubernetes.GroupVersionKind"},                \
      {"requestResource", "kubernetes.GroupVersionResource"}, {"requestSubResource", "string"}, \
      {"name", "string"}, {"namespace", "string"}, {"operation", "string"},                     \
      {"userInfo", "kubernetes.UserInfo"}, {"dryRun", "bool"}, {"options", "dyn"}

constexpr FieldRow kRequest[] = {EPHOR_REQUEST_FIELDS};
constexpr FieldRow kRequestWithObjects[] = {EPHOR_REQUEST_FIELDS, {"object", "dyn"}, {"oldObject", "dyn"}};

#undef EPHOR_REQUEST_FIELDS

constexpr FieldRow kMetadata[] = {{"name", "string"},
                                  {"generateName", "string"},
                                  {"namespace", "string"},
                                  {"labels", "map(string, string)"},
                                  {"annotations", "map(string, string)"},
                                  {"UID", "string"},
                                  {"creationTimestamp", "timestamp"},
                                  {"deletionGracePeriodSeconds", "int"},
                                  {"deletionTimestamp", "timestamp"},
                                  {"generation", "int"},
                                  {"resourceVersion", "string"},
                                  {"finalizers", "list(string)"}};
constexpr FieldRow kSpec[] = {{"finalizers", "list(string)"}};
constexpr FieldRow kCondition[] = {{"status", "string"},
                                   {"type", "string"},
                                   {"lastTransitionTime", "timestamp"},
                                   {"message", "string"},
                                   {"reason", "string"}};
constexpr FieldRow kStatus[] = {{"conditions", "list(kubernetes.NamespaceCondition)"}, {"phase", "string"}};
constexpr FieldRow kNamespace[] = {{"metadata", "kubernetes.NamespaceMetadata"},
                                   {"spec", "kubernetes.NamespaceSpec"},
                                   {"status", "kubernetes.NamespaceStatus"}};

#define EPHOR_TYPES(request)                                                                                \
  {"kubernetes.GroupVersionKind", nullptr, kKind}, {"kubernetes.GroupVersionResource", nullptr, kResource}, \
      {"kubernetes.UserInfo", nullptr, kUser}, {"kubernetes.AdmissionRequest", nullptr, request},           \
      {"kubernetes.NamespaceMetadata", nullptr, kMetadata}, {"kubernetes.NamespaceSpec", nullptr, kSpec},   \
      {"kubernetes.NamespaceCondition", nullptr, kCondition},                                               \
      {"kubernetes.NamespaceStatus", nullptr, kStatus}, {                                                   \
    "kubernetes.Namespace", nullptr, kNamespace                                                             \
  }

constexpr TypeRow kTypes[] = {EPHOR_TYPES(kRequest)};
constexpr TypeRow kTypesWithObjects[] = {EPHOR_TYPES(kRequestWithObjects)};

#undef EPHOR_TYPES

}  // namespace

const Library& AdmissionTypes() {
  static const Library library{"kubernetes types", {}, {}, kTypes};
  return library;
}

const Library& AdmissionTypesWithObjects() {
  static const Library library{"kubernetes types", {}, {}, kTypesWithObjects};
  return library;
}

}  // namespace ephor::cel::lib
