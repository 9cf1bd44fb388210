#include "kube/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "kube/builtin_kinds.h"
#include "yaml/load.h"

namespace ephor::kube {
namespace {

constexpr std::string_view kKindNames[] = {"any",    "string", "numeric", "boolean",
                                           "scalar", "object", "map",     "list"};
constexpr std::string_view kListNames[] = {"atomic", "set", "map"};

// "list map name" for the type at a dotted path, in which "*" is an element; "none" where there is no such
// field.
std::string Describe(std::optional<Schema> schema, std::string_view path) {
  while (schema && !path.empty()) {
    const std::size_t end = std::min(path.find('.'), path.size());
    const std::string_view name = path.substr(0, end);
    schema = name == "*" ? schema->Element() : schema->Field(name);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  if (!schema) return "none";
  std::string text(kKindNames[static_cast<std::size_t>(schema->kind())]);
  if (schema->kind() == Schema::Kind::kList) {
    text += ' ';
    text += kListNames[static_cast<std::size_t>(schema->list_type())];
    for (const Schema::Key& key : schema->keys()) text += ' ' + std::string(key.name);
  } else if (schema->atomic()) {
    text += " atomic";
  }
  return text;
}

TEST(Schema, KnowsTheTypes) {
  const GroupVersionKind pod{"", "v1", "Pod"}, deployment{"apps", "v1", "Deployment"};
  const GroupVersionKind crd{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
  struct Case {
    GroupVersionKind gvk;
    std::string_view path, type;
  };
  const Case cases[] = {
      {pod, "", "object"},
      {pod, "apiVersion", "string"},
      {pod, "metadata.labels", "map"},
      {pod, "metadata.labels.*", "string"},
      {pod, "metadata.finalizers", "list set"},
      {pod, "metadata.managedFields", "list atomic"},
      {pod, "metadata.managedFields.*.fieldsV1", "any"},
      {pod, "metadata.creationTimestamp", "string"},
      {pod, "spec.hostNetwork", "boolean"},
      {pod, "spec.terminationGracePeriodSeconds", "numeric"},
      {pod, "spec.containers", "list map name"},
      {pod, "spec.containers.*.ports", "list map containerPort protocol"},
      {pod, "spec.containers.*.args", "list atomic"},
      {pod, "spec.containers.*.resources.limits", "map"},
      {pod, "spec.containers.*.resources.limits.*", "scalar"},
      {pod, "spec.containers.*.livenessProbe.httpGet.port", "scalar"},
      {pod, "spec.containers.*.env.*.valueFrom.secretKeyRef", "object atomic"},
      {pod, "spec.topologySpreadConstraints", "list map topologyKey whenUnsatisfiable"},
      {pod, "spec.nodeSelector", "map atomic"},
      {pod, "spec.nope", "none"},
      {pod, "spec.containers.name", "none"},
      {pod, "spec.hostNetwork.deeper", "none"},
      {pod, "spec.hostNetwork.*", "any"},
      {deployment, "spec.selector", "object atomic"},
      {deployment, "spec.template.spec.containers.*.image", "string"},
      {deployment, "spec.strategy.rollingUpdate.maxSurge", "scalar"},
      {crd, "spec.versions.*.schema.openAPIV3Schema.properties.*.properties.*.type", "string"},
      {{"", "v1", "PodList"}, "", "none"},
      {{"example.com", "v1", "Widget"}, "", "none"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(Describe(Schema::OfKind(c.gvk), c.path), c.type) << c.gvk.kind << ' ' << c.path;
}

TEST(Schema, ReadsDefinitions) {
  Arena arena;
  const json::Value node = *yaml::Load(
      "properties:\n"
      "  spec:\n    type: object\n    properties:\n"
      "      ports: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [port, "
      "protocol],\n"
      "        items: {type: object, properties: {port: {type: integer}, protocol: {type: string, default: "
      "TCP}}}}\n"
      "      names: {type: array, x-kubernetes-list-type: set, items: {type: string}}\n"
      "      plain: {type: array, items: {type: boolean}}\n"
      "      size: {x-kubernetes-int-or-string: true}\n"
      "      labels: {type: object, additionalProperties: {type: string}}\n"
      "      whole: {type: object, x-kubernetes-map-type: atomic, properties: {a: {type: number}}}\n"
      "      open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: "
      "number}}}\n"
      "      anything: {x-kubernetes-preserve-unknown-fields: true}\n"
      "      pod: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: "
      "true}\n"
      "      empty: {type: object}\n      broken: 7\n",
      arena);
  const Schema schema = Schema::OfDefinition(node);
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "object"},
      {"kind", "string"},
      {"metadata.labels", "map"},
      {"metadata.finalizers", "list set"},
      {"nope", "none"},
      {"spec", "object"},
      {"spec.ports", "list map port protocol"},
      {"spec.ports.*.port", "numeric"},
      {"spec.names", "list set"},
      {"spec.names.*", "string"},
      {"spec.plain", "list atomic"},
      {"spec.plain.*", "boolean"},
      {"spec.size", "scalar"},
      {"spec.labels", "map"},
      {"spec.labels.*", "string"},
      {"spec.whole", "object atomic"},
      {"spec.open.a", "numeric"},
      {"spec.open.b", "any"},
      {"spec.anything", "any"},
      {"spec.pod.metadata.name", "string"},
      {"spec.pod.spec", "any"},
      {"spec.empty", "map"},
      {"spec.empty.*", "any"},
      {"spec.broken", "any"},
      {"spec.nope", "none"},
  };
  for (const auto& [path, type] : cases) EXPECT_EQ(Describe(schema, path), type) << path;
  const Schema::Keys keys = schema.Field("spec")->Field("ports")->keys();
  EXPECT_TRUE(keys[0].default_value.is_null());
  EXPECT_EQ(keys[1].default_value.string_or(""), "TCP");
}

TEST(Schema, KeysHaveTheirDefaults) {
  const Schema ports = *Schema::OfKind({"", "v1", "Service"})->Field("spec")->Field("ports");
  ASSERT_EQ(ports.keys().size(), 2u);
  EXPECT_EQ(ports.keys()[0].name, "port");
  EXPECT_TRUE(ports.keys()[0].default_value.is_int());
  EXPECT_EQ(ports.keys()[1].name, "protocol");
  EXPECT_EQ(ports.keys()[1].default_value.string_or(""), "TCP");
}

// Every kind that can be stored has a schema, whose metadata is that of all.
TEST(Schema, CoversTheBuiltInKinds) {
  const Schema metadata = *Schema::OfKind({"", "v1", "Pod"})->Field("metadata");
  for (const BuiltinKind& row : BuiltinKinds()) {
    SCOPED_TRACE(row.kind);
    const std::optional<Schema> schema = Schema::OfKind(row.gvk());
    ASSERT_TRUE(schema.has_value());
    EXPECT_EQ(schema->Field("metadata"), metadata);
  }
}

}  // namespace
}  // namespace ephor::kube
