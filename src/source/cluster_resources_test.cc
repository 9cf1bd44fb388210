#include "source/cluster_resources.h"

#include <gtest/gtest.h>

#include "source/temporary_folder.h"

namespace ephor::source {
namespace {

constexpr std::string_view kGateways =
    "a: 1\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    "metadata: {name: gateways.net.io}\nspec:\n  group: net.io\n  scope: Cluster\n"
    "  names: {kind: Gateway, plural: gateways, singular: gateway}\n"
    "  versions: [{name: v1, served: true}, {name: v1beta1, served: false}]\n---\n{ broken\n";

TEST(LoadCustomKinds, TakesServedVersionsOfDefinitions) {
  TemporaryFolder folder;
  kube::CustomKinds kinds;
  ASSERT_TRUE(LoadCustomKinds(folder.Write("crds.yaml", kGateways), kinds));
  const kube::CustomKind* gateway = kinds.Find({"net.io", "v1", "Gateway"});
  ASSERT_NE(gateway, nullptr);
  EXPECT_EQ(gateway->plural, "gateways");
  EXPECT_FALSE(gateway->namespaced);
  EXPECT_EQ(kinds.Find({"net.io", "v1beta1", "Gateway"}), nullptr);
  EXPECT_EQ(kinds.Find({"", "v1", "Gateway"}), nullptr);
}

TEST(LoadCustomKinds, SaysWhatIsWrong) {
  TemporaryFolder folder;
  kube::CustomKinds kinds;
  EXPECT_EQ(LoadCustomKinds(folder.Write("crds.json", "{}"), kinds).error().message(),
            "CRD file must have .yaml or .yml extension: " + folder.Path("crds.json"));
  EXPECT_EQ(LoadCustomKinds(folder.Path("x/../none.yaml"), kinds).error().message(),
            "CRD file does not exist at path: " + folder.Path("none.yaml"));
  EXPECT_TRUE(LoadCustomKinds(folder.Write("empty.yaml", ""), kinds));
  EXPECT_TRUE(kinds.empty());
}

TEST(LoadClusterResources, ReadsStrictly) {
  TemporaryFolder folder;
  Arena arena;
  const auto file = LoadClusterResources(
      folder.Write(
          "c.yaml",
          "apiVersion: cli.kyverno.io/v1alpha1\nkind: ClusterResource\nmetadata: {name: c}\nspec:\n"
          "  crds: [a.yaml]\n  resources: [{apiVersion: v1, kind: Namespace, metadata: {name: prod}}]\n"),
      arena);
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->crds, std::vector<std::string>{"a.yaml"});
  ASSERT_EQ(file->resources.size(), 1u);
  EXPECT_EQ(file->resources[0].StringAt("metadata", "name"), "prod");
  EXPECT_FALSE(LoadClusterResources(folder.Write("d.yaml", "spec: {resource: []}\n"), arena));
  EXPECT_FALSE(LoadClusterResources(folder.Path("none.yaml"), arena));
}

}  // namespace
}  // namespace ephor::source
