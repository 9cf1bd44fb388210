#include "kube/builtin_kinds.h"

#include <gtest/gtest.h>

namespace ephor::kube {
namespace {

TEST(BuiltinKinds, KnowTheirNames) {
  struct Case {
    GroupVersionKind gvk;
    std::string_view plural, singular, subresources;
    bool namespaced;
  };
  const Case cases[] = {
      {{"", "v1", "Pod"},
       "pods",
       "pod",
       "attach binding ephemeralcontainers eviction exec log portforward proxy resize status",
       true},
      {{"", "v1", "Namespace"}, "namespaces", "namespace", "finalize status", false},
      {{"apps", "v1", "Deployment"}, "deployments", "deployment", "scale status", true},
      {{"networking.k8s.io", "v1", "NetworkPolicy"}, "networkpolicies", "networkpolicy", "", true},
      {{"rbac.authorization.k8s.io", "v1", "ClusterRole"}, "clusterroles", "clusterrole", "", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.gvk.kind);
    const BuiltinKind* row = FindKind(c.gvk);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->plural, c.plural);
    EXPECT_EQ(row->singular, c.singular);
    EXPECT_EQ(row->subresources, c.subresources);
    EXPECT_EQ(row->namespaced, c.namespaced);
  }
}

TEST(BuiltinKinds, EveryRowIsFoundBothWays) {
  EXPECT_GT(BuiltinKinds().size(), 60u);
  for (const BuiltinKind& row : BuiltinKinds()) {
    EXPECT_EQ(FindKind(row.gvk()), &row);
    EXPECT_EQ(FindResource(row.gvr()), &row);
    EXPECT_EQ(KindOfResource(row.gvr()), row.gvk());
  }
}

TEST(BuiltinKinds, UnknownNamesAreNotFound) {
  EXPECT_EQ(FindKind({"", "v1", ""}), nullptr);
  EXPECT_EQ(FindKind({"", "v2", "Pod"}), nullptr);
  EXPECT_EQ(FindKind({"zzz", "v1", "Pod"}), nullptr);
  EXPECT_EQ(FindResource({"", "v1", "pods/exec"}), nullptr);
  EXPECT_EQ(KindOfResource({"example.com", "v1", "widgets"}), std::nullopt);
}

TEST(BuiltinKinds, Subresources) {
  const BuiltinKind* pod = FindKind({"", "v1", "Pod"});
  for (const std::string_view name : {"attach", "exec", "status"}) EXPECT_TRUE(pod->HasSubresource(name));
  for (const std::string_view name : {"", "exe", "exec log", "scale"})
    EXPECT_FALSE(pod->HasSubresource(name));
}

TEST(BuiltinKinds, Scopes) {
  EXPECT_TRUE(IsClusterScoped("", "Namespace"));
  EXPECT_TRUE(IsClusterScoped("rbac.authorization.k8s.io", "ClusterRole"));
  EXPECT_TRUE(IsClusterScoped("apiextensions.k8s.io", "CustomResourceDefinition"));
  EXPECT_FALSE(IsClusterScoped("", "Pod"));
  EXPECT_FALSE(IsClusterScoped("apps", "Namespace"));
  EXPECT_FALSE(IsClusterScoped("", ""));
}

}  // namespace
}  // namespace ephor::kube
