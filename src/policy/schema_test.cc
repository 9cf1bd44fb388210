#include "policy/schema.h"

#include <gtest/gtest.h>

#include "json/write.h"
#include "policy/definition.h"

namespace ephor::policy {
namespace {

TEST(SchemaOf, ListsFieldsWithTheirRules) {
  Arena arena;
  EXPECT_EQ(json::ToString(SchemaOf(TableOf<Subject>(), kV1, arena)),
            R"({"properties":{"apiGroup":{"description":"API group of the subject.","type":"string"},)"
            R"("kind":{"description":"User, Group or ServiceAccount.","type":"string"},)"
            R"("name":{"description":"Name of the subject.","type":"string"},)"
            R"("namespace":{"description":"Namespace of a service account.","type":"string"}},)"
            R"("required":["kind","name"],"type":"object","x-kubernetes-map-type":"atomic"})");
}

TEST(SchemaOf, DiffersByVersion) {
  Arena arena;
  const json::Value v1 = SchemaOf(TableOf<MatchResources>(), kV1, arena);
  const json::Value v2 = SchemaOf(TableOf<MatchResources>(), kV2beta1, arena);
  EXPECT_NE(v1.Find("properties", "resources"), nullptr);
  EXPECT_NE(v1.Find("properties", "clusterRoles"), nullptr);  // of a struct that stands in its place
  EXPECT_EQ(v2.Find("properties")->size(), 2u);               // any, all
  EXPECT_EQ(json::ToString(*v2.Find("not")), R"({"required":["any","all"]})");
}

TEST(DefinitionOf, HasEveryKind) {
  Arena arena;
  struct Case {
    std::string_view name, scope, versions;
  };
  const Case cases[] = {
      {"clusterpolicies.kyverno.io", "Cluster", "v1* v2beta1"},
      {"policies.kyverno.io", "Namespaced", "v1* v2beta1"},
      {"policyexceptions.kyverno.io", "Namespaced", "v2* v2beta1"},
      {"clustercleanuppolicies.kyverno.io", "Cluster", "v2* v2beta1"},
      {"cleanuppolicies.kyverno.io", "Namespaced", "v2* v2beta1"},
      {"globalcontextentries.kyverno.io", "Cluster", "v2 v2alpha1 v2beta1*"},
      {"validatingpolicies.policies.kyverno.io", "Cluster", "v1 v1alpha1 v1beta1*"},
      {"mutatingpolicies.policies.kyverno.io", "Cluster", "v1 v1alpha1 v1beta1*"},
      {"generatingpolicies.policies.kyverno.io", "Cluster", "v1 v1alpha1 v1beta1*"},
      {"deletingpolicies.policies.kyverno.io", "Cluster", "v1 v1alpha1 v1beta1*"},
      {"imagevalidatingpolicies.policies.kyverno.io", "Cluster", "v1 v1alpha1 v1beta1*"},
      {"namespacedvalidatingpolicies.policies.kyverno.io", "Namespaced", "v1 v1beta1*"},
      {"namespacedmutatingpolicies.policies.kyverno.io", "Namespaced", "v1 v1beta1*"},
      {"namespacedgeneratingpolicies.policies.kyverno.io", "Namespaced", "v1 v1beta1*"},
      {"namespaceddeletingpolicies.policies.kyverno.io", "Namespaced", "v1 v1beta1*"},
      {"namespacedimagevalidatingpolicies.policies.kyverno.io", "Namespaced", "v1 v1beta1*"},
      {"policyexceptions.policies.kyverno.io", "Namespaced", "v1 v1alpha1 v1beta1*"},
  };
  ASSERT_EQ(DefinedKinds().size(), std::size(cases));
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    SCOPED_TRACE(cases[i].name);
    const json::Value definition = DefinitionOf(DefinedKinds()[i], arena);
    EXPECT_EQ(definition.StringAt("metadata", "name"), cases[i].name);
    EXPECT_EQ(definition.StringAt("spec", "names", "kind"), DefinedKinds()[i].kind);
    EXPECT_EQ(definition.StringAt("spec", "group"), DefinedKinds()[i].group);
    EXPECT_EQ(definition.StringAt("spec", "scope"), cases[i].scope);
    std::string versions;
    for (const json::Value& version : definition.Find("spec", "versions")->items()) {
      versions.append(versions.empty() ? "" : " ").append(version.StringAt("name"));
      if (version.Find("storage")->as_bool()) versions += '*';
      EXPECT_NE(version.Find("schema", "openAPIV3Schema", "properties", "spec"), nullptr);
    }
    EXPECT_EQ(versions, cases[i].versions);
  }
  EXPECT_TRUE(DefinitionOf({"kyverno.io", "UpdateRequest"}, arena).is_null());
}

}  // namespace
}  // namespace ephor::policy
